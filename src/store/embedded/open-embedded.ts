// The embedded store: SQLite and files in a data directory, driven by one process at a time, read beside it by anybody.
import {
  defined,
  machineFault,
  messageOf,
  noTroubles,
  openAll,
  probeWrite,
  randomToken,
  processClock,
  TroupeError,
} from '../../support/index.ts';
import type { ClosingStack, Troubles } from '../../support/index.ts';
import type { ReaderConfig, Reader, Store, StoreConfig } from '../ports/store.ts';
import { pollForChanges } from '../sqlite/changes.ts';
import { countsOf } from '../sqlite/counts.ts';
import { asUnavailable, guarded, isDamage, openDatabase } from '../sqlite/database.ts';
import type { Database } from '../sqlite/database.ts';
import { createHaltReader } from '../sqlite/halts.ts';
import { createInboxReader } from '../sqlite/inbox.ts';
import { freeAll } from '../sqlite/holders.ts';
import { followClock } from '../sqlite/set-back.ts';
import { storeMessages } from '../sqlite/messages.ts';
import { migrate, requireCurrent } from '../sqlite/migrations.ts';
import { restoreRun } from '../sqlite/restore.ts';
import { createRunReader } from '../sqlite/run-reader.ts';
import { createSqlitePorts } from '../sqlite/sqlite-ports.ts';
import { createSurfaceReader } from '../sqlite/surfaces.ts';
import { createProviderStateReader, freeProviders } from '../sqlite/provider-states.ts';
import { createTicketReader } from '../sqlite/tickets.ts';
import { markBeginning, readBeginning, refuseEmptied } from './beginning.ts';
import { createBlobs } from './blobs.ts';
import { controlPath, serveControl } from './control.ts';
import { filesIn, hasRuns, prepareDirectory } from './data-directory.ts';
import type { DataDirectory } from './data-directory.ts';
import { keepWatch } from './keeper.ts';
import type { Keeper } from './keeper.ts';
import { readOwner, takeOwnership } from './owner.ts';
import { checkDaily, quickCheck } from './quick-check.ts';
import { refuseHalfRestored } from './receive.ts';
import { lookedBehindKey, readRestored } from './restored.ts';
import { isBlobUsed, purge } from './retention.ts';

/** Opens the data directory as its owner: see `openStore`. Whatever fails, nothing stays open. */
export function openEmbedded(config: StoreConfig<'embedded'>): Promise<Store> {
  return openAll(
    (stack) => open(config, stack),
    (error) =>
      config.log.warn({ error: messageOf(error) }, 'the data directory could not be closed after a failed start'),
  );
}

async function open(config: StoreConfig<'embedded'>, stack: ClosingStack): Promise<Store> {
  const { directory, clock, log, troubles = noTroubles } = config;
  refuseHalfRestored(directory);
  const files = prepareDirectory(directory);
  const { db, keeper } = await own(config, stack, files);
  const told = tellTroubles(troubles, directory);
  const blobs = createBlobs({
    dir: files.blobs,
    clock,
    told: (failure) => told('blobs', failure),
    isUsed: (sha, before) => isBlobUsed(db, sha, before),
  });
  const ports = createSqlitePorts({
    db,
    clock,
    log,
    blobs,
    redact: config.redact,
    writes: { mayWrite: keeper.mayWrite, told: (failure) => told('store', failure) },
    mayTake: keeper.mayTake,
    lost: keeper.lost,
  });
  stack.add(checkDaily(files.database, { clock, log, troubles }));
  stack.add(() => ports.close());
  const { committer, journal, inbox, surfaces, tickets, locks, providers, halts } = ports;
  return {
    journal,
    inbox,
    blobs,
    surfaces,
    tickets,
    locks,
    providers,
    halts,
    restore: (events, how) => restoreRun({ db, committer, blobs }, events, how?.wake ?? false),
    purge: (before) => purge({ db, committer, inbox, blobs }, before),
    counts: () => countsOf(db, journal),
    async check() {
      await committer.submit('write to the data directory', () => writeMeta(db, 'checked', clock.now()));
      if (troubles.all().some(({ part }) => part === 'blobs')) await probe(files.blobs, () => told('blobs', undefined));
    },
    answer: (handlers) => serveControl(controlPath(directory), handlers, config.redact),
    ...defined({ restored: guarded(`read ${files.database}`, () => readRestored(db)) }),
    ...defined({
      beginning: beginningOf(directory, db, (at) =>
        committer.submit('write to the data directory', () => writeMeta(db, lookedBehindKey, at)),
      ),
    }),
    lost: keeper.lost,
    close: () => stack.close(0),
  };
}

/** The directory as this process alone has it: locked, whole, brought up to date, and watched. */
async function own(
  { directory, clock, log, troubles = noTroubles, ...config }: StoreConfig<'embedded'>,
  stack: ClosingStack,
  files: DataDirectory,
): Promise<{ readonly db: Database; readonly keeper: Keeper }> {
  refuseEmptied(directory, files.database);
  const ownership = takeOwnership(directory, config.owner.what, clock.now());
  stack.add(ownership.release);
  const db = openDatabase(files.database, { readOnly: false, busyTimeoutMs: config.busyTimeoutMs ?? 1_000 });
  stack.add(() => db.close());
  await quickCheck(files.database);
  guarded(`update ${files.database}`, () => migrate(db, files.database, clock.now()));
  guarded(`write to ${directory}`, () => markBeginning(directory, clock.now()));
  const token = randomToken(12);
  // Whoever gets the owner's lock knows that every other holder is dead: nothing waits for a lease to expire.
  guarded(`take over ${files.database}`, () => {
    followClock(db, clock.now(), log);
    freeAll(db);
    freeProviders(db, clock.now());
    writeMeta(db, ownerKey, token);
  });
  const isOurs = (): boolean => guarded(`read ${files.database}`, () => readMeta(db, ownerKey)) === token;
  const keeper = keepWatch({ database: files.database, lock: ownership.lock, isOurs, log, troubles });
  stack.add(keeper.stop);
  return { db, keeper };
}

async function probe(folder: string, worked: () => void): Promise<void> {
  try {
    await probeWrite(folder);
  } catch (error) {
    throw asUnavailable('write to the data directory', error);
  }
  worked();
}

function beginningOf(
  directory: string,
  db: Database,
  write: (at: number) => Promise<unknown>,
): Store['beginning'] | undefined {
  const at = readBeginning(directory);
  if (at === undefined) return undefined;
  return {
    at,
    wasLookedBehind: () => guarded(`read ${directory}`, () => readMeta(db, lookedBehindKey)) !== undefined,
    async lookedBehind(now) {
      await write(now);
    },
  };
}

/** In `meta`: who owns the database. Another process that took it over wrote its own. */
const ownerKey = 'owner';

function writeMeta(db: Database, key: string, value: string | number): void {
  const sql = 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
  db.run(sql, key, value);
}

function readMeta(db: Database, key: string): unknown {
  return db.get('SELECT value FROM meta WHERE key = ?', key)?.['value'];
}

/** A write that fails is a trouble until one of its kind is done. A damaged file stays one. */
function tellTroubles(troubles: Troubles, directory: string): (part: 'store' | 'blobs', failure: unknown) => void {
  return (part, failure) => {
    if (failure === undefined) return troubles.worked(part);
    const fault = machineFault(failure);
    if (fault !== undefined) troubles.failed(part, storeMessages.unavailable(`write to ${directory}`, fault.why));
    else if (isDamage(failure))
      troubles.failed('database', storeMessages.corrupt(`use the data directory ${directory}`, messageOf(failure)));
  };
}

/** Opens the data directory for reading, beside a live owner or without one. Throws `store/missing`, `store/older`, `store/newer`. */
export function openEmbeddedReader(config: ReaderConfig<'embedded'>): Reader {
  const { directory, clock = processClock, pollMs = 200 } = config;
  const files = filesIn(directory);
  refuseHalfRestored(directory);
  refuseEmptied(directory, files.database);
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
    halts: createHaltReader(db),
    owner: () => readOwner(directory),
    close: async () => db.close(),
  };
}
