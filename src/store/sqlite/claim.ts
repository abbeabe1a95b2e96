// One claim: what a driver may do with its run while nobody else may. Every write checks the epoch; nothing here schedules.
import type { Claim, ExternalEvent, NewEvent, RunEvent, RunSpec, SummaryPatch } from '../../engine/index.ts';
import type { Clock, Json } from '../../support/index.ts';
import { claimLost } from './claim-lost.ts';
import type { Committer } from './committer.ts';
import type { CurrentSteps } from './current-steps.ts';
import type { Database } from './database.ts';
import { guarded } from './database.ts';
import { encodeEvent } from './event-codec.ts';
import type { EncodedEvent } from './event-codec.ts';
import type { RunReader } from './run-reader.ts';
import { holdsClaim, lastSeqOf, writeAppend, writeFinish, writeGiveBack, writeLock, writePark } from './run-writes.ts';
import type { ClaimKey } from './run-writes.ts';
import type { Blobs } from '../ports/blobs.ts';

const nothing: SummaryPatch = {};

/** What writing runs needs. */
export interface WriteContext {
  readonly db: Database;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly blobs: Pick<Blobs, 'put'>;
  readonly redact: ((json: Json) => Json) | undefined;
  readonly currentSteps: CurrentSteps;
  /** Called after a commit changed the run. */
  changed(key: ClaimKey['run'], ended: boolean): void;
}

/** A claim with the controls that its scheduler keeps. */
export interface HeldClaim {
  readonly claim: Claim;
  /** Parked, finished, given back or lost: nothing more can be written. */
  isOver(): boolean;
  /** Looks whether the claim still stands; aborts `lost` where it does not. */
  check(): void;
  /** Tells the driver what `post` appended. */
  deliver(events: readonly (ExternalEvent & RunEvent)[]): void;
  /** Tells the driver that the host stops; the claim stands until it is given back. */
  stopping(): void;
  /** Takes the claim away: aborts `lost`, then the run is ready at once or at `wakeAt`. */
  giveBack(wakeAt: number | null, forgive: boolean): Promise<void>;
}

/** A run that a round of claiming gave, as it was found. */
export interface TakenRun {
  readonly key: ClaimKey;
  readonly spec: RunSpec;
  /** Its journal from the first event on, as far as it was at hand. */
  readonly events: readonly RunEvent[];
}

/** The claim on it. */
export function holdClaim(context: WriteContext, reader: RunReader, taken: TakenRun): HeldClaim {
  const { db, committer, clock, currentSteps } = context;
  const { key, spec } = taken;
  let opened: readonly RunEvent[] | undefined = taken.events;
  const lost = new AbortController();
  const stopping = new AbortController();
  const listeners = new Set<(events: readonly RunEvent[]) => void>();
  let described: SummaryPatch = nothing;
  let shown: SummaryPatch = nothing;
  let wantedLock: string | null = null;
  let over = false;
  let large: Promise<unknown> | undefined;

  /** What the claim was found with serves once, if nothing came since: the run is read when it is taken, and not again at its start. */
  async function load(afterSeq = 0): Promise<RunEvent[]> {
    const found = opened;
    opened = undefined;
    const last = guarded(`read run ${key.run}`, () => lastSeqOf(db, key));
    if (last <= afterSeq) return [];
    if (found?.at(-1)?.seq === last) return found.slice(afterSeq);
    return reader.read(key.run, afterSeq);
  }
  function isLoss(error: unknown): boolean {
    return error instanceof Error && 'code' in error && error.code === 'engine/claim-lost';
  }
  function lose(): void {
    over = true;
    lost.abort(claimLost(key.run));
  }
  async function write<Result>(
    doing: string,
    change: () => Result,
    ends: (result: Result) => boolean,
  ): Promise<Result> {
    if (over) throw claimLost(key.run);
    try {
      return await committer.submitSoon(`${doing} run ${key.run}`, change, (result) => {
        if (ends(result)) {
          over = true;
          currentSteps.drop(key.run);
        }
        context.changed(key.run, over);
      });
    } catch (error) {
      if (isLoss(error)) lose();
      throw error;
    }
  }
  function encoded(events: readonly NewEvent[]): readonly EncodedEvent[] {
    return events.map((event) => encodeEvent(event, context.redact));
  }
  /** Values outside the row are on disk before their event is. Appends stay in the order of their calls. */
  async function valuesStored(rows: readonly EncodedEvent[]): Promise<void> {
    const before = large;
    const mine = (async () => {
      await before?.catch(() => {});
      await putAll(
        context.blobs,
        rows.flatMap((row) => row.blobs),
      );
    })();
    large = mine;
    try {
      await mine;
    } finally {
      if (large === mine) large = undefined;
    }
  }
  function hasValues(rows: readonly EncodedEvent[]): boolean {
    return large !== undefined || rows.some((row) => row.blobs.length > 0);
  }
  /** What this claim has not written already: the columns that stay are left alone. */
  function changedBy(patch: SummaryPatch): SummaryPatch {
    let changed: Record<string, unknown> | undefined;
    for (const name of Object.keys(patch) as (keyof SummaryPatch)[])
      // it has no others
      if (!isSame(patch[name], shown[name])) (changed ??= {})[name] = patch[name];
    return changed ?? nothing;
  }
  function takeDescription(patch: SummaryPatch = nothing): SummaryPatch {
    const whole = patch === nothing ? described : { ...described, ...patch };
    described = nothing;
    return whole;
  }
  function redacted(patch: SummaryPatch): SummaryPatch {
    if (context.redact === undefined || patch === nothing) return patch;
    // Redaction keeps the shape of what it is given.
    return context.redact(patch as unknown as Json) as SummaryPatch;
  }

  const claim: Claim = {
    run: key.run,
    spec,
    epoch: key.epoch,
    lost: lost.signal,
    stopping: stopping.signal,
    load,
    async append(events, at) {
      if (events.length === 0) {
        if (!over && guarded(`read run ${key.run}`, () => holdsClaim(db, key))) return [];
        lose();
        throw claimLost(key.run);
      }
      const rows = encoded(events);
      if (hasValues(rows)) await valuesStored(rows);
      const patch = takeDescription();
      const changed = changedBy(patch);
      // Now, not when it is written: the next append is compared with this one.
      if (changed !== nothing) shown = { ...shown, ...changed };
      const written = redacted(changed);
      // Where the run is changes with every step; its row need not.
      const later = onlyCurrentSteps(written);
      try {
        return await write(
          'write',
          () => {
            if (later === undefined && written !== nothing) currentSteps.write(key);
            return writeAppend(db, key, {
              events: rows,
              patch: later === undefined ? written : nothing,
              now: at ?? clock.now(),
            });
          },
          () => {
            if (later !== undefined) currentSteps.set(key, later);
            else if (written.currentSteps !== undefined) currentSteps.drop(key.run);
            return false;
          },
        );
      } catch (error) {
        shown = nothing;
        described = { ...patch, ...described };
        throw error;
      }
    },
    onExternal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async lock(name) {
      const got = await write(
        'lock for',
        () => writeLock(db, key, { name, now: clock.now() }),
        () => false,
      );
      wantedLock = got ? null : name;
      return got;
    },
    async park(seenSeq, wakeAt, summary) {
      const patch = takeDescription(summary);
      const parked = await write(
        'park',
        () => writePark(db, key, { seenSeq, wakeAt, patch: redacted(patch), wantedLock }),
        (result) => result,
      );
      if (!parked) described = { ...patch, ...described };
      return parked;
    },
    async finish(seenSeq, event, summary) {
      const rows = encoded([event]);
      if (hasValues(rows)) await valuesStored(rows);
      const [row] = rows;
      if (row === undefined) throw claimLost(key.run);
      const patch = takeDescription(summary);
      const end = { status: event.data.status, event: row, patch: redacted(patch) };
      const written = await write(
        'finish',
        () => writeFinish(db, key, { ...end, seenSeq, now: clock.now() }),
        (result) => result !== undefined,
      );
      if (written === undefined) described = { ...patch, ...described };
      return written;
    },
    describe(summary) {
      described = described === nothing ? summary : { ...described, ...summary };
    },
  };

  return {
    claim,
    isOver: () => over,
    check() {
      if (!over && !guarded(`read run ${key.run}`, () => holdsClaim(db, key))) lose();
    },
    deliver(events) {
      for (const listener of listeners) listener(events);
    },
    stopping: () => stopping.abort(),
    async giveBack(wakeAt, forgive) {
      lose();
      await committer.submit(
        `give back run ${key.run}`,
        () => {
          currentSteps.write(key);
          writeGiveBack(db, key, { wakeAt, forgive });
        },
        () => {
          currentSteps.drop(key.run);
          context.changed(key.run, true);
        },
      );
    },
  };
}

/** The steps of a patch that changes nothing else. */
function onlyCurrentSteps(patch: SummaryPatch): readonly string[] | undefined {
  return patch.currentSteps !== undefined && Object.keys(patch).length === 1 ? patch.currentSteps : undefined;
}

function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Writes the values that an event keeps outside its row. */
export async function putAll(blobs: Pick<Blobs, 'put'>, values: EncodedEvent['blobs']): Promise<void> {
  await Promise.all(values.map(({ json }) => blobs.put(Buffer.from(json, 'utf8'))));
}
