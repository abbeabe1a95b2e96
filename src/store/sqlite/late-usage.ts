// What an answer took that came after the end of its run: the one event that an ended run takes. Its status, its end and its steps stay.
import { fold, foldRun, summaryOf } from '../../engine/index.ts';
import type { RunEvent } from '../../engine/index.ts';
import { defined } from '../../support/index.ts';
import type { Clock, RunId } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database } from './database.ts';
import type { EncodedEvent } from './event-codec.ts';
import { insertEvents } from './event-writes.ts';
import { patchColumns } from './run-rows.ts';

/** Where it is written. */
export interface LateUsagePorts {
  readonly db: Database;
  readonly committer: Committer;
  readonly clock: Clock;
  read(run: RunId): Promise<readonly RunEvent[]>;
  changed(run: RunId): void;
}

/** Appends the event, and what the run cost with it: added up anew over the whole journal, never onto the sum of before. */
export async function writeLateUsage(ports: LateUsagePorts, run: RunId, row: EncodedEvent): Promise<number> {
  const { db, committer, clock } = ports;
  for (;;) {
    const state = foldRun(await ports.read(run));
    const now = clock.now();
    const seq = state.seq + 1;
    const { costUsd, costComplete, tokens } = summaryOf(fold(state, [{ ...row.event, run, seq, at: now }]));
    const { sql, values } = patchColumns(defined({ costUsd, costComplete, tokens }));
    const isWritten = await committer.submit(
      `count what came late for run ${run}`,
      () => {
        const found = db.get(
          'SELECT n, (SELECT max(seq) FROM event WHERE run = run.n) AS seq FROM run WHERE id = ?',
          run,
        );
        // somebody else was faster: counted again with that
        if (Number(found?.['seq']) !== state.seq) return false;
        const n = Number(found?.['n']);
        insertEvents(db, { run, n, lastSeq: state.seq }, { events: [row], now });
        db.run(`UPDATE run SET ${sql.slice(2)} WHERE n = ?`, ...values, n);
        return true;
      },
      (written) => written && ports.changed(run),
    );
    if (isWritten) return seq;
  }
}
