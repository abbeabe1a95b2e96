// What a clock that was set back between two processes does to the tables: nothing. What lies ahead of it keeps the time that was left. Touches no event: whoever drives takes those that lie ahead as of now.
import type { Logger } from '../../support/index.ts';
import type { Database } from './database.ts';
import { leaseMs } from './holders.ts';
import { rememberTime, timeKey } from './remember-time.ts';

/** Every column that holds a moment of this machine's clock; `provider_state.data` holds more. */
export const momentsOf: Readonly<Record<string, readonly string[]>> = {
  run: ['created_at', 'started_at', 'finished_at', 'wake_at'],
  run_lock: ['at'],
  halt: ['at'],
  surface: ['updated_at', 'doubt_since', 'look_at'],
  inbox: ['received_at', 'next_at'],
  inbox_twin: ['at'],
  ticket: ['next_at', 'deadline', 'created_at', 'updated_at'],
  provider_state: ['updated_at'],
};

/** When something was written last, as far as rows tell. */
const lastWrites = [
  `SELECT value AS at FROM meta WHERE key = '${timeKey}'`,
  `SELECT max(lease_until) - ${leaseMs} AS at FROM holder`,
  'SELECT max(created_at) AS at FROM run',
  'SELECT max(finished_at) AS at FROM run',
  'SELECT max(updated_at) AS at FROM surface',
  'SELECT max(updated_at) AS at FROM ticket',
];

/** Less than this is how clocks of machines are kept right. */
const leastMs = 1_000;

/** First thing of an owner, before leases are removed: moves back what lies ahead of `now` by what the clock was set back since the last write. */
export function followClock(db: Database, now: number, log: Logger): void {
  const seen = Math.max(...lastWrites.map((sql) => Number(db.get(sql)?.['at'] ?? 0)));
  const backMs = seen - now;
  db.run('BEGIN IMMEDIATE');
  try {
    if (backMs > leastMs) {
      log.warn(
        { backMs },
        'The clock of this machine was set back since the data directory was used last: what waits keeps the time that was left',
      );
      moveBack(db, now, backMs);
    }
    rememberTime(db, now);
    db.run('COMMIT');
  } catch (error) {
    db.run('ROLLBACK');
    throw error;
  }
}

function moveBack(db: Database, now: number, backMs: number): void {
  for (const [table, columns] of Object.entries(momentsOf))
    for (const column of columns)
      db.run(`UPDATE ${table} SET ${column} = ${column} - ? WHERE ${column} > ?`, backMs, now);
  for (const { account, data } of db.all('SELECT account, data FROM provider_state')) {
    const moved: unknown = JSON.parse(String(data), (_key, value: unknown) =>
      typeof value === 'number' && value > now ? value - backMs : value,
    );
    db.run('UPDATE provider_state SET data = ? WHERE account = ?', JSON.stringify(moved), String(account));
  }
}
