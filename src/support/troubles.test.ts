import { expect, test, vi } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from './log.ts';
import { createTroubles, noTroubles } from './troubles.ts';

test('the first success wakes everybody who waits for the end of a trouble, and nobody else', async () => {
  const troubles = createTroubles({ clock: createManualClock(), log: silentLogger });
  await troubles.over('github');
  troubles.failed('github', 'it does not answer');
  troubles.failed('store', 'the disk is full');
  const woken = vi.fn();
  const all = [1, 2, 3].map((who) => troubles.over('github').then(() => woken(who)));
  void troubles.over('store').then(() => woken('store'));
  troubles.worked('blobs');
  await Promise.resolve();
  expect(woken).not.toHaveBeenCalled();
  troubles.worked('github');
  await Promise.all(all);
  expect(woken.mock.calls.flat()).toEqual([1, 2, 3]);
  await noTroubles.over('github');
});

test('who is stopped waits no longer', async () => {
  const troubles = createTroubles({ clock: createManualClock(), log: silentLogger });
  troubles.failed('github', 'it does not answer');
  const ending = new AbortController();
  const waits = troubles.over('github', ending.signal);
  ending.abort(new Error('stopped'));
  await expect(waits).rejects.toThrow('stopped');
  await expect(troubles.over('github', ending.signal)).rejects.toThrow('stopped');
});
