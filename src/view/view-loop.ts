// Keeps the views of all runs moving: coalesces, never two passes at once for a run, comes again when a pass asks for it.
import { messageOf } from '../support/index.ts';
import type { Clock, Logger, RunId } from '../support/index.ts';
import type { Reconciled } from './reconcile.ts';
import type { When } from './shown/when-shown.ts';

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
  /** The run changed. `now`: do not wait for more. `soon`: more is about to come, wait a moment for it. */
  poke(run: RunId, when?: When): void;
  /** Resolves when GitHub shows what is wanted. Passes begin at once; retries keep their times. */
  flush(run: RunId): Promise<void>;
  /** No further passes; resolves when the running ones have ended. */
  stop(): Promise<void>;
}

interface Watch {
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
const longestBackoffMs = 15_000;

/** A loop without runs. */
export function createViewLoop({ pass, clock, log, coalesceMs = 1_000 }: ViewLoopOptions): ViewLoop {
  const watches = new Map<RunId, Watch>();
  let stopped = false;

  function watchOf(run: RunId): Watch {
    let watch = watches.get(run);
    if (watch === undefined) {
      watch = {
        dirty: undefined,
        askedAt: Number.POSITIVE_INFINITY,
        running: undefined,
        lastAt: -coalesceMs,
        failures: 0,
        stopTimer: undefined,
        waiters: new Set(),
      };
      watches.set(run, watch);
    }
    return watch;
  }

  function poke(run: RunId, when: When = 'usual'): void {
    if (stopped) return;
    const watch = watchOf(run);
    watch.dirty = { at: watch.dirty?.at ?? clock.now(), when };
    if (watch.running === undefined) next(run, watch);
  }

  /** Begins a pass, or sets the timer for it. */
  function next(run: RunId, watch: Watch): void {
    const at = Math.min(watch.askedAt, dueAt(watch));
    if (at <= clock.now()) return begin(run, watch);
    watch.stopTimer?.();
    watch.stopTimer = Number.isFinite(at)
      ? clock.after(at - clock.now(), () => {
          watch.stopTimer = undefined;
          if (watch.running === undefined) begin(run, watch);
        })
      : undefined;
  }

  function dueAt({ dirty, lastAt, waiters }: Watch): number {
    if (dirty === undefined) return Number.POSITIVE_INFINITY;
    // Somebody waits for the end: at once.
    if (dirty.when === 'now' || waiters.size > 0) return dirty.at;
    return Math.max(lastAt + coalesceMs, dirty.when === 'soon' ? dirty.at + soonMs : dirty.at);
  }

  function begin(run: RunId, watch: Watch): void {
    if (stopped) return;
    watch.stopTimer?.();
    watch.stopTimer = undefined;
    watch.dirty = undefined;
    watch.askedAt = Number.POSITIVE_INFINITY;
    watch.lastAt = clock.now();
    watch.running = once(run, watch).then((done) => {
      watch.running = undefined;
      after(run, watch, done);
    });
  }

  async function once(run: RunId, watch: Watch): Promise<Reconciled> {
    try {
      const done = (await pass(run)) ?? { settled: true };
      watch.failures = 0;
      return done;
    } catch (error) {
      watch.failures += 1;
      log.warn(
        { run, error: messageOf(error), failures: watch.failures },
        'GitHub cannot be brought up to date with the run; tried again',
      );
      const wait = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(watch.failures - 1, 6));
      return { settled: false, nextAt: clock.now() + wait };
    }
  }

  function after(run: RunId, watch: Watch, { settled, nextAt }: Reconciled): void {
    if (stopped) return release(watch);
    watch.askedAt = nextAt ?? Number.POSITIVE_INFINITY;
    const isClean = watch.dirty === undefined;
    if (!isClean || nextAt !== undefined) next(run, watch);
    if (!isClean || !settled) return;
    release(watch);
    if (nextAt === undefined) watches.delete(run);
  }

  function release(watch: Watch): void {
    for (const waiter of watch.waiters) waiter();
    watch.waiters.clear();
  }

  return {
    poke,
    flush(run) {
      if (stopped) return Promise.resolve();
      const watch = watchOf(run);
      const done = new Promise<void>((resolve) => watch.waiters.add(resolve));
      poke(run, 'now');
      return done;
    },
    async stop() {
      stopped = true;
      for (const watch of watches.values()) watch.stopTimer?.();
      await Promise.all([...watches.values()].map((watch) => watch.running ?? Promise.resolve()));
      for (const watch of watches.values()) release(watch);
    },
  };
}
