// How many runs and deliveries there are of each kind, for metrics. Reads only.
import type { Journal } from '../../engine/index.ts';
import { decimalOf } from '../../support/index.ts';
import type { StoreCounts } from '../ports/store.ts';
import type { Database } from './database.ts';
import { guarded } from './database.ts';

/** Counts what is kept. */
export async function countsOf(
  db: Database,
  journal: Pick<Journal, 'costSince' | 'unpricedSince'>,
): Promise<StoreCounts> {
  const unpricedRuns = await journal.unpricedSince(0);
  const costUsd = decimalOf(await journal.costSince(0)) ?? '0';
  return { runs: countBy(db, 'run', 'status'), deliveries: countBy(db, 'inbox', 'state'), costUsd, unpricedRuns };
}

function countBy(db: Database, table: 'run' | 'inbox', column: 'status' | 'state'): Readonly<Record<string, number>> {
  const rows = guarded('count', () =>
    db.all(`SELECT ${column} AS name, count(*) AS n FROM ${table} GROUP BY ${column}`),
  );
  return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['n'])]));
}
