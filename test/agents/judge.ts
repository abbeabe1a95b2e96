// What has to hold of every cell of the matrix, whoever plays it: no green, nothing left, told by its kind in words that people understand.
import { expect } from 'vitest';
import type { Asked } from './ask.ts';
import type { RequestRow, RunRow } from './matrix.ts';
import type { Played } from './played.ts';

/** One request. `others`: kinds that this agent leaves us with instead, where it says less than its model said. */
export function judgeAsked(row: RequestRow, { result, left }: Asked, others: readonly string[] = []): void {
  expect(result.status).not.toBe('pass');
  expect(left).toEqual([]);
  const { class: kind, message, retryAfterMs } = result.error ?? { class: result.status, message: result.summary };
  expect([row.class, ...others], message).toContain(kind);
  // a sentence, and no heap of lines
  expect(message).toMatch(/\w+ \w+/);
  if (row.retryAfterMs !== undefined && retryAfterMs !== undefined) expect(retryAfterMs).toBeGreaterThan(0);
}

/** One run. */
export async function judgePlayed(row: RunRow, { run, story, checks, left }: Played): Promise<void> {
  expect(run.status).toBe('failed');
  expect(checks).toMatchObject({ 'troupe / fix': 'failure' });
  expect(checks).not.toMatchObject({ 'troupe / fix / Open the pull request': 'success' });
  const step = run.steps.get(row.step as never);
  expect(`${step?.error?.message ?? ''} ${JSON.stringify(step?.result ?? {})}`).toMatch(row.words);
  // a draft that nobody made ready
  expect((await story.pull())?.draft ?? true).toBe(true);
  for (const branch of (await story.repository.branches()).keys()) {
    expect(await story.repository.file(branch, '.github/workflows/leak.yml')).toBeUndefined();
    expect(await story.repository.file(branch, 'variables.txt')).toBeUndefined();
  }
  expect(left).toEqual([]);
}

/** A project-loop in which all went well. */
export async function judgeLoop({ run, story, left, checks }: Played): Promise<void> {
  const steps = [...run.steps.values()].map(({ error }) => error?.message ?? '').join('\n');
  expect([run.status, steps.trim()]).toEqual(['succeeded', '']);
  const pull = await story.pull();
  expect(pull).toMatchObject({ state: 'open', draft: false });
  expect(await story.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('item.price * item.quantity');
  expect(run.steps.get('qa' as never)?.result).toMatchObject({
    verdict: 'pass',
    evidence: [{ by: 'troupe', command: ['npm', 'test'], exitCode: 0 }],
  });
  expect(checks).toMatchObject({ 'troupe / project-loop': 'success' });
  expect(left).toEqual([]);
}
