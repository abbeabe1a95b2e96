// Group commit: changes that arrive together share one transaction. Each change succeeds or fails alone. Knows no table.
import type { Database } from './database.ts';
import { asUnavailable } from './database.ts';

/** Puts changes into the next transaction. */
export interface Committer {
  /**
   * Runs `change` inside the next shared transaction and resolves with what it returned once that is on disk. `change`
   * may run twice (when another change of the same transaction broke it), so it touches nothing but the database. `committed`
   * runs right after the commit, before anybody who waits goes on, and never throws.
   */
  submit<Result>(doing: string, change: () => Result, committed?: (result: Result) => void): Promise<Result>;
  /** The same without waiting for what else arrives from outside: with what is ready by now. For a step that waits for it. */
  submitSoon: Committer['submit'];
  /** Writes what is waiting, then refuses further changes. */
  close(): void;
}

interface Waiting {
  readonly doing: string;
  /** Runs the change and keeps its result or its refusal for `settle`. Throws only what breaks the transaction. */
  apply(): void;
  settle(): void;
  fail(error: unknown): void;
}

/** A refusal is the change's own decision (a fenced append): it changed nothing and leaves the transaction whole. */
export class Refusal {
  readonly error: Error;
  constructor(error: Error) {
    this.error = error;
  }
}

/** What a committer is told and tells. */
export interface CommitterOptions {
  /** Asked before each transaction; throws where nothing may be written any more. */
  mayWrite?(): void;
  /** After each transaction that was tried: what failed, undefined where it was written. */
  told?(failure: unknown): void;
}

/** The committer of a database. */
export function createCommitter(db: Database, options: CommitterOptions = {}): Committer {
  let waiting: Waiting[] = [];
  let closed = false;

  function flush(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const failure = transact(db, batch, options);
    if (failure === undefined) return settleAll(batch);
    if (batch.length === 1) return batch[0]?.fail(asUnavailable(batch[0].doing, failure.error));
    for (const change of batch) {
      const own = transact(db, [change], options);
      if (own === undefined) change.settle();
      else change.fail(asUnavailable(change.doing, own.error));
    }
  }

  /** Each kind has a time of its own; whichever comes first takes all that waits. */
  function put(schedule: (flush: () => void) => void): Committer['submit'] {
    let scheduled = false;
    function flushNow(): void {
      scheduled = false;
      flush();
    }
    return <Result>(doing: string, change: () => Result, committed?: (result: Result) => void) =>
      new Promise<Result>((resolve, reject) => {
        if (closed) return reject(asUnavailable(doing, closedError()));
        const done = (result: Result): void => {
          committed?.(result);
          resolve(result);
        };
        waiting.push(waitingFor(doing, change, { done, fail: reject }));
        if (scheduled) return;
        scheduled = true;
        schedule(flushNow);
      });
  }

  return {
    // After all that the network brought in this round of the loop and the next: what arrives together is read in two of them.
    submit: put((flush) => setImmediate(() => setImmediate(flush))),
    // After all that goes on by itself: fifty runs whose steps ended together are fifty changes of one transaction.
    submitSoon: put((soon) => process.nextTick(soon)),
    close() {
      if (closed) return;
      flush();
      closed = true;
    },
  };
}

function waitingFor<Result>(
  doing: string,
  change: () => Result,
  { done, fail }: { readonly done: (result: Result) => void; readonly fail: (error: unknown) => void },
): Waiting {
  let outcome: { readonly value: Result } | { readonly refusal: Refusal } | undefined;
  return {
    doing,
    apply() {
      try {
        outcome = { value: change() };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        outcome = { refusal: error };
      }
    },
    settle() {
      if (outcome === undefined) return;
      if ('refusal' in outcome) return fail(outcome.refusal.error);
      done(outcome.value);
    },
    fail,
  };
}

function transact(
  db: Database,
  batch: readonly Waiting[],
  { mayWrite, told }: CommitterOptions,
): { readonly error: unknown } | undefined {
  let failure: { readonly error: unknown } | undefined;
  try {
    mayWrite?.();
    db.run('BEGIN IMMEDIATE');
    for (const change of batch) change.apply();
    db.run('COMMIT');
  } catch (error) {
    failure = { error };
    rollBack(db);
  }
  told?.(failure?.error);
  return failure;
}

/** SQLite may have rolled back by itself; where even that fails, the next transaction cannot begin and says why. */
function rollBack({ raw }: Database): void {
  try {
    if (raw.isOpen && raw.isTransaction) raw.exec('ROLLBACK');
  } catch {
    // told by the next BEGIN
  }
}

function settleAll(batch: readonly Waiting[]): void {
  for (const change of batch) change.settle();
}

function closedError(): Error {
  return Object.assign(new Error('the store is closed'), { code: 'ERR_SQLITE_ERROR' });
}
