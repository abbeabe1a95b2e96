// Keeps the views of all runs moving: coalesces, never two passes at once for a run, comes again when a pass asks for it.
import { messageOf } from '../support/index.ts';
import type { Clock, Logger, RunId } from '../support/index.ts';
import type { Reconciled } from './reconcile.ts';

/** What a loop works with. */
export interface ViewLoopOptions {
  /** Loads, renders and reconciles one run; undefined when there is nothing to show. */
  readonly pass: (run: RunId) => Promise<Reconciled | undefined>;
  readonly clock: Clock;
  readonly log: Logger;
  /** What arrives within this time after a pass began is shown by one further pass. Default 1 s. */
  readonly coalesceMs?: number;
}

/** When a change is shown. */
export type When = 'now' | 'usual' | 'soon';

/** Keeps views up to date. */
export interface ViewLoop {
  /** The run changed. `now`: do not wait for more. `soon`: more is about to come, wait a moment for it. */
  poke(run: RunId, when?: When): void;
  /** Resolves when GitHub shows what is wanted. Passes begin at once; retries keep their times. */
  flush(run: RunId): Promise<void>;
  /** No further passes; resolves when the running ones have ended. */
  stop(): Promise<void>;
}

interface Lane {
  /** What changed since the last pass began, and how soon the newest change wants to be shown. */
  dirty: { readonly at: number; readonly when: When } | undefined;
  /** When the last pass wants another one. */
  askedAt: number;
  running: Promise<void> | undefined;
  lastAt: number;
  failures: number;
  stopTimer: (() => void) | undefined;
  readonly waiters: Set<() => void>;
}

/** How long a change waits for what is about to come. */
const soonMs = 2_000;
const firstBackoffMs = 1_000;
const longestBackoffMs = 60_000;

/** A loop without runs. */
export function createViewLoop({ pass, clock, log, coalesceMs = 1_000 }: ViewLoopOptions): ViewLoop {
  const lanes = new Map<RunId, Lane>();
  let stopped = false;

  function laneOf(run: RunId): Lane {
    let lane = lanes.get(run);
    if (lane === undefined) {
      lane = {
        dirty: undefined,
        askedAt: Number.POSITIVE_INFINITY,
        running: undefined,
        lastAt: -coalesceMs,
        failures: 0,
        stopTimer: undefined,
        waiters: new Set(),
      };
      lanes.set(run, lane);
    }
    return lane;
  }

  function poke(run: RunId, when: When = 'usual'): void {
    if (stopped) return;
    const lane = laneOf(run);
    lane.dirty = { at: lane.dirty?.at ?? clock.now(), when };
    if (lane.running === undefined) next(run, lane);
  }

  /** Begins a pass, or sets the timer for it. */
  function next(run: RunId, lane: Lane): void {
    const at = Math.min(lane.askedAt, dueAt(lane));
    if (at <= clock.now()) return begin(run, lane);
    lane.stopTimer?.();
    lane.stopTimer = Number.isFinite(at)
      ? clock.after(at - clock.now(), () => {
          lane.stopTimer = undefined;
          if (lane.running === undefined) begin(run, lane);
        })
      : undefined;
  }

  function dueAt({ dirty, lastAt, waiters }: Lane): number {
    if (dirty === undefined) return Number.POSITIVE_INFINITY;
    // Somebody waits for the end: at once.
    if (dirty.when === 'now' || waiters.size > 0) return dirty.at;
    return Math.max(lastAt + coalesceMs, dirty.when === 'soon' ? dirty.at + soonMs : dirty.at);
  }

  function begin(run: RunId, lane: Lane): void {
    if (stopped) return;
    lane.stopTimer?.();
    lane.stopTimer = undefined;
    lane.dirty = undefined;
    lane.askedAt = Number.POSITIVE_INFINITY;
    lane.lastAt = clock.now();
    lane.running = once(run, lane).then((done) => {
      lane.running = undefined;
      after(run, lane, done);
    });
  }

  async function once(run: RunId, lane: Lane): Promise<Reconciled> {
    try {
      const done = (await pass(run)) ?? { settled: true };
      lane.failures = 0;
      return done;
    } catch (error) {
      lane.failures += 1;
      log.warn({ run, error: messageOf(error), failures: lane.failures }, 'cannot bring the view of a run up to date');
      const wait = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(lane.failures - 1, 6));
      return { settled: false, nextAt: clock.now() + wait };
    }
  }

  function after(run: RunId, lane: Lane, { settled, nextAt }: Reconciled): void {
    if (stopped) return release(lane);
    lane.askedAt = nextAt ?? Number.POSITIVE_INFINITY;
    const isClean = lane.dirty === undefined;
    if (!isClean || nextAt !== undefined) next(run, lane);
    if (!isClean || !settled) return;
    release(lane);
    if (nextAt === undefined) lanes.delete(run);
  }

  function release(lane: Lane): void {
    for (const waiter of lane.waiters) waiter();
    lane.waiters.clear();
  }

  return {
    poke,
    flush(run) {
      if (stopped) return Promise.resolve();
      const lane = laneOf(run);
      const done = new Promise<void>((resolve) => lane.waiters.add(resolve));
      poke(run, 'now');
      return done;
    },
    async stop() {
      stopped = true;
      for (const lane of lanes.values()) lane.stopTimer?.();
      await Promise.all([...lanes.values()].map((lane) => lane.running ?? Promise.resolve()));
      for (const lane of lanes.values()) release(lane);
    },
  };
}
