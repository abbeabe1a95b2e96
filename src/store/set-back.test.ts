// A clock that was set back between two processes: what waits in the tables keeps the time that was left.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { specOf } from '../../test/suites/journal-fixtures.ts';
import { silentLogger } from '../support/index.ts';
import type { Clock } from '../support/index.ts';
import { openStore } from './index.ts';
import type { Store } from './index.ts';
import { momentsOf } from './sqlite/set-back.ts';

const hour = 3_600_000;
const start = 1_800_000_000_000;
const directory = mkdtempSync(join(tmpdir(), 'troupe-set-back-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(clock: Clock): Promise<Store> {
  return openStore({ kind: 'embedded', directory, clock, log: silentLogger, owner: { what: 'a test' } });
}

function rows(sql: string): readonly Record<string, unknown>[] {
  const db = new DatabaseSync(join(directory, 'troupe.db'));
  const found = db.prepare(sql).all();
  db.close();
  return found;
}

test('waits of rows are as long as before, and no column of the tables was forgotten', async () => {
  const before = await open(createManualClock(start + 3 * hour));
  await before.journal.start(specOf());
  const serving = await before.journal.serve(
    async (claim) => void (await claim.park(1, start + 3 * hour + 600_000, {})),
    { concurrency: 1 },
  );
  await before.providers.change('codex', (state) => ({
    state: { ...state, closed: { until: start + 4 * hour, why: 'limit', since: start + 3 * hour } },
    result: undefined,
  }));
  await expect.poll(() => rows('SELECT wake_at FROM run')[0]?.['wake_at']).toBe(start + 3 * hour + 600_000);
  await serving.stop(0);
  await before.close();

  const after = await open(createManualClock(start));
  expect(rows('SELECT wake_at, created_at FROM run')).toEqual([{ wake_at: start + 600_000, created_at: start }]);
  expect((await after.providers.get('codex')).closed).toEqual({ until: start + hour, why: 'limit', since: start });
  await after.close();
  // and once: the next start finds nothing ahead of it
  await (await open(createManualClock(start + 1_000))).close();
  expect(rows('SELECT wake_at FROM run')).toEqual([{ wake_at: start + 600_000 }]);

  const columns = rows(
    `SELECT t.name || '.' || c.name AS name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'
      AND (c.name = 'at' OR c.name LIKE '%\\_at' ESCAPE '\\' OR c.name LIKE '%\\_since' ESCAPE '\\' OR c.name LIKE '%until' OR c.name LIKE '%deadline%')`,
  ).map(({ name }) => String(name));
  const known = Object.entries(momentsOf).flatMap(([table, names]) => names.map((name) => `${table}.${name}`));
  // leases end with their owner; a migration is history; whoever drives takes events that lie ahead as of now
  const others = ['holder.lease_until', 'migration.at', 'event.at'];
  expect(columns.filter((name) => !known.includes(name) && !others.includes(name))).toEqual([]);
});
