// The engine's journal on SQLite, for the process that owns it.
import type { NewEvent } from '../../engine/index.ts';
import type { Logger, RunId } from '../../support/index.ts';
import { createChangeBoard } from './changes.ts';
import type { ChangeBoard } from './changes.ts';
import type { Holder } from './holders.ts';
import { holdClaim, putAll } from './claim.ts';
import type { HeldClaim, WriteContext } from './claim.ts';
import { createCurrentSteps } from './current-steps.ts';
import { encodeEvent } from './event-codec.ts';
import type { EncodedEvent } from './event-codec.ts';
import { createFirstRows } from './first-rows.ts';
import { writeLateUsage } from './late-usage.ts';
import type { LateUsagePorts } from './late-usage.ts';
import { createRunReader, unknownRun } from './run-reader.ts';
import { startScheduler } from './scheduler.ts';
import type { Scheduler } from './scheduler.ts';
import { nextWake, writeClaims } from './claim-rounds.ts';
import { writeGiveBack, writePost, writeStart } from './run-writes.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { StoreJournal } from '../ports/store.ts';

/** What the journal needs. */
export interface JournalOptions extends Omit<WriteContext, 'changed' | 'blobs' | 'currentSteps'> {
  readonly blobs: Blobs;
  readonly log: Logger;
  readonly holder: Holder;
  /** Aborted when nobody may drive here any more. */
  readonly lost?: AbortSignal;
}

/** The journal. */
export function createJournal(options: JournalOptions): StoreJournal {
  const { db, committer, clock, blobs, redact, holder } = options;
  const board: ChangeBoard = createChangeBoard();
  const reader = createRunReader(db, blobs, board);
  const firstRows = createFirstRows();
  const held = new Map<RunId, HeldClaim>();
  const schedulers = new Set<Scheduler>();

  function wakeAll(): void {
    for (const scheduler of schedulers) scheduler.wake();
  }
  function changed(run: RunId, ended: boolean): void {
    board.changed(run);
    if (!ended) return;
    if (held.get(run)?.isOver() === true) held.delete(run);
    wakeAll();
  }
  function encode(event: NewEvent): EncodedEvent {
    return encodeEvent(event, redact);
  }
  const currentSteps = createCurrentSteps(db, committer);
  const context: WriteContext = { db, committer, clock, blobs, redact, currentSteps, changed };

  const late: LateUsagePorts = { db, committer, clock, read: reader.read, changed: (run) => board.changed(run) };

  const stopBeat = holder.onBeat(() => {
    for (const claim of held.values()) claim.check();
  });

  return {
    ...reader,
    async summary(run) {
      const found = await reader.summary(run);
      return found === undefined ? undefined : currentSteps.shownIn(found);
    },
    async list(query) {
      const page = await reader.list(query);
      return { ...page, items: page.items.map((item) => currentSteps.shownIn(item)) };
    },
    async start(spec) {
      const first = encode({ type: 'run.created', data: { spec } });
      const title = first.event.type === 'run.created' ? first.event.data.spec.task.title : '';
      const start = await committer.submit(
        `start run ${spec.id}`,
        () => writeStart(db, spec, { title, first, now: clock.now() }),
        (event) => {
          if (event === undefined) return;
          firstRows.keep(spec.id, first, event.at);
          changed(spec.id, true);
        },
      );
      return { created: start !== undefined };
    },
    async post(run, event) {
      const row = encode(event);
      await putAll(blobs, row.blobs);
      const posted = await committer.submit(
        `write to run ${run}`,
        () => writePost(db, run, { event: row, now: clock.now() }),
        (result) => {
          if (result.kind !== 'accepted') return;
          board.changed(run);
          const driver = held.get(run);
          if (driver === undefined) wakeAll();
          // What was written is the external event that came in, with its place in the journal.
          else driver.deliver([result.event as Parameters<HeldClaim['deliver']>[0][number]]);
        },
      );
      if (posted.kind === 'unknown') throw unknownRun(run);
      if (posted.kind === 'ended' && event.type === 'usage.recorded')
        return { accepted: true, seq: await writeLateUsage(late, run, row) };
      if (posted.kind === 'ended') return { accepted: false, seq: posted.seq };
      return { accepted: true, seq: posted.event.seq };
    },
    async serve(drive, serveOptions) {
      const scheduler = startScheduler(
        {
          clock,
          log: options.log,
          isLost: () => options.lost?.aborted === true,
          claim: (count) =>
            committer.submit(
              'claim runs',
              () => writeClaims(db, { ...serveOptions, holder, count, now: clock.now() }, encode),
              (round) => {
                for (const event of round.poisoned) changed(event.run, true);
              },
            ),
          async open({ key }) {
            const row = firstRows.take(key.run);
            // what came since is read when the driver loads
            const events = row === undefined ? await reader.read(key.run) : [await reader.decode(key.run, row)];
            const [first] = events;
            if (first?.type !== 'run.created') throw unknownRun(key.run);
            const claim = holdClaim(context, reader, { key, spec: first.data.spec, events });
            held.set(key.run, claim);
            return claim;
          },
          giveBack: ({ key }, wakeAt) =>
            committer.submit(
              `give back run ${key.run}`,
              () => writeGiveBack(db, key, { wakeAt, forgive: false }),
              () => changed(key.run, true),
            ),
          nextWake: () => nextWake(db, holder),
        },
        drive,
        serveOptions,
      );
      schedulers.add(scheduler);
      return {
        async stop(graceMs) {
          await scheduler.stop(graceMs);
          schedulers.delete(scheduler);
          wakeAll();
        },
      };
    },
    async close() {
      stopBeat();
      await Promise.all([...schedulers].map((scheduler) => scheduler.stop(0)));
      schedulers.clear();
    },
  };
}
