// The one place that opens SQLite: settings, prepared statements, and errors turned into sentences. Knows no table.
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { isObject, machineFault, messageOf, TroupeError } from '../../support/index.ts';
import { storeMessages } from './messages.ts';

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection with its prepared statements. */
export interface Database {
  readonly raw: DatabaseSync;
  /** The rows of a query. */
  all(sql: string, ...values: SQLInputValue[]): readonly Row[];
  /** The first row of a query. */
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Runs a statement; the number of rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  close(): void;
}

/** Opens the main database: WAL, every commit on disk before it counts; `:memory:` is on no disk. Throws `store/unavailable`. */
export function openDatabase(file: string, options: { readOnly: boolean; busyTimeoutMs: number }): Database {
  return guarded(`open ${file}`, () => {
    if (!options.readOnly && file !== ':memory:') makePrivate(file);
    const raw = new DatabaseSync(file, { readOnly: options.readOnly, timeout: options.busyTimeoutMs });
    if (!options.readOnly) {
      raw.exec('PRAGMA journal_mode = WAL');
      raw.exec('PRAGMA synchronous = FULL');
      raw.exec('PRAGMA journal_size_limit = 67108864');
      raw.exec('PRAGMA cache_size = -16000');
    }
    return wrap(raw);
  });
}

/** For us alone, before anything is in it. SQLite gives its log and shared memory the same mode. */
export function makePrivate(file: string): void {
  // never opened where it is there: closing it again would give up the locks that this process has on it
  if (existsSync(file)) chmodSync(file, 0o600);
  else closeSync(openSync(file, 'a', 0o600));
}

/** Runs `work`; an error of SQLite or the disk becomes `store/unavailable`. */
export function guarded<Result>(doing: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw asUnavailable(doing, error);
  }
}

/** The error as `store/unavailable` where SQLite or the disk is at fault; any other as it is. */
export function asUnavailable(doing: string, error: unknown): unknown {
  if (error instanceof TroupeError || !isStorageError(error)) return error;
  if (isDamage(error))
    return new TroupeError('store/corrupt', storeMessages.corrupt(doing, messageOf(error)), {
      hint: storeMessages.corruptHint('troupe.db'),
      cause: error,
    });
  return new TroupeError('store/unavailable', storeMessages.unavailable(doing, messageOf(error)), {
    class: 'transient',
    hint: storeMessages.unavailableHint,
    cause: error,
  });
}

/** Beside the faults of the machine: what somebody has done to the folder. */
const folderCodes = new Set(['EACCES', 'EPERM', 'ENOTDIR']);

/** SQLITE_CORRUPT and SQLITE_NOTADB: no waiting mends them. */
export function isDamage(error: unknown): boolean {
  const code = isObject(error) ? error['errcode'] : undefined;
  return typeof code === 'number' && [11, 26].includes(code % 256);
}

function isStorageError(error: unknown): boolean {
  if (!isObject(error) || typeof error['code'] !== 'string') return false;
  return error['code'] === 'ERR_SQLITE_ERROR' || folderCodes.has(error['code']) || machineFault(error) !== undefined;
}

function wrap(raw: DatabaseSync): Database {
  const statements = new Map<string, StatementSync>();
  function prepared(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = raw.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }
  return {
    raw,
    all: (sql, ...values) => prepared(sql).all(...values),
    get: (sql, ...values) => prepared(sql).get(...values),
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    close: () => {
      statements.clear();
      if (raw.isOpen) raw.close();
    },
  };
}
