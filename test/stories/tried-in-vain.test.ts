// A step that fails after all its tries calls a person: the label is put on once, with the evidence in a comment, and stays off when somebody takes it off.
import { expect, test } from 'vitest';
import { eventually } from '../support/patience.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const look = `name: Look
branch: false
steps:
  - id: review
    name: Review
    type: persona-request
    persona: code-reviewer
    on_failure: retry
    retry: { limit: 2, initial: 0, jitter: false }
`;

test('a verdict that stays a no after every try: the label and the evidence are there once, over a restart', async () => {
  const why = 'The total of an empty cart is NaN.';
  const told = await stage({
    files: { '.github/troupe/workflows/look.yml': look },
    answers: { 'code-reviewer': { status: 'fail', summary: why, outputs: { risk: 'high' } } },
  });
  const labels = (): readonly string[] => told.repository.issue(told.issue).labels;
  const evidence = (): readonly string[] =>
    told.repository
      .comments(told.issue)
      .filter(({ author, body }) => author === told.app.botLogin && body.includes('notice:failed'))
      .map(({ body }) => body);

  await told.label('troupe:look');
  const ended = await told.ended();
  expect(ended).toMatchObject({ status: 'failed', escalated: expect.stringContaining(why) });
  expect([...ended.steps.values()].map(({ attempts }) => attempts)).toEqual([3]);
  await eventually(() => expect(labels()).toContain('troupe:needs-human'));
  expect(evidence()).toEqual([expect.stringContaining(why)]);

  await told.github.as('maintainer').unlabel(told.fullName, told.issue, 'troupe:needs-human');
  await told.stopBot();
  await told.startBot();
  await told.bot().sweep();
  expect(labels()).not.toContain('troupe:needs-human');
  expect(evidence()).toHaveLength(1);
});
