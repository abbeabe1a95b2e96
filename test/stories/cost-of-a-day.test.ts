// The operator's limit of what all runs of a day may cost together: looked at when a run is about to start, in any repository.
import { expect, test } from 'vitest';
import { defaultServerFile } from '../../src/host/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const look = `name: Look
branch: false
steps:
  - { id: review, type: persona-request, persona: code-reviewer }
`;

test('a day’s money is spent: the next run is refused with a line that says so, and explain says why', async () => {
  const told = await stage({
    files: { '.github/troupe/workflows/look.yml': look },
    answers: {
      'code-reviewer': {
        status: 'pass',
        summary: 'Reads well.',
        outputs: { risk: 'low' },
        usage: { inputTokens: 1, outputTokens: 1, costUsd: '0.6', source: 'provider', complete: true },
      },
    },
    serverFile: { limits: { ...defaultServerFile().limits, costUsdPerDay: 1 } },
  });
  const writer = told.github.as('writer');
  await told.label('troupe:look');
  expect(await told.ended()).toMatchObject({ status: 'succeeded', usage: { costUsd: '0.6' } });
  const second = await writer.openIssue(told.fullName, { title: 'Second', body: '' });
  await writer.label(told.fullName, second, 'troupe:look');
  await told.github.until('the second run', async () => {
    const runs = await told.runs();
    return runs.length === 2 && runs.every(({ status }) => status === 'succeeded') ? runs : undefined;
  });
  const third = await writer.openIssue(told.fullName, { title: 'Third', body: '' });
  const said = async (words: string) =>
    told.github.until(`"${words}" on the third issue`, async () =>
      told.repository.comments(third).find(({ author, body }) => author === told.app.botLogin && body.includes(words)),
    );
  await writer.label(told.fullName, third, 'troupe:look');
  await said('`look` was not started: the runs of the last 24 hours have cost the $1 that the operator');
  await writer.comment(told.fullName, third, '/troupe run look');
  await writer.comment(told.fullName, third, '/troupe explain look');
  await said('the runs of the last 24 hours have cost $1.20, and limits.cost_usd_per_day is $1');
  expect(await told.runs()).toHaveLength(2);
});
