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

/** Keeps views up to date. */
export interface ViewLoop {
  /** The run changed. `urgent`: do not wait for more. */
  poke(run: RunId, urgent?: boolean): void;
  /** Resolves when GitHub shows what is wanted. Passes begin at once; retries keep their times. */
  flush(run: RunId): Promise<void>;
  /** No further passes; resolves when the running ones have ended. */
  stop(): Promise<void>;
}

interface Lane {
  dirty: boolean;
  running: Promise<void> | undefined;
  lastAt: number;
  failures: number;
  stopTimer: (() => void) | undefined;
  readonly waiters: Set<() => void>;
}

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
        dirty: false,
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

  function poke(run: RunId, urgent = false): void {
    if (stopped) return;
    const lane = laneOf(run);
    lane.dirty = true;
    if (lane.running !== undefined) return;
    const wait = lane.lastAt + coalesceMs - clock.now();
    if (urgent || wait <= 0) begin(run, lane);
    else schedule(run, lane, wait);
  }

  function schedule(run: RunId, lane: Lane, wait: number): void {
    lane.stopTimer?.();
    lane.stopTimer = clock.after(Math.max(0, wait), () => {
      lane.stopTimer = undefined;
      if (lane.running === undefined) begin(run, lane);
    });
  }

  function begin(run: RunId, lane: Lane): void {
    if (stopped) return;
    lane.stopTimer?.();
    lane.stopTimer = undefined;
    lane.dirty = false;
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
    if (lane.dirty) {
      // Somebody waits for the end, or the quiet time is over: at once.
      const wait = lane.waiters.size > 0 ? 0 : lane.lastAt + coalesceMs - clock.now();
      return wait <= 0 ? begin(run, lane) : schedule(run, lane, wait);
    }
    if (nextAt !== undefined) schedule(run, lane, nextAt - clock.now());
    if (settled) release(lane);
    if (settled && nextAt === undefined) lanes.delete(run);
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
      poke(run, true);
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
