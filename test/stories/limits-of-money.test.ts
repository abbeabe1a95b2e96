// Limits of what runs may cost, as people on an issue meet them: the next request is not sent, the work is kept, and `/troupe budget` lets it go on.
import { expect, test } from 'vitest';
import { defaultServerFile } from '../../src/host/index.ts';
import type { RunId } from '../../src/support/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const three = (more = '') => `name: Three
branch: false
${more}
steps:
  - { id: one, type: persona-request, persona: code-reviewer }
  - { id: two, type: persona-request, persona: code-reviewer, dependencies: [one] }
  - { id: three, type: persona-request, persona: code-reviewer, dependencies: [two] }
`;
const usage = { inputTokens: 1_000, outputTokens: 100, costUsd: '0.06', source: 'provider', complete: true };
const answers = {
  'code-reviewer': { status: 'pass', summary: 'Reads well.', outputs: { risk: 'low' }, usage },
};

function setUp(workflow: string, more: { file?: string; limits?: object } = {}): Promise<Story> {
  return stage({
    files: {
      '.github/troupe/workflows/three.yml': workflow,
      ...(more.file === undefined ? {} : { '.github/troupe.yml': more.file }),
    },
    answers,
    serverFile: { limits: { ...defaultServerFile().limits, ...more.limits } },
  });
}

function said(told: Story, words: string | RegExp): Promise<string> {
  return told.github.until(`${String(words)} on the issue`, async () => {
    const found = told
      .comments()
      .find(({ body }) => (typeof words === 'string' ? body.includes(words) : words.test(body)));
    return found?.body;
  });
}

async function again(told: Story, nth: number): Promise<RunId> {
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe run three');
  return told.github.until(`run ${nth}`, async () => {
    const runs = await told.runs();
    return runs.length === nth && runs.every(({ finishedAt }) => finishedAt !== undefined) ? runs[0]?.id : undefined;
  });
}

test('a cap of 0.10 and three steps of 0.06: the third never starts, and a higher budget does only the third', async () => {
  const told = await setUp(three('budget: { cost_usd: 0.10 }'));
  await told.label('troupe:three');
  const first = await told.ended();
  expect(first).toMatchObject({ status: 'failed', reason: 'Budget reached: cost_usd 0.12 of 0.1' });
  expect(await told.started(first.id)).toEqual(['one', 'two']);
  expect(await said(told, 'Budget reached')).toContain('Comment `/troupe budget 1`, or another amount');
  const writer = told.github.as('writer');
  await told.github.as('reader').comment(told.fullName, told.issue, '/troupe budget 1');
  await said(told, '@reader, `/troupe budget` needs write permission');
  await writer.comment(told.fullName, told.issue, '/troupe budget 0.11');
  await said(told, 'The run has cost $0.12 already. Allow it more than that: `/troupe budget 1`.');
  await writer.comment(told.fullName, told.issue, '/troupe budget 0.15');
  const second = await told.linked();
  expect(second).toMatchObject({ status: 'succeeded', usage: { costUsd: '0.06' } });
  expect(await told.started(second.id)).toEqual(['three']);
  expect(second.spec.allowed).toMatchObject({ costUsd: 0.15, spentUsd: '0.12', by: { login: 'writer' } });
  await said(told, 'Both together may cost $0.15; $0.12 is spent, and what is finished is not done again.');
  const receipt = await said(told, /limit \$0\.15 · all 2 runs of this task: \$0\.18/);
  expect(receipt).toContain('<summary>What each step took</summary>');
  expect(receipt).toMatch(/\| Three \| code-reviewer · rehearsal \| 1,000 \| 100 \|  \| \$0\.0600 \| the agent \|/);
});

test('the runs of one issue together may cost 0.10: the second run stops before its second request', async () => {
  const told = await setUp(three().replace(/ {2}- \{ id: (two|three).*\n/g, ''), {
    file: 'budget: { cost_usd_per_task: 0.10 }\n',
  });
  await told.label('troupe:three');
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  await again(told, 2);
  const third = await told.state(await again(told, 3));
  expect(third).toMatchObject({ status: 'failed', usage: { costUsd: '0', complete: true, personaRuns: 0 } });
  expect(third.reason).toBe('Step "One" failed: Budget reached: cost_usd_per_task 0.12 of 0.1');
  await said(told, 'Comment `/troupe budget 1`, or another amount');
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe budget 1');
  await told.github.until('the fourth run', async () => {
    const [newest] = await told.runs();
    return newest?.status === 'succeeded' && (await told.runs()).length === 4 ? newest : undefined;
  });
});

test('the operator’s limit of a task is the operator’s: nobody on the issue can raise it', async () => {
  const told = await setUp(three(), { limits: { costUsdPerTask: 0.05 }, file: 'budget: { cost_usd_per_task: 9 }\n' });
  await told.label('troupe:three');
  const run = await told.ended();
  expect(await told.started(run.id)).toEqual(['one', 'two']);
  expect(run.steps.get('two' as never)).toMatchObject({ status: 'failed', error: { class: 'budget' } });
  await said(told, 'Only the operator of this server can raise `limits.cost_usd_per_task`');
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe budget 5');
  await said(told, 'is the limit of the operator of this server, `cost_usd_per_task` 0.05');
  expect(await told.runs()).toHaveLength(1);
});

test('a repository’s day is spent: a run that goes on stops, and the next one is refused', async () => {
  const told = await setUp(three(), { file: 'budget: { cost_usd_per_day: 0.10 }\n' });
  await told.label('troupe:three');
  const run = await told.ended();
  expect(run.reason).toBe('Step "Three" failed: Budget reached: cost_usd_per_repository_day 0.12 of 0.1');
  expect(run.usage).toMatchObject({ costUsd: '0.12', personaRuns: 2 });
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe run three');
  await said(told, 'the runs of the last 24 hours have cost the $0.1 that this repository may cost in a day');
});
