// What a label leads to where nothing is started: one answer on the issue, and nothing else.
import { expect } from 'vitest';
import type { Story } from './story.ts';

/** The one answer, without its marks. */
export async function answer(told: Story): Promise<string> {
  const said = await told.github.until('an answer on the issue', async () => told.comments().at(-1)?.body);
  expect(told.comments()).toHaveLength(1);
  return said.replaceAll(/\n*<!--.*?-->/gs, '');
}

/** Neither a run, nor a branch, nor a pull request; the label is off. */
export async function nothingLeft(told: Story): Promise<void> {
  expect(await told.runs()).toEqual([]);
  expect([...(await told.repository.branches()).keys()]).toEqual(['main']);
  expect(await told.repository.pullRequests()).toEqual([]);
  await told.github.until('the label is off', () =>
    told.repository.issue(told.issue).labels.length === 0 ? true : undefined,
  );
}
