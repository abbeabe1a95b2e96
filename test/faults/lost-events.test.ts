// Webhooks that are lost, doubled or out of order change nothing about the end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import { eventsPerIssue, startOrders, withoutDriving } from '../support/lost-events.ts';
import { idle } from '../support/idle.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import { endingOf, neutralAnswers, over, quickFiles } from '../support/write-faults.ts';

const stage = storyPerTest();

test('all webhooks of a story are lost: one sweep finds them, and the end is the same', async () => {
  const told = await stage({ answers: neutralAnswers, files: quickFiles });
  await told.github.settled();
  await told.bot().sweep();
  told.github.faults.deliveries({ event: '*', effect: 'drop' });
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe help');
  await told.label('troupe:quick');
  await told.bot().sweep();
  await over(told);
  expect(await endingOf(told)).toMatchObject({
    status: 'succeeded',
    personaRuns: 1,
    openChecks: 0,
    branches: 2,
    labels: ['reviewed'],
    comments: ['answer', 'run'],
    reactions: ['+1', 'eyes'],
  });
});

describe('a command label that GitHub never told of', () => {
  async function forgotten(clock = createManualClock(Date.now())): Promise<Story> {
    const story = await stage({
      files: quickFiles,
      world: { clock },
      bot: { clock, wrap: { store: withoutDriving } },
    });
    await story.github.settled();
    await story.bot().sweep();
    story.github.setWebhook(story.app.slug, { url: undefined });
    return story;
  }

  test('is found by the state sweep, once, in the name of who put it on', async () => {
    const clock = createManualClock(Date.now());
    const told = await forgotten(clock);
    await told.label('troupe:quick');
    await told.bot().sweep();
    expect(await told.runs()).toEqual([]); // its delivery may still be under way
    clock.advance(3 * 60_000);
    await told.bot().sweep();
    await idle(told);
    const [run, ...others] = await told.runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ workflow: 'quick', taskNumber: told.issue });
    expect(run === undefined ? undefined : await told.bot().store.journal.spec(run.id)).toMatchObject({
      requester: { login: 'writer' },
      event: { sender: 'writer' },
    });
    expect(told.repository.issue(told.issue).labels).toEqual([]);
    clock.advance(15 * 60_000);
    await told.bot().sweep();
    await idle(told);
    expect(await told.runs()).toHaveLength(1);
  });

  test('of somebody who may not start anything is refused with a line, by the handler and not by the sweep', async () => {
    const clock = createManualClock(Date.now());
    const told = await forgotten(clock);
    await told.label('troupe:quick', 'triager');
    clock.advance(3 * 60_000);
    await told.bot().sweep();
    await idle(told);
    expect(await told.runs()).toEqual([]);
    expect(told.comments().map(({ body }) => body.split('\n')[0])).toEqual([expect.stringContaining('triager')]);
  });

  test('on a pull request works too', async () => {
    const clock = createManualClock(Date.now());
    const told = await forgotten(clock);
    const writer = told.github.as('writer');
    await writer.pushCommit(told.fullName, 'topic', { message: 'Try', files: { 'a.txt': 'a\n' }, from: 'main' });
    const pull = await writer.openPullRequest(told.fullName, { head: 'topic', title: 'Try' });
    await writer.label(told.fullName, pull, 'troupe:quick');
    clock.advance(3 * 60_000);
    await told.bot().sweep();
    await idle(told);
    expect(await told.runs()).toMatchObject([{ workflow: 'quick', taskNumber: pull }]);
  });
});

test('the six events of a story in random orders, some of them twice, come to the same end', async () => {
  const orders = await startOrders(stage);
  const [wanted] = await orders.play([[0, 1, 2, 3, 4, 5]]);
  expect(wanted).toEqual({
    runs: ['quick: queued'],
    answers: 1,
    labels: ['bug'],
    reactions: ['+1', 'eyes'],
  });
  const events = Array.from({ length: eventsPerIssue }, (_, index) => index);
  const arbitrary = fc
    .tuple(fc.array(fc.constantFrom(...events), { maxLength: 4 }))
    .chain(([twice]) => fc.shuffledSubarray([...events, ...twice], { minLength: events.length + twice.length }));
  const drawn = fc.sample(arbitrary, { numRuns: 6, seed: Date.now() % 100_000 });
  const endings = await orders.play(drawn);
  for (const [index, ending] of endings.entries())
    expect({ order: drawn[index], ...ending }).toEqual({ order: drawn[index], ...wanted });
});
