// The embedded store: SQLite and files in a data directory, driven by one process at a time, read beside it by anybody.
import { systemClock, TroupeError } from '../../support/index.ts';
import type { ReaderConfig, Reader, Store, StoreConfig } from '../ports/store.ts';
import { pollForChanges } from '../sqlite/changes.ts';
import { countsOf } from '../sqlite/counts.ts';
import { guarded, openDatabase } from '../sqlite/database.ts';
import { createInboxReader } from '../sqlite/inbox.ts';
import { freeAll } from '../sqlite/holders.ts';
import { storeMessages } from '../sqlite/messages.ts';
import { migrate, requireCurrent } from '../sqlite/migrations.ts';
import { restoreRun } from '../sqlite/restore.ts';
import { createRunReader } from '../sqlite/run-reader.ts';
import { createSqlitePorts } from '../sqlite/sqlite-ports.ts';
import { createSurfaceReader } from '../sqlite/surfaces.ts';
import { createProviderStateReader, freeProviders } from '../sqlite/provider-states.ts';
import { createTicketReader } from '../sqlite/tickets.ts';
import { createBlobs } from './blobs.ts';
import { controlPath, serveControl } from './control.ts';
import { filesIn, hasRuns, prepareDirectory } from './data-directory.ts';
import { readOwner, takeOwnership } from './owner.ts';
import { isBlobUsed, purge } from './retention.ts';

/** Opens the data directory as its owner: see `openStore`. */
export async function openEmbedded(config: StoreConfig<'embedded'>): Promise<Store> {
  const { directory, clock, log } = config;
  const files = prepareDirectory(directory);
  const ownership = takeOwnership(directory, config.owner.what, clock.now());
  try {
    const db = openDatabase(files.database, { readOnly: false, busyTimeoutMs: config.busyTimeoutMs ?? 1_000 });
    guarded(`update ${files.database}`, () => migrate(db, files.database, clock.now()));
    // Whoever gets the owner's lock knows that every other holder is dead: nothing waits for a lease to expire.
    guarded(`take over ${files.database}`, () => {
      freeAll(db);
      freeProviders(db, clock.now());
    });
    const blobs = createBlobs({ dir: files.blobs, clock, isUsed: (sha, before) => isBlobUsed(db, sha, before) });
    const ports = createSqlitePorts({ db, clock, log, blobs, redact: config.redact });
    const { committer, journal, inbox, surfaces, tickets, locks, providers } = ports;
    let closing: Promise<void> | undefined;
    return {
      journal,
      inbox,
      blobs,
      surfaces,
      tickets,
      locks,
      providers,
      restore: (events, how) => restoreRun({ db, committer, blobs }, events, how?.wake ?? false),
      purge: (before) => purge({ db, committer, inbox, blobs }, before),
      counts: () => countsOf(db, journal),
      check: () =>
        committer.submit('write to the data directory', () => {
          const sql =
            "INSERT INTO meta (key, value) VALUES ('checked', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
          db.run(sql, clock.now());
        }),
      answer: (handlers) => serveControl(controlPath(directory), handlers),
      close: () => (closing ??= ports.close().finally(ownership.release)),
    };
  } catch (error) {
    ownership.release();
    throw error;
  }
}

/** Opens the data directory for reading, beside a live owner or without one. Throws `store/missing`, `store/older`, `store/newer`. */
export function openEmbeddedReader(config: ReaderConfig<'embedded'>): Reader {
  const { directory, clock = systemClock, pollMs = 200 } = config;
  const files = filesIn(directory);
  if (!hasRuns(directory))
    throw new TroupeError('store/missing', storeMessages.missing(directory), {
      class: 'config',
      hint: storeMessages.missingHint,
    });
  const db = openDatabase(files.database, { readOnly: true, busyTimeoutMs: 1_000 });
  try {
    guarded(`read ${files.database}`, () => requireCurrent(db, files.database));
  } catch (error) {
    db.close();
    throw error;
  }
  const blobs = createBlobs({ dir: files.blobs, clock, isUsed: () => true });
  const surfaces = createSurfaceReader(db);
  const tickets = createTicketReader(db);
  const providers = createProviderStateReader(db);
  return {
    journal: createRunReader(db, blobs, pollForChanges(clock, pollMs)),
    inbox: createInboxReader(db),
    blobs: { get: blobs.get },
    surfaces: { of: surfaces.of },
    tickets: { of: tickets.of },
    providers: { all: providers.all },
    owner: () => readOwner(directory),
    close: async () => db.close(),
  };
}
