// Which steps the runs are at, for listings: told at once in this process, written for others a moment later, many together.
import type { RunSummary } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database } from './database.ts';
import { underClaim } from './run-writes.ts';
import type { ClaimKey } from './run-writes.ts';

/** A run of short steps changes its row once in this time, not with each of them. Like the group commit: real time, for the disk's sake. */
const togetherMs = 100;

/** Steps that are not in the rows yet. */
export interface CurrentSteps {
  /** After the append that they are true with. Already redacted. */
  set(key: ClaimKey, steps: readonly string[]): void;
  /** The row is written anew, or nobody drives the run any more. */
  drop(run: RunId): void;
  /** Inside a transaction: writes what is not in the row of this run. */
  write(key: ClaimKey): void;
  /** The row as it will be. */
  shownIn(summary: RunSummary): RunSummary;
}

/** Nothing to write yet. */
export function createCurrentSteps(db: Database, committer: Committer): CurrentSteps {
  const waiting = new Map<RunId, { readonly key: ClaimKey; readonly steps: readonly string[] }>();
  let timer: NodeJS.Timeout | undefined;

  function write({ run }: Pick<ClaimKey, 'run'>): void {
    const found = waiting.get(run);
    if (found === undefined) return;
    const { n, epoch, driver } = found.key;
    db.run(`UPDATE run SET current_steps = ? WHERE ${underClaim}`, JSON.stringify(found.steps), n, epoch, driver);
  }

  async function flush(): Promise<void> {
    timer = undefined;
    const written = [...waiting];
    try {
      await committer.submit('write which steps runs are at', () => {
        for (const [run] of written) write({ run });
      });
    } catch {
      // a listing is late: the next change writes it, and so does the end
      return;
    }
    for (const [run, entry] of written) if (waiting.get(run) === entry) waiting.delete(run);
    if (waiting.size > 0) arm();
  }

  function arm(): void {
    timer ??= setTimeout(() => void flush(), togetherMs).unref();
  }

  return {
    set(key, steps) {
      waiting.set(key.run, { key, steps });
      arm();
    },
    drop: (run) => void waiting.delete(run),
    write,
    shownIn(summary) {
      const found = waiting.get(summary.id);
      return found === undefined ? summary : { ...summary, currentSteps: found.steps };
    },
  };
}
