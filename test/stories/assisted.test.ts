// A person does what a persona would do: asked on the issue, answered with `/troupe answer`. No verdict, no pass.
import { expect, test } from 'vitest';
import type { StepPath } from '../../src/support/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import { eventually } from '../support/patience.ts';

const stage = storyPerTest();

const look = `name: Look
branch: false
steps:
  - { id: review, type: persona-request, persona: code-reviewer, provider: people }
  - { id: thanks, type: github, action: comment, params: { body: "Thank you, {{steps.review.summary}}" }, dependencies: [review], condition: "steps.review.verdict === 'pass'" }
`;

/** The label is on and a person is asked. */
async function untilAsked(
  persona = '---\nname: code-reviewer\ndescription: Reviews the change\ntools: [read, search]\n---\nYou review.\n',
) {
  const story = await stage({
    files: { '.github/troupe/workflows/look.yml': look, '.github/troupe/personas/code-reviewer.md': persona },
    providers: { people: { transport: 'assisted' } },
    serverFile: { defaultProvider: 'people' },
  });
  const told = story;
  await told.label('troupe:look');
  await question(told, 'Please do the work of code-reviewer (Reviews the change) yourself.');
  return told;
}

/** Waits until the bot has said it on the issue. */
async function question(told: Story, words: string): Promise<void> {
  await eventually(() =>
    expect(
      told
        .comments()
        .map(({ body }) => body)
        .join('\n'),
    ).toContain(words),
  );
}

async function answer(told: Story, words: string): Promise<void> {
  await told.github.as('writer').comment(told.fullName, told.issue, `/troupe answer ${words}`);
}

const review = 'review' as StepPath; // an id outside loops

test('a person answers pass and why: that is the result, with their name on it', async () => {
  const told = await untilAsked();
  await answer(told, 'pass: reads well, every path is tested');
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded', usage: { costUsd: '0' } });
  expect(run.steps.get(review)?.result).toMatchObject({
    verdict: 'pass',
    summary: 'reads well, every path is tested (writer)',
    provider: 'people',
  });
  await question(told, 'Thank you, reads well, every path is tested (writer)');
});

test('a person says no: the run is not green, and what depends on it is skipped', async () => {
  const told = await untilAsked();
  await answer(told, 'fail - the discount is taken twice');
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'failed' });
  expect(run.steps.get(review)?.result).toMatchObject({
    verdict: 'fail',
    summary: 'the discount is taken twice (writer)',
  });
  expect(run.steps.get('thanks' as StepPath)?.status).toBe('skipped');
});

test('an answer without a verdict is asked for again, over a restart; outputs come as a result object', async () => {
  const told = await untilAsked(
    '---\nname: code-reviewer\ndescription: Reviews the change\ntools: [read, search]\nx-troupe:\n  outputs: { type: object, required: [risk], properties: { risk: { enum: [low, high] } } }\n---\nYou review.\n',
  );
  await question(told, 'It hands on risk');
  await answer(told, 'I had a look at it');
  await question(told, 'it does not begin with a verdict');
  await answer(told, 'pass: small');
  await question(told, 'a pass hands on risk here');
  await told.bot().stop(1_000);
  await told.startBot();
  await answer(told, '{"status":"pass","summary":"Small","outputs":{"risk":"low"}}');
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  expect(run.steps.get(review)?.result).toMatchObject({ verdict: 'pass', outputs: { risk: 'low' } });
});
