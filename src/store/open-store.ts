// Opens a data directory: to drive its runs (one process at a time), or to read beside whoever does.
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decimalOf, systemClock, TroupeError } from '../support/index.ts';
import type { Clock } from '../support/index.ts';
import { createBlobs } from './blobs.ts';
import { pollForChanges } from './changes.ts';
import { createCommitter } from './committer.ts';
import { guarded, openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { createInbox, createInboxReader } from './inbox.ts';
import { createJournal } from './journal.ts';
import { storeMessages } from './messages.ts';
import { migrate, requireCurrent } from './migrations.ts';
import { readOwner, takeOwnership } from './owner.ts';
import { restoreRun } from './restore.ts';
import { isBlobUsed, purge } from './retention.ts';
import { createRunReader } from './run-reader.ts';
import { createSurfaceReader, createSurfaces } from './surfaces.ts';
import type { Reader, Store, StoreOptions } from './types.ts';

const databaseFile = 'troupe.db';

/**
 * Opens the data directory as its owner. Throws `store/owned` when another process drives it, `store/newer` when a newer
 * Troupe wrote it, `store/unavailable` when the disk refuses.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, clock, log } = options;
  const blobsDir = join(dataDir, 'blobs');
  guarded(`open ${dataDir}`, () => {
    mkdirSync(blobsDir, { recursive: true, mode: 0o700 });
    // passing (not listing) is what personas that run as other users need
    if ((statSync(dataDir).mode & 0o066) !== 0) chmodSync(dataDir, 0o700);
  });
  const ownership = takeOwnership(dataDir, options.owner.what, clock.now());
  try {
    const file = join(dataDir, databaseFile);
    const db = openDatabase(file, { readOnly: false, busyTimeoutMs: options.busyTimeoutMs ?? 1_000 });
    guarded(`update ${file}`, () => migrate(db, file, clock.now()));
    const committer = createCommitter(db);
    const blobs = createBlobs({ dir: blobsDir, clock, isUsed: (sha, before) => isBlobUsed(db, sha, before) });
    const inbox = createInbox(db, committer, clock);
    const journal = await createJournal({ db, committer, clock, log, blobs, redact: options.redact });
    let closing: Promise<void> | undefined;
    async function close(): Promise<void> {
      await journal.close();
      committer.close();
      db.close();
      ownership.release();
    }
    return {
      owner: ownership.info,
      dataDir,
      journal,
      inbox,
      blobs,
      surfaces: createSurfaces(db, committer),
      restore: (events, how) => restoreRun({ db, committer, blobs }, events, how?.wake ?? false),
      purge: (before) => purge({ db, committer, inbox, blobs }, before),
      async counts() {
        const unpricedRuns = await journal.unpricedSince(0);
        const costUsd = decimalOf(await journal.costSince(0)) ?? '0';
        const runs = countBy(db, 'run', 'status');
        return { runs, deliveries: countBy(db, 'inbox', 'state'), costUsd, unpricedRuns };
      },
      async check() {
        await committer.submit('write to the data directory', () =>
          db.run(
            'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
            'checked',
            clock.now(),
          ),
        );
      },
      close: () => (closing ??= close()),
    };
  } catch (error) {
    ownership.release();
    throw error;
  }
}

/** Opens the data directory for reading, beside a live owner or without one. */
export function openReader(
  dataDir: string,
  options: { readonly clock?: Clock; readonly pollMs?: number } = {},
): Reader {
  const file = join(dataDir, databaseFile);
  if (!existsSync(file))
    throw new TroupeError('store/missing', storeMessages.missing(dataDir), {
      class: 'config',
      hint: storeMessages.missingHint,
    });
  const db = openDatabase(file, { readOnly: true, busyTimeoutMs: 1_000 });
  try {
    guarded(`read ${file}`, () => requireCurrent(db, file));
  } catch (error) {
    db.close();
    throw error;
  }
  const clock = options.clock ?? systemClock;
  const blobs = createBlobs({ dir: join(dataDir, 'blobs'), clock, isUsed: () => true });
  const surfaces = createSurfaceReader(db);
  return {
    journal: createRunReader(db, blobs, pollForChanges(clock, options.pollMs ?? 200)),
    inbox: createInboxReader(db),
    blobs: { get: blobs.get },
    surfaces: { of: surfaces.of },
    owner: () => readOwner(dataDir),
    close: async () => db.close(),
  };
}

function countBy(db: Database, table: 'run' | 'inbox', column: 'status' | 'state'): Readonly<Record<string, number>> {
  const rows = guarded('count', () =>
    db.all(`SELECT ${column} AS name, count(*) AS n FROM ${table} GROUP BY ${column}`),
  );
  return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['n'])]));
}
