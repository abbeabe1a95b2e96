// Watches whether this process stands still: while one piece of work holds it, nobody else is served. Tells how long, and which runs and steps were at work.
import { isRunOver } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import type { Logger, RunId } from '../support/index.ts';
import { hostMessages } from './messages.ts';
import type { Observer } from './observers.ts';

/** What stood still since the process began. */
export interface StallFigures {
  readonly count: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** A watch that looks, told by the host what happens to runs. */
export interface StallWatch {
  readonly observer: Observer;
  figures(): StallFigures;
  stop(): void;
}

/** Shorter nobody notices. */
const stallMs = 200;
const lookMs = 50;

/** The runs that something happened to last: of older ones nothing is at work in this moment. */
const mostRuns = 20;
const mostSteps = 5;

/** Looks from now on. Its timer keeps no process alive. */
export function watchStalls(log: Logger): StallWatch {
  const latest = new Map<RunId, RunState>();
  const figures = { count: 0, totalMs: 0, longestMs: 0 };
  let lookedAt = performance.now();
  let used = process.threadCpuUsage();

  function look(): void {
    const now = performance.now();
    const late = now - lookedAt - lookMs;
    const spent = process.threadCpuUsage(used);
    lookedAt = now;
    used = process.threadCpuUsage();
    if (late <= stallMs) return;
    figures.count += 1;
    figures.totalMs += late;
    figures.longestMs = Math.max(figures.longestMs, late);
    const ms = Math.round(late);
    const workedMs = Math.round((spent.user + spent.system) / 1_000);
    // what waited for its turn on a busy machine, or for a disk, did not work that long itself
    const tell = workedMs > stallMs ? log.warn.bind(log) : log.debug.bind(log);
    tell({ ms, workedMs, atWork: atWork([...latest.values()].toReversed()) }, hostMessages.stoodStill);
  }
  const timer = setInterval(look, lookMs).unref();

  return {
    observer: {
      name: 'stalls',
      changed(state) {
        latest.delete(state.id);
        if (!isRunOver(state.status)) latest.set(state.id, state);
        const [oldest] = latest.keys();
        if (latest.size > mostRuns && oldest !== undefined) latest.delete(oldest);
      },
    },
    figures: () => ({ ...figures }),
    stop: () => clearInterval(timer),
  };
}

/** Runs with the steps that are at work in them, the one that moved last first. */
function atWork(states: readonly RunState[]): readonly { readonly run: RunId; readonly steps: readonly string[] }[] {
  return states.flatMap(({ id: run, steps }) => {
    const running = [...steps.values()].filter(({ status }) => status === 'running').map(({ path }) => path);
    return running.length === 0 ? [] : [{ run, steps: running.slice(-mostSteps) }];
  });
}
