// Orders of the six events of a story, and random ones with doubles, come to the same end. Each kind of webhook may be lost. A sample by a printed seed, or all with TROUPE_ALL_POINTS=1.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsPerIssue, kinds, startOrders } from '../support/lost-events.ts';
import type { OrderEnding } from '../support/lost-events.ts';
import { allPoints, drawnFrom } from '../support/crash-sample.ts';
import { startStory } from '../support/story.ts';
import { endingOf, neutralAnswers, over, quickFiles } from '../support/write-faults.ts';
import type { WriteEnding } from '../support/write-faults.ts';

const events = Array.from({ length: eventsPerIssue }, (_, index) => index);
/** Issues of one world: its lists stay short enough to be quick. */
const perWorld = 60;

async function playAll(orders: readonly (readonly number[])[]): Promise<void> {
  for (let start = 0; start < orders.length; start += perWorld) {
    const { play, story } = await startOrders();
    try {
      const [wanted] = await play([events]);
      const part = orders.slice(start, start + perWorld);
      const endings: OrderEnding[] = [];
      for (let at = 0; at < part.length; at += 12) endings.push(...(await play(part.slice(at, at + 12))));
      for (const [index, ending] of endings.entries())
        expect({ order: part[index], ...ending }).toEqual({ order: part[index], ...wanted });
    } finally {
      await story.close();
    }
  }
}

test('orders of the same webhooks', async () => {
  const orders = permutations(events);
  expect(orders).toHaveLength(720);
  await playAll(allPoints ? orders : drawnFrom(orders, 90));
});

test('random orders with doubles', async () => {
  const arbitrary = fc
    .array(fc.constantFrom(...events), { maxLength: 6 })
    .chain((twice) => fc.shuffledSubarray([...events, ...twice], { minLength: events.length + twice.length }));
  const seed = Date.now() % 1_000_000;
  process.stdout.write(`random orders: seed ${seed}\n`);
  await playAll(fc.sample(arbitrary, { numRuns: allPoints ? 1_000 : 125, seed }));
});

describe('a kind of webhook that never arrives is made up for by one sweep', () => {
  let wanted: WriteEnding | undefined;

  async function tellWithout(kind: string | undefined): Promise<WriteEnding> {
    const story = await startStory({ answers: neutralAnswers, files: quickFiles });
    try {
      await story.github.settled();
      await story.bot().sweep();
      if (kind !== undefined) story.github.faults.deliveries({ event: kind, effect: 'drop' });
      await story.github.as('writer').comment(story.fullName, story.issue, '/troupe help');
      await story.label('troupe:quick');
      await story.github.settled();
      await story.bot().sweep();
      await over(story);
      return await endingOf(story);
    } finally {
      await story.close();
    }
  }

  test.each(kinds)('%s', async (kind) => {
    wanted ??= await tellWithout(undefined);
    expect(wanted).toMatchObject({ status: 'succeeded', personaRuns: 1, openChecks: 0 });
    expect(await tellWithout(kind)).toEqual(wanted);
  });
});

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
