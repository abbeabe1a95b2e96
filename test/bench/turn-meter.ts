// How long the event loop is held between two of its turns: by the clock, and by the processor time of this thread.
import { setImmediate as turn } from 'node:timers/promises';

/** The longest stretch of a kind. */
export interface Stretch {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Measures every turn until it is stopped. */
export interface TurnMeter {
  /** The turns since it was asked last: the longest by each measure. */
  take(): Promise<Stretch>;
  stop(): Promise<void>;
}

/** One that runs. */
export function createTurnMeter(): TurnMeter {
  let isOn = true;
  let longest = { cpuMs: 0, wallMs: 0 };
  async function measure(): Promise<void> {
    let before = now();
    while (isOn) {
      await turn();
      const after = now();
      longest = {
        cpuMs: Math.max(longest.cpuMs, after.cpuMs - before.cpuMs),
        wallMs: Math.max(longest.wallMs, after.wallMs - before.wallMs),
      };
      before = after;
    }
  }
  const done = measure();
  return {
    async take() {
      // what is under way ends within its turn
      await turn();
      await turn();
      const taken = longest;
      longest = { cpuMs: 0, wallMs: 0 };
      return taken;
    },
    async stop() {
      isOn = false;
      await done;
    },
  };
}

function now(): Stretch {
  const { user, system } = process.threadCpuUsage();
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() };
}
