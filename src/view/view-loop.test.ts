import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../support/index.ts';
import type { Reconciled } from './reconcile.ts';
import { runId, startedAt } from './testing.ts';
import { createViewLoop } from './view-loop.ts';

/** A loop whose passes end when the test says so. */
function world(answers: (Reconciled | Error)[] = []) {
  const clock = createManualClock(startedAt);
  const ends: ((answer: Reconciled | Error) => void)[] = [];
  let running = 0;
  let most = 0;
  let count = 0;
  const loop = createViewLoop({
    clock,
    log: silentLogger,
    async pass() {
      count += 1;
      running += 1;
      most = Math.max(most, running);
      const answer = answers.shift() ?? (await new Promise<Reconciled | Error>((resolve) => ends.push(resolve)));
      running -= 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  async function settle() {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
  return { loop, clock, ends, settle, passes: () => count, most: () => most };
}

test('changes that come together are shown by one pass, and two passes never overlap', async () => {
  const { loop, ends, settle, clock, passes, most } = world();
  for (let index = 0; index < 20; index += 1) loop.poke(runId);
  expect(passes()).toBe(1);
  ends.shift()?.({ settled: true });
  await settle();
  expect(passes()).toBe(1);
  clock.advance(1_000);
  expect(passes()).toBe(2);
  expect(most()).toBe(1);
});

test('an urgent change does not wait for the quiet time', async () => {
  const { loop, settle, passes } = world([{ settled: true }, { settled: true }, { settled: true }]);
  loop.poke(runId);
  await settle();
  loop.poke(runId, 'now');
  await settle();
  expect(passes()).toBe(2);
});

test('a flush ends when the view is settled, through retries and failures', async () => {
  const { loop, clock, settle, passes } = world([
    new Error('no database'),
    { settled: false, nextAt: 0 },
    { settled: true },
  ]);
  let isDone = false;
  const flushed = loop.flush(runId).then(() => (isDone = true));
  await settle();
  expect(passes()).toBe(1);
  clock.advance(1_000);
  await settle();
  clock.advance(1);
  await settle();
  expect(isDone).toBe(true);
  await flushed;
  expect(passes()).toBe(3);
});

test('a pass that names a time is followed by one then', async () => {
  const { loop, clock, ends, settle, passes } = world();
  loop.poke(runId);
  ends.shift()?.({ settled: true, nextAt: clock.now() + 60_000 });
  await settle();
  clock.advance(59_999);
  expect(passes()).toBe(1);
  clock.advance(1);
  expect(passes()).toBe(2);
});

test('after a stop nothing begins and nobody waits for ever', async () => {
  const { loop, ends, passes } = world();
  const flushed = loop.flush(runId);
  const stopped = loop.stop();
  ends.shift()?.({ settled: false, nextAt: 0 });
  await Promise.all([flushed, stopped]);
  loop.poke(runId);
  expect(passes()).toBe(1);
});

test('what is about to be followed by more waits a moment for it, and no longer', async () => {
  const { loop, clock, settle, passes } = world([{ settled: true }, { settled: true }]);
  loop.poke(runId, 'soon');
  expect(passes()).toBe(0);
  clock.advance(1_000);
  loop.poke(runId, 'soon');
  clock.advance(999);
  expect(passes()).toBe(0);
  clock.advance(1);
  expect(passes()).toBe(1);
  await settle();
  loop.poke(runId, 'soon');
  loop.poke(runId, 'now');
  expect(passes()).toBe(2);
});
