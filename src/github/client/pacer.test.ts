import { expect, test } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createPacer } from './pacer.ts';

function world(options: { readonly burst?: number; readonly intervalMs?: number } = {}) {
  const clock = createManualClock(0);
  const pacer = createPacer({ clock, ...options });
  const sent: { what: string; at: number }[] = [];
  const write = (what: string, urgency: 'urgent' | 'create' | 'progress' | 'read', content = false) =>
    pacer.run({ what, urgency, content }, () => {
      sent.push({ what, at: clock.now() });
      return Promise.resolve();
    });
  return { clock, pacer, sent, write };
}

test('a burst goes at once, then writes are a second apart and urgent ones first', async () => {
  const { clock, sent, write } = world({ burst: 2 });
  const all = [write('a', 'create'), write('b', 'create'), write('c', 'create'), write('d', 'urgent')];
  await clock.walk(0);
  expect(sent.map(({ what }) => what)).toEqual(['a', 'b']);
  await clock.walk(2_000);
  await Promise.all(all);
  expect(sent.slice(2)).toEqual([
    { what: 'd', at: 1_000 },
    { what: 'c', at: 2_000 },
  ]);
});

test('reads do not wait for writes', async () => {
  const { clock, sent, write } = world({ burst: 1 });
  void write('a', 'create');
  void write('b', 'create');
  await write('r', 'read');
  expect(sent.map(({ what }) => what)).toEqual(['a', 'r']);
  await clock.walk(1_000);
  expect(sent).toHaveLength(3);
});

test('progress gives way when half the burst is used up, and says when to come back', async () => {
  const { write } = world({ burst: 4 });
  for (const what of ['a', 'b', 'c']) await write(what, 'create');
  await expect(write('p', 'progress')).rejects.toMatchObject({
    code: 'github/paced',
    class: 'rate_limit',
    retryAfterMs: 1_000,
  });
});

test('no more than 60 comments in a minute', async () => {
  const { clock, sent, write } = world({ burst: 100 });
  const all = Array.from({ length: 61 }, () => write('c', 'create', true));
  await clock.walk(59_000);
  expect(sent).toHaveLength(60);
  await clock.walk(2_000);
  await Promise.all(all);
  expect(sent).toHaveLength(61);
});

test('a pause holds everything back, and at most 20 requests are under way', async () => {
  const { clock, pacer, sent, write } = world();
  pacer.pauseUntil(5_000);
  const held = write('r', 'read');
  await clock.walk(4_999);
  expect(sent).toHaveLength(0);
  await clock.walk(1);
  await held;
  let open = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const all = Array.from({ length: 30 }, () =>
    pacer.run({ what: 'x', urgency: 'read' }, async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise<void>((resolve) => ends.push(resolve));
      open -= 1;
    }),
  );
  await clock.walk(0);
  while (ends.length > 0) {
    ends.shift()?.();
    await clock.walk(0);
  }
  await Promise.all(all);
  expect(most).toBe(20);
});
