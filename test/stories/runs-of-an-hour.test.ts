// The operator's limits of how many runs may be started in an hour and a day: they count over restarts whatever asked for the run, and the issue hears once when it is free again.
import { expect, test } from 'vitest';
import { defaultServerFile } from '../../src/host/index.ts';
import { eventually } from '../support/patience.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const look = `name: Look
branch: false
steps:
  - { id: review, type: persona-request, persona: code-reviewer }
`;

const limitedTo = (rates: object) =>
  stage({
    files: { '.github/troupe/workflows/look.yml': look },
    answers: { 'code-reviewer': { status: 'pass', summary: 'Reads well.', outputs: { risk: 'low' } } },
    serverFile: { limits: { ...defaultServerFile().limits, rates } },
  });

const refusals = (told: Story, issue: number): readonly string[] =>
  told.repository
    .comments(issue)
    .filter(({ author, body }) => author === told.app.botLogin && body.includes('was not started'))
    .map(({ body }) => body);

const another = async (told: Story, who: 'writer' | 'maintainer'): Promise<number> => {
  const user = told.github.as(who);
  const issue = await user.openIssue(told.fullName, { title: `Of ${who}`, body: '' });
  await user.label(told.fullName, issue, 'troupe:look');
  return issue;
};

const over = (told: Story, count: number): Promise<void> =>
  eventually(async () =>
    expect((await told.runs()).map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 'succeeded')),
  );

test('of one person: by label, by command and by what goes on from a run; another person is free', async () => {
  const told = await limitedTo({ perPersonHour: 2 });
  await told.label('troupe:look');
  await over(told, 1);
  const [first] = await told.runs();
  const writer = told.github.as('writer');
  // goes on from the first: the second of the hour
  await writer.comment(told.fullName, told.issue, '/troupe rerun all');
  await over(told, 2);
  await told.stopBot();
  await told.startBot();

  const third = await another(told, 'writer');
  await eventually(() => expect(refusals(told, third)).toHaveLength(1));
  const freeAt = new Date((first?.createdAt ?? 0) + 60 * 60_000).toISOString().slice(0, 16);
  expect(refusals(told, third)[0]).toContain('you have started the 2 runs that the operator of this server allows');
  expect(refusals(told, third)[0]).toContain(`The next one can be started from ${freeAt}`);
  await writer.label(told.fullName, third, 'troupe:look');
  await writer.comment(told.fullName, third, '/troupe explain look');
  await eventually(() =>
    expect(told.repository.comments(third).map(({ body }) => body)).toContainEqual(
      expect.stringContaining('limits.runs_per_person_hour is 2, and that many runs were started; free again at'),
    ),
  );
  expect(refusals(told, third)).toHaveLength(1);
  await writer.comment(told.fullName, told.issue, '/troupe rerun all');
  await eventually(() => expect(refusals(told, told.issue)).toHaveLength(1));

  await another(told, 'maintainer');
  await over(told, 3);
});

test('of one repository, whoever asks', async () => {
  const told = await limitedTo({ perRepositoryDay: 1 });
  await told.label('troupe:look');
  await over(told, 1);
  const second = await another(told, 'maintainer');
  await eventually(() =>
    expect(refusals(told, second)).toEqual([
      expect.stringContaining(
        'this repository has started the one run that the operator of this server allows in a day',
      ),
    ]),
  );
  expect(await told.runs()).toHaveLength(1);
});
