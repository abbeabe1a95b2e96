// Runs of 20 trivial steps through the real store and the real drive loop, 50 in flight, every result on disk before the next step.
import { driveRun } from '../../src/engine/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import { scripted } from '../support/run-builder.ts';
import { chain, openBenchStore, runOf } from './bench-store.ts';
import type { Figure } from './figure.ts';

const inFlight = 50;
const runs = 1_500;
const warmUp = 200;

/** Measures them. */
export async function runsPerSecond(): Promise<readonly Figure[]> {
  const { store, remove } = await openBenchStore();
  const flow = chain(20);
  const executor = scripted();
  let ended = 0;
  let notify: (() => void) | undefined;
  const serving = await store.journal.serve(
    async (claim) => {
      await driveRun(claim, { executor, clock: systemClock, random: () => 0.5, log: silentLogger });
      ended += 1;
      notify?.();
    },
    { concurrency: inFlight },
  );
  async function play(count: number): Promise<{ readonly perSecond: number; readonly cpuMs: number }> {
    const specs = Array.from({ length: count }, (_, index) => runOf(flow, index));
    const until = ended + count;
    const done = new Promise<void>((resolve) => {
      notify = () => ended >= until && resolve();
    });
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    // As many as are in flight are started at a time: a start is part of a run.
    let next = 0;
    async function feed(): Promise<void> {
      for (let spec = specs[next++]; spec !== undefined; spec = specs[next++]) await store.journal.start(spec);
    }
    await Promise.all(Array.from({ length: inFlight }, feed));
    await done;
    const cpu = process.cpuUsage(cpuBefore);
    return {
      perSecond: (count / (performance.now() - start)) * 1_000,
      cpuMs: (cpu.user + cpu.system) / 1_000 / count,
    };
  }
  await play(warmUp);
  const { perSecond, cpuMs } = await play(runs);
  await serving.stop(0);
  const { runs: counted } = await store.counts();
  await remove();
  if (counted['succeeded'] !== warmUp + runs) throw new Error(`Not all runs succeeded: ${JSON.stringify(counted)}`);
  return [
    {
      what: '20-step runs per second, 50 in flight',
      measured: `${perSecond.toFixed(0)} runs/s`,
      reference: `${(perSecond * 20).toFixed(0)} durable steps/s, ${cpuMs.toFixed(2)} ms CPU per run`,
      bar: '≥ 1,000 runs/s',
      isMet: perSecond >= 1_000,
    },
  ];
}
