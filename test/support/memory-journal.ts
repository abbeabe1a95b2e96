// The real journal with its database in memory, and a hand on it: tests of the engine claim, crash and look. Nothing of it reaches a disk.
import { foldRun, isRunOver } from '../../src/engine/index.ts';
import type { Claim, Journal, NewEvent, RunEvent, RunStatus, Serving, SummaryPatch } from '../../src/engine/index.ts';
import { createCommitter } from '../../src/store/sqlite/committer.ts';
import type { Committer } from '../../src/store/sqlite/committer.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type { Row } from '../../src/store/sqlite/database.ts';
import { decodeEvent, encodeEvent } from '../../src/store/sqlite/event-codec.ts';
import { insertEvents } from '../../src/store/sqlite/event-writes.ts';
import { createHolder, freeAll } from '../../src/store/sqlite/holders.ts';
import { createJournal } from '../../src/store/sqlite/journal.ts';
import { migrate } from '../../src/store/sqlite/migrations.ts';
import { patchColumns } from '../../src/store/sqlite/run-rows.ts';
import { sha256, silentLogger } from '../../src/support/index.ts';
import type { Clock, Json, RunId } from '../../src/support/index.ts';

/** A journal that tests can look into and break. */
export interface MemoryJournal extends Journal {
  /** Takes a claim by hand, whether the run is due or not. The claim before it, if any, is fenced. */
  claim(run: RunId): Promise<Claim>;
  /** When the parked run wakes; undefined while it is driven or over. */
  wakeAt(run: RunId): number | null | undefined;
  /** All events, at once. */
  journalOf(run: RunId): readonly RunEvent[];
  /** Writes of claims so far: appends, parks, finishes. */
  writes(): number;
  /** Takes every claim away as the death of the process would: nobody is told, nothing more is accepted. */
  crash(): void;
  /** What a driver would append, without a claim, and the status that follows from it. */
  write(run: RunId, events: readonly NewEvent[]): void;
  /** What a driver would let the listing show, at once. */
  describe(run: RunId, change: SummaryPatch): void;
  /** Another process on the same storage, with a clock of its own. */
  beside(clock: Clock): Promise<MemoryJournal>;
  /** The next process on the same storage. */
  reopen(): Promise<MemoryJournal>;
}

/** What a test may change. */
export interface MemoryJournalOptions {
  readonly clock: Clock;
  readonly redact?: (json: Json) => Json;
  /** Whether claims are renewed on the clock. Absent: they stand. */
  readonly beats?: boolean;
  /** Called before each write of a claim with its number, from 1; a throw is the death of the process before that write. */
  readonly beforeWrite?: (n: number) => void;
}

/** An empty journal. */
export async function createMemoryJournal(options: MemoryJournalOptions): Promise<MemoryJournal> {
  const db = openDatabase(':memory:', { readOnly: false, busyTimeoutMs: 0 });
  migrate(db, ':memory:', options.clock.now());
  return journalOn({ ...options, db, values: new Map(), firsts: new Map() });
}

interface Storage extends MemoryJournalOptions {
  readonly db: ReturnType<typeof openDatabase>;
  /** Large values by their hash. */
  readonly values: Map<string, Uint8Array>;
  /** What each run began with: its definition lies outside the row and is not read at once. */
  readonly firsts: Map<RunId, RunEvent>;
}

async function journalOn(storage: Storage): Promise<MemoryJournal> {
  const { db, values, firsts, clock, redact, beforeWrite } = storage;
  let writes = 0;
  const committer = withHook(createCommitter(db), () => {
    writes += 1;
    beforeWrite?.(writes);
  });
  const still: Clock = { ...clock, after: () => () => {} };
  const journal = createJournal({
    db,
    committer,
    clock,
    redact,
    log: silentLogger,
    // the tests' clocks jump from timer to timer: a beat would be one
    holder: createHolder({ db, committer, clock: storage.beats === true ? clock : still, log: silentLogger }),
    blobs: {
      async put(bytes) {
        const name = sha256(bytes);
        values.set(name, bytes);
        return name;
      },
      get: async (name) => values.get(name),
      purge: async () => 0,
    },
  });
  const hands = new Map<RunId, Serving>();

  function rowOf(run: RunId): Row {
    const row = db.get('SELECT n, status, driver, wake_at FROM run WHERE id = ?', run);
    if (row === undefined) throw new Error(`no run ${run}`);
    return row;
  }
  function journalOf(run: RunId): readonly RunEvent[] {
    const rows = db.all('SELECT * FROM event WHERE run = ? AND seq > 1 ORDER BY seq', Number(rowOf(run)['n']));
    const later = rows.map((row) => {
      const event = decodeEvent(run, row, { blob: () => Promise.resolve(undefined), part: () => undefined });
      if (event instanceof Promise) throw new Error('a large value: read the journal instead');
      return event;
    });
    const first = firsts.get(run);
    return first === undefined ? later : [first, ...later];
  }
  function describe(run: RunId, change: SummaryPatch): void {
    const { sql, values: given } = patchColumns(change);
    const ended = change.status !== undefined && isRunOver(change.status) ? clock.now() : null;
    db.run(`UPDATE run SET finished_at = coalesce(finished_at, ?)${sql} WHERE id = ?`, ended, ...given, run);
  }
  return {
    ...journal,
    async start(spec) {
      const started = await journal.start(spec);
      const [first] = await journal.read(spec.id);
      if (first !== undefined) firsts.set(spec.id, first);
      return started;
    },
    async claim(run) {
      await hands.get(run)?.stop(0);
      db.run('UPDATE run SET driver = NULL, epoch = epoch + 1, runnable = 1, wake_at = NULL WHERE id = ?', run);
      const taken = Promise.withResolvers<Claim>();
      const hand = await journal.serve(
        (claim) => {
          taken.resolve(claim);
          return new Promise(() => {}); // held until the next claim
        },
        { concurrency: 1, only: new Set([run]) },
      );
      hands.set(run, hand);
      return taken.promise;
    },
    wakeAt(run) {
      const row = rowOf(run);
      // the columns are written from typed values only
      if (row['driver'] !== null || isRunOver(row['status'] as RunStatus)) return undefined;
      return row['wake_at'] as number | null;
    },
    journalOf,
    write(run, events) {
      const n = Number(rowOf(run)['n']);
      const rows = events.map((event) => encodeEvent(event, redact));
      insertEvents(db, { run, n, lastSeq: journalOf(run).length }, { events: rows, now: clock.now() });
      describe(run, { status: foldRun(journalOf(run)).status });
    },
    describe,
    writes: () => writes,
    crash: () => void db.run('UPDATE run SET driver = NULL, epoch = epoch + 1, runnable = 1 WHERE driver IS NOT NULL'),
    async reopen() {
      await journal.close();
      freeAll(db);
      return journalOn(storage);
    },
    beside: (other) => journalOn({ ...storage, clock: other, firsts: new Map() }),
  };
}

/** Calls back before each write under a claim. What it throws is what the write fails with. */
function withHook(committer: Committer, before: () => void): Committer {
  return {
    ...committer,
    // only claims write soon
    submitSoon: async (doing, change, committed) => {
      if (!doing.startsWith('lock')) before();
      return committer.submitSoon(doing, change, committed);
    },
  };
}
