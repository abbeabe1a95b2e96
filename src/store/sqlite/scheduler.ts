// Hands runs that want driving to a driver: by priority, then age, so many at once, woken by commits and by the clock, never by polling.
import type { Claim, Serving } from '../../engine/index.ts';
import { classOf, messageOf, TroupeError } from '../../support/index.ts';
import type { Clock, Logger, RunId } from '../../support/index.ts';
import type { HeldClaim } from './claim.ts';
import type { ClaimRound } from './claim-rounds.ts';
import type { ServeOptions } from '../ports/store.ts';

/** What scheduling needs from the journal. */
export interface ScheduleContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** Nothing can be claimed or given back here any more. */
  isLost(): boolean;
  claim(count: number): Promise<ClaimRound>;
  open(round: ClaimRound['claimed'][number]): Promise<HeldClaim>;
  /** Gives back a claim that could not be opened. */
  giveBack(round: ClaimRound['claimed'][number], wakeAt: number): Promise<void>;
  nextWake(): number | undefined;
}

/** A driver at work. */
export interface Scheduler extends Serving {
  /** Something changed that may make a run ready. */
  wake(): void;
}

interface Driven {
  readonly run: RunId;
  readonly claims: number;
  held: HeldClaim | undefined;
  readonly done: Promise<void>;
}

/** Waits that grow while nothing works: of a driver that throws, and of a disk that is full. */
const backoff = { firstMs: 500, mostMs: 30_000, storageMs: 1_000 } as const;

/** Starts claiming. */
export function startScheduler(
  context: ScheduleContext,
  drive: (claim: Claim) => Promise<void>,
  options: ServeOptions,
): Scheduler {
  const { clock, log } = context;
  const active = new Set<Driven>();
  let stopping = false;
  let again = false;
  let claiming: Promise<void> | undefined;
  let dropTimer: (() => void) | undefined;

  function wake(): void {
    again = true;
    if (stopping || claiming !== undefined) return;
    claiming = claimMore().finally(() => {
      claiming = undefined;
      if (again) wake();
    });
  }

  async function claimMore(): Promise<void> {
    try {
      while (again && !stopping) {
        again = false;
        const count = options.concurrency - active.size;
        // A slot that becomes free wakes again: no timer meanwhile.
        if (count <= 0) return dropTimer?.();
        const round = await context.claim(count);
        for (const claimed of round.claimed) startDriving(claimed);
        for (const event of round.poisoned)
          log.error({ run: event.run }, 'a run that never gets any further was ended');
      }
      armTimer();
    } catch (error) {
      if (stopping || context.isLost()) return;
      log.warn({ error: messageOf(error) }, 'runs could not be claimed; tried again');
      armTimer(backoff.storageMs);
    }
  }

  function startDriving(claimed: ClaimRound['claimed'][number]): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const driven: Driven = { run: claimed.key.run, claims: claimed.claims, held: undefined, done: promise };
    active.add(driven);
    void driveOne(driven, claimed).finally(() => {
      active.delete(driven);
      resolve();
      wake();
    });
  }

  async function driveOne(driven: Driven, claimed: ClaimRound['claimed'][number]): Promise<void> {
    let held: HeldClaim;
    try {
      held = await context.open(claimed);
    } catch (error) {
      log.error({ run: driven.run, error: messageOf(error) }, 'a run could not be taken up');
      return untilWritten(driven.run, () => context.giveBack(claimed, laterFor(driven)));
    }
    driven.held = held;
    if (stopping) return giveBack(held, null, true);
    const failure = await failureOf(() => drive(held.claim));
    if (held.isOver()) return;
    if (stopping) return giveBack(held, null, true);
    log.error(
      { run: driven.run, claims: driven.claims, error: failure === undefined ? undefined : messageOf(failure) },
      failure === undefined ? 'a driver returned without parking or finishing' : 'a driver failed',
    );
    const storage = failure instanceof TroupeError && failure.code === 'store/unavailable';
    await giveBack(held, laterFor(driven), storage || classOf(failure) === 'cancelled');
  }

  function laterFor({ claims }: Driven): number {
    return clock.now() + Math.min(backoff.mostMs, backoff.firstMs * 2 ** (claims - 1));
  }

  function giveBack(held: HeldClaim, wakeAt: number | null, forgive: boolean): Promise<void> {
    return untilWritten(held.claim.run, () => held.giveBack(wakeAt, forgive));
  }

  /** A run whose claim cannot be given back would stand still until the next start: tried until it is written. */
  async function untilWritten(run: RunId, write: () => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const failure = await failureOf(write);
      if (failure === undefined) return;
      if (tries === 0) log.warn({ run, error: messageOf(failure) }, 'a run could not be given back');
      // It is freed when the lease expires.
      if (stopping || context.isLost()) return;
      await pause(backoff.storageMs);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      clock.after(ms, resolve);
    });
  }

  function armTimer(inMs?: number): void {
    dropTimer?.();
    dropTimer = undefined;
    if (stopping) return;
    const at = inMs === undefined ? context.nextWake() : clock.now() + inMs;
    if (at !== undefined) dropTimer = clock.after(Math.max(0, at - clock.now()), wake);
  }

  wake();
  return {
    wake,
    async stop(graceMs) {
      stopping = true;
      dropTimer?.();
      await claiming;
      const all = Promise.all([...active].map((driven) => driven.done));
      if (graceMs > 0 && active.size > 0) {
        for (const driven of active) driven.held?.stopping();
        await Promise.race([all, pause(graceMs)]);
      }
      await Promise.all([...active].map((driven) => endDriving(driven)));
    },
  };

  async function endDriving(driven: Driven): Promise<void> {
    // A claim that is still being opened gives itself back.
    if (driven.held === undefined) return driven.done;
    if (!driven.held.isOver()) await giveBack(driven.held, null, true);
  }
}

/** What the work threw; undefined when it did not. */
async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error ?? new Error('nothing was thrown');
  }
}
