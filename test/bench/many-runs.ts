// 1,000 runs that wait and 100 that run, in one process: what they cost in memory, and how soon a signal reaches its step.
import { driveRun } from '../../src/engine/index.ts';
import type { StepContext, StepOutcome } from '../../src/engine/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import type { RunId } from '../../src/support/index.ts';
import { persona, workflow } from '../support/run-builder.ts';
import { openBenchStore, runOf } from './bench-store.ts';
import { ms, quantile } from './figure.ts';
import type { Figure } from './figure.ts';

const waiting = 1_000;
const running = 100;
const signals = 300;

/** Measures both. */
export async function manyRuns(): Promise<readonly Figure[]> {
  const { store, remove } = await openBenchStore();
  const reached = new Map<RunId, () => void>();
  const begun = new Set<RunId>();
  const release = new AbortController();
  async function execute(context: StepContext): Promise<StepOutcome> {
    begun.add(context.run);
    if (context.step.id === 'work') {
      await new Promise<void>((resolve) => {
        release.signal.addEventListener('abort', () => resolve(), { once: true });
        context.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      reached.get(context.run)?.();
      return { kind: 'succeeded', result: { outputs: {} } };
    }
    const isWoken = (context.state.steps.get(context.path)?.arrivals ?? []).length > 0;
    if (!isWoken) return { kind: 'waiting', for: 'answer', until: null };
    reached.get(context.run)?.();
    return { kind: 'waiting', for: 'answer', until: null };
  }
  const serving = await store.journal.serve(
    (claim) => driveRun(claim, { executor: { execute }, clock: systemClock, random: Math.random, log: silentLogger }),
    { concurrency: running + 20 },
  );
  const ask = Array.from({ length: waiting }, (_, index) => runOf(workflow([persona('ask')]), index));
  const work = Array.from({ length: running }, (_, index) => runOf(workflow([persona('work')]), waiting + index));
  await Promise.all([...ask, ...work].map((spec) => store.journal.start(spec)));
  for (const spec of ask) await parked(spec.id);
  while (begun.size < waiting + running) await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  const rss = process.memoryUsage().rss / 2 ** 20;

  const took: number[] = [];
  const by = { login: 'ada', from: 'comment' } as const;
  for (let index = 0; index < signals; index += 1) {
    const isRunning = index % 10 === 0;
    const run = (isRunning ? work[index / 10] : ask[(index * 3) % waiting])?.id;
    if (run === undefined) continue;
    const arrived = new Promise<void>((resolve) => reached.set(run, resolve));
    const start = performance.now();
    await store.journal.post(
      run,
      isRunning
        ? { type: 'run.cancel_requested', data: { by } }
        : { type: 'signal.received', data: { name: 'go', data: null, by } },
    );
    await arrived;
    took.push(performance.now() - start);
  }
  release.abort();
  await serving.stop(0);
  await remove();
  const slow = quantile(took, 0.99);
  return [
    {
      what: '1,000 runs waiting + 100 running, one process',
      measured: `${rss.toFixed(0)} MB RSS`,
      bar: '≤ 250 MB',
      isMet: rss <= 250,
    },
    {
      what: 'a signal reaches its step, p99',
      measured: ms(slow),
      reference: `${ms(quantile(took, 0.5))} median of ${took.length}`,
      bar: '≤ 50 ms',
      isMet: slow <= 50,
    },
  ];

  async function parked(run: RunId): Promise<void> {
    for await (const event of store.journal.events(run)) if (event.type === 'run.parked') return;
  }
}
