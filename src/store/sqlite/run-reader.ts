// Reads runs: for the owner and, beside it, for anybody. Writes nothing.
import type { Journal, RunEvent, SpentQuery } from '../../engine/index.ts';
import type { Json, RunId } from '../../support/index.ts';
import { frozen, TroupeError } from '../../support/index.ts';
import type { Database, Row } from './database.ts';
import { guarded } from './database.ts';
import { decodeEvent } from './event-codec.ts';
import type { ValueSource } from './event-codec.ts';
import { storeMessages } from './messages.ts';
import {
  cursorOf,
  pageLimits,
  selectPage,
  selectSpent,
  selectStart,
  selectSummary,
  spentIn,
  summaryOf,
} from './run-rows.ts';
import type { Blobs } from '../ports/blobs.ts';

/** The reading half of the journal. */
export interface RunReader extends Pick<
  Journal,
  'events' | 'read' | 'spec' | 'summary' | 'list' | 'spent' | 'startedAt' | 'costSince' | 'unpricedSince'
> {
  /** The event of a row that somebody has at hand. */
  decode(run: RunId, row: Row): RunEvent | Promise<RunEvent>;
}

/** What `events` waits on when it has told everything. */
export interface Changes {
  /** Resolves when the run may have changed since the call, or on abort. Called before the reading it guards. */
  next(run: RunId, until: AbortSignal | undefined): { readonly changed: Promise<void>; drop(): void };
}

/** Events of a long journal are read this many at a time. */
const chunk = 1_000;
/** Definitions and personas that are kept parsed. */
const mostParts = 200;

/** The reader of a database. */
export function createRunReader(db: Database, blobs: Pick<Blobs, 'get'>, changes: Changes): RunReader {
  const source = valueSource(db, blobs);

  async function read(run: RunId, afterSeq = 0, limit = -1): Promise<RunEvent[]> {
    const rows = guarded(`read run ${run}`, () =>
      db.all(
        'SELECT * FROM event WHERE run = (SELECT n FROM run WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?',
        run,
        afterSeq,
        limit,
      ),
    );
    const events: RunEvent[] = [];
    for (const row of rows) {
      const event = decodeEvent(run, row, source);
      events.push(event instanceof Promise ? await event : event);
    }
    return events;
  }

  async function* events(run: RunId, afterSeq = 0, until?: AbortSignal): AsyncGenerator<RunEvent> {
    let seen = afterSeq;
    while (until?.aborted !== true) {
      const wait = changes.next(run, until);
      try {
        const ended = hasEnded(db, run);
        const found = await read(run, seen, chunk);
        for (const event of found) {
          if (isAborted(until)) return;
          seen = event.seq;
          yield event;
        }
        if (found.length === chunk) continue;
        if (ended) return;
        await wait.changed;
      } finally {
        wait.drop();
      }
    }
  }

  return {
    events,
    decode: (run, row) => decodeEvent(run, row, source),
    read: (run, afterSeq) => read(run, afterSeq),
    async spec(run) {
      const [first] = await read(run, 0, 1);
      return first?.type === 'run.created' ? first.data.spec : undefined;
    },
    ...summaryReader(db),
  };
}

/** Reads the rows of runs; opens no journal. */
function summaryReader(
  db: Database,
): Pick<RunReader, 'summary' | 'list' | 'spent' | 'startedAt' | 'costSince' | 'unpricedSince'> {
  function rowsOf(query: SpentQuery): readonly Row[] {
    const { sql, values } = selectSpent(query);
    return guarded('add up what runs cost', () => db.all(sql, ...values));
  }

  return {
    async summary(run) {
      const row = guarded(`read run ${run}`, () => db.get(selectSummary, run));
      return row === undefined ? undefined : summaryOf(row);
    },
    async list(query) {
      const limit = Math.max(1, Math.min(query.limit ?? pageLimits.usual, pageLimits.most));
      const { sql, values } = selectPage(query, limit);
      const found = guarded('list runs', () => db.all(sql, ...values)).map(summaryOf);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return found.length > limit && last !== undefined ? { items, next: cursorOf(last) } : { items };
    },
    spent: async (query) => spentIn(rowsOf(query)),
    async startedAt(query) {
      const { sql, values } = selectStart(query);
      const row = guarded('count runs', () => db.get(sql, ...values));
      return row === undefined ? undefined : Number(row['created_at']);
    },
    costSince: async (at) => Number(spentIn(rowsOf({ since: at })).costUsd),
    unpricedSince: async (at) => rowsOf({ since: at }).filter((row) => row['cost_complete'] === 0).length,
  };
}

function hasEnded(db: Database, run: RunId): boolean {
  const row = guarded(`read run ${run}`, () => db.get('SELECT finished_at FROM run WHERE id = ?', run));
  if (row === undefined) throw unknownRun(run);
  return row['finished_at'] !== null;
}

/** Values outside the rows of events. Runs of a workflow share its definition: read once, kept by the hash of its text. */
function valueSource(db: Database, blobs: Pick<Blobs, 'get'>): ValueSource {
  const parts = new Map<string, Json>();
  return {
    async blob(sha256: string): Promise<string | undefined> {
      const bytes = await blobs.get(sha256);
      return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
    },
    part(sha256: string): Json | undefined {
      const known = parts.get(sha256);
      if (known !== undefined) return known;
      const json = db.get('SELECT json FROM definition_part WHERE sha256 = ?', sha256)?.['json'];
      if (typeof json !== 'string') return undefined;
      // Written by encodeEvent with JSON.stringify.
      const value = frozen(JSON.parse(json) as Json);
      parts.set(sha256, value);
      const oldest = parts.size > mostParts ? parts.keys().next().value : undefined;
      if (oldest !== undefined) parts.delete(oldest);
      return value;
    },
  };
}

/** The error for an id that no run has. */
export function unknownRun(run: string): TroupeError {
  return new TroupeError('store/unknown-run', storeMessages.unknownRun(run), {
    class: 'config',
    hint: storeMessages.unknownRunHint,
  });
}

/** A function so that the compiler does not take the flag for constant over a `yield`. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
