import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { specOf } from '../../test/suites/journal-fixtures.ts';
import { runIdOf, silentLogger, systemClock } from '../support/index.ts';
import { openStore } from './index.ts';
import type { Store } from './index.ts';

let dir: string;
let here: Store;
let there: Store;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-restore-'));
  const open = (name: string) =>
    openStore({
      kind: 'embedded',
      directory: join(dir, name),
      clock: systemClock,
      log: silentLogger,
      owner: { what: 'a test' },
    });
  here = await open('here');
  there = await open('there');
});
afterEach(async () => {
  await here.close();
  await there.close();
  rmSync(dir, { recursive: true, force: true });
});

const run = runIdOf('restored');

/** A run in `here` that has parked. */
async function parked(): Promise<void> {
  await here.journal.start(specOf({ id: run }));
  const serving = await here.journal.serve(
    async (claim) => {
      await claim.append([{ type: 'run.started', data: {} }]);
      await claim.append([
        { type: 'signal.received', data: { name: 'a', data: 'x'.repeat(20_000), by: { login: 'x', from: 'api' } } },
      ]);
      const [last] = await claim.append([{ type: 'run.parked', data: { until: null } }]);
      await claim.park(last?.seq ?? 0, null, { status: 'waiting' });
    },
    { concurrency: 1 },
  );
  for await (const event of here.journal.events(run)) if (event.type === 'run.parked') break;
  await serving.stop(1_000);
}

test('a run is the same in another store, to the last event, and is restored once', async () => {
  await parked();
  const events = await here.journal.read(run);
  expect(await there.restore(events)).toBe(true);
  expect(await there.journal.read(run)).toEqual(events);
  expect(await there.restore(events)).toBe(false);
});

test.each([
  ['stays parked', false, 0],
  ['is driven when it is woken', true, 1],
])('a run that waits %s', async (_what, wake, claims) => {
  await parked();
  await there.restore(await here.journal.read(run), { wake });
  let claimed = 0;
  const serving = await there.journal.serve(
    async (claim) => {
      claimed += 1;
      const data = { status: 'succeeded' as const, reason: '', outputs: {} };
      await claim.finish((await claim.load()).length, { type: 'run.finished', data }, {});
    },
    { concurrency: 1 },
  );
  if (wake) for await (const event of there.journal.events(run)) if (event.type === 'run.finished') break;
  await serving.stop(1_000);
  expect(claimed).toBe(claims);
});
