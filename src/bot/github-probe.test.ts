import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { createTroubles, silentLogger } from '../support/index.ts';
import { createGitHubProbe } from './github-probe.ts';

test('GitHub is asked again every 15 s while it does not answer, and no more after that', async () => {
  const clock = createManualClock();
  let asked = 0;
  const troubles = createTroubles({ clock, log: silentLogger, began: () => probe.begin() });
  const app = {
    async installations() {
      asked += 1;
      if (asked < 3) throw new Error('away');
      troubles.worked('github');
      return [];
    },
  };
  const probe = createGitHubProbe({ app, troubles, clock });
  troubles.failed('store', 'full');
  clock.advance(60_000);
  expect(asked).toBe(0);
  troubles.failed('github', 'away');
  for (let turn = 0; turn < 6; turn += 1) {
    clock.advance(15_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(asked).toBe(3);
  troubles.failed('github', 'away again');
  probe.stop();
  clock.advance(60_000);
  expect(asked).toBe(3);
});
