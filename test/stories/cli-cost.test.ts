// `troupe cost`: what all runs that are kept took together, as somebody who pays for it asks; real processes print it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';

const flow = `name: both
description: Plan and look
branch: false
steps:
  - { id: plan, type: persona-request, persona: implementation-planner }
  - { id: look, type: persona-request, persona: code-reviewer, dependencies: [plan] }
`;
const planned = { inputTokens: 1_200, outputTokens: 34, cacheReadTokens: 900, costUsd: '0.1', complete: true };

let here: WorkingCopy;
let today: string;
beforeAll(async () => {
  here = makeWorkingCopy({ '.github/troupe/workflows/both.yml': flow });
  const answers = here.answers('a.yml', {
    'implementation-planner': {
      status: 'pass',
      summary: 'Plan.',
      outputs: { plan: ['Go'], acceptance: ['It goes'] },
      usage: { ...planned, source: 'provider' },
      model: 'small-1',
    },
    'code-reviewer': {
      status: 'pass',
      summary: 'Right.',
      outputs: { risk: 'low' },
      usage: { inputTokens: 500, outputTokens: 5, source: 'provider', complete: true },
    },
  });
  today = new Date().toISOString().slice(0, 10);
  const first = await ask(['run', 'both', '--task', 'Count', '--answers', answers, '--json']);
  expect(first.code).toBe(0);
  // its schema is held against it elsewhere
  const { id } = JSON.parse(first.stdout) as { id: string };
  const again = await ask(['rerun', id, 'look', '--json']);
  expect([again.code, again.stderr]).toEqual([0, '']);
  // as above
  const { run } = JSON.parse(again.stdout) as { run: string };
  expect(run).not.toBe(id);
  expect((await ask(['resume', run, '--answers', answers])).code).toBe(0);
});
afterAll(() => here.remove());

function ask(argv: readonly string[]): Promise<CliEnd> {
  return troupe(argv, { cwd: here.path });
}

test('by persona: a step that a linked run takes over is paid for once, and a price that nobody told is no 0', async () => {
  const { code, stdout, stderr } = await ask(['cost', '--by', 'persona', '--since', '1d']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "persona                 runs  requests   read  written        cached  cost
    implementation-planner     1         1  1,200       34           900  $0.1
    code-reviewer              2         2  1,000       10             ?  cost unknown
    together                   2         3  2,200       44  at least 900  at least $0.1 (2 of 3 requests without a whole price)
    "
  `);
});

test('by day, by model, by workflow and by repository it is the same sum', async () => {
  const told = await Promise.all(
    ['day', 'model', 'workflow', 'repository'].map(async (by) => {
      const { stdout } = await ask(['cost', '--by', by, '--json']);
      // its schema is held against it elsewhere
      const { lines, total } = JSON.parse(stdout) as { lines: readonly { key: string | null }[]; total: object };
      expect(total).toMatchObject({ runs: 2, requests: 3, costUsd: '0.1', unpriced: 2 });
      return [by, ...lines.map(({ key }) => key)];
    }),
  );
  expect(told).toEqual([
    ['day', expect.stringMatching(/^\d{4}-\d\d-\d\d$/)],
    ['model', 'small-1', null],
    ['workflow', 'both'],
    ['repository', expect.stringContaining('cart')],
  ]);
  expect((await ask(['cost'])).stdout).toContain(today);
});

test('what cannot be asked for is refused with what can', async () => {
  const [by, since, none] = await Promise.all([
    ask(['cost', '--by', 'persons']),
    ask(['cost', '--since', 'lately']),
    ask(['cost', '--since', '2999-01-01']),
  ]);
  expect([by.code, by.stderr]).toEqual([
    2,
    '"persons" is nothing to add up by; did you mean "persona"?\n→ Write `--by` with one of: day, persona, repository, workflow, model.\n',
  ]);
  expect([since.code, since.stderr]).toEqual([
    2,
    '"lately" is neither a duration (2d, 3h, 30m) nor a date (2026-11-20)\n',
  ]);
  expect([none.code, none.stdout]).toEqual([0, '']);
  expect(none.stderr).toContain('No persona was asked since 2999-01-01T00:00:00');
});
