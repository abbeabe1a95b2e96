// Workers behind Redis in processes of their own, started again when they die, as whoever runs them would.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./stream-worker-process.ts', import.meta.url));

/** What a worker is told. */
export interface StreamWorkerOrders {
  readonly url: string;
  readonly prefix: string;
  readonly persona: string;
  readonly name: string;
  /** The file in which all of them note what they begin. */
  readonly journal: string;
  readonly idleMs: number;
  /** How long a piece of work takes. */
  readonly workMs: number;
}

/** The workers of a persona. */
export interface StreamWorkers {
  /** What was begun, and by whom, oldest first. */
  begun(): readonly (readonly [request: string, worker: string])[];
  /** Sends a signal to the process that has this name now. */
  signal(worker: string, signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** Starts some. */
export function startWorkers(names: readonly string[], orders: Omit<StreamWorkerOrders, 'name'>): StreamWorkers {
  const running = new Map<string, ChildProcess>();
  let isOver = false;
  let lives = 0;
  const start = (place: string): void => {
    lives += 1;
    // each life has a name of its own: what the one before it had in hand is another worker's
    const told: StreamWorkerOrders = { ...orders, name: `${place}-${lives}` };
    const child = spawn(process.execPath, [program, JSON.stringify(told)], { stdio: 'ignore' });
    running.set(place, child);
    child.once('exit', () => (isOver ? undefined : start(place)));
  };
  for (const name of names) start(name);
  return {
    begun: () =>
      !existsSync(orders.journal)
        ? []
        : readFileSync(orders.journal, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? ''] as const),
    signal: (worker, signal) => void running.get(worker.replace(/-\d+$/, ''))?.kill(signal),
    async stop() {
      isOver = true;
      for (const child of running.values()) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await ended;
      }
    },
  };
}
