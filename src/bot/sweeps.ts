// What nobody would notice otherwise, looked for at the start and again and again. Each kind fails alone and never overlaps itself.
import { messageOf } from '../support/index.ts';
import type { Clock, Logger } from '../support/index.ts';
import { sweepMessages } from './messages.ts';

/** One kind of search. */
export interface Sweep {
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<unknown>;
}

/** Sweeps at work. */
export interface Sweeps {
  /** Does every sweep once more, now; resolves when all have ended. Those under way end first. */
  now(): Promise<void>;
  /** No further sweeps; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Starts all sweeps, the first round at once. A round that fails is tried again at the next one's time. */
export function startSweeps(sweeps: readonly Sweep[], ports: { readonly clock: Clock; readonly log: Logger }): Sweeps {
  const ending = new AbortController();
  const lanes = sweeps.map((sweep) => startLane(sweep, ports, ending.signal));
  return {
    async now() {
      await Promise.all(lanes.map((lane) => lane.now()));
    },
    async stop() {
      ending.abort();
      await Promise.all(lanes.map((lane) => lane.ended()));
    },
  };
}

interface Lane {
  now(): Promise<void>;
  ended(): Promise<void>;
}

function startLane(
  sweep: Sweep,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Lane {
  let last = Promise.resolve();
  let stopTimer: (() => void) | undefined;

  function now(): Promise<void> {
    last = last.then(round);
    return last;
  }

  async function round(): Promise<void> {
    if (signal.aborted) return;
    stopTimer?.();
    try {
      const came = await sweep.run(signal);
      log.debug({ sweep: sweep.name, came }, sweepMessages.done);
    } catch (error) {
      if (!signal.aborted) log.warn({ sweep: sweep.name, error: messageOf(error) }, sweepMessages.failed);
    }
    if (!signal.aborted) stopTimer = clock.after(sweep.everyMs, () => void now());
  }

  void now();
  return {
    now,
    ended() {
      stopTimer?.();
      return last;
    },
  };
}
