// Folding a journal of 10,000 events, and listing 10,000 runs by status, page by page.
import { defined } from '../../src/support/index.ts';
import { foldRun } from '../../src/engine/index.ts';
import type { NewEvent, RunEvent, RunStatus } from '../../src/engine/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { chain, openBenchStore, runOf } from './bench-store.ts';
import { median, ms, quantile } from './figure.ts';
import type { Figure } from './figure.ts';

const events = 10_000;
const runs = 10_000;
const steps = 20;
const page = 100;

/** Measures both. */
export async function journalReading(): Promise<readonly Figure[]> {
  return [folding(), await listing()];
}

function folding(): Figure {
  const journal = longJournal();
  const took: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const start = performance.now();
    const state = foldRun(journal);
    took.push(performance.now() - start);
    if (state.seq !== events || state.status !== 'running') throw new Error(`Folded to ${state.status} ${state.seq}`);
  }
  return {
    what: 'journal of 10,000 events folds in',
    measured: ms(median(took)),
    reference: `${ms(took[0] ?? 0)} the first time`,
    bar: '≤ 30 ms',
    isMet: median(took) <= 30,
  };
}

/** Steps that say much, checkpoint often and push now and then. */
function longJournal(): RunEvent[] {
  const spec = runOf(chain(steps), 0);
  const made: NewEvent[] = [
    { type: 'run.created', data: { spec } },
    { type: 'run.started', data: {} },
  ];
  const perStep = Math.floor((events - made.length) / steps);
  for (let index = 1; index <= steps; index += 1) {
    // A step id is a step path.
    const head = { step: `step-${index}` as StepPath, attempt: 1 };
    made.push({ type: 'step.started', ...head, data: { input: { params: {} }, inputHash: 'a'.repeat(64) } });
    const until = index === steps ? events : made.length - 2 + perStep;
    for (let said = 0; made.length < until; said += 1) {
      const key = `push:${said}`;
      if (said % 10 === 0) made.push({ type: 'step.checkpoint', ...head, data: { data: { at: said } } });
      else if (said % 25 === 1) made.push({ type: 'effect.planned', ...head, data: { key, what: 'push' } });
      else made.push({ type: 'step.progress', ...head, data: { text: `reading file ${said}` } });
    }
    if (index < steps)
      made.push({
        type: 'step.succeeded',
        ...head,
        data: { result: { outputs: {}, verdict: 'pass', summary: 'Done.' } },
      });
  }
  return made.map((event, index) => ({ ...event, run: spec.id, seq: index + 1, at: 1_700_000_000_000 + index }));
}

async function listing(): Promise<Figure> {
  const { store, remove } = await openBenchStore();
  const ends: readonly RunStatus[] = ['succeeded', 'failed', 'degraded', 'cancelled'];
  let ended = 0;
  const all = Promise.withResolvers<void>();
  const serving = await store.journal.serve(
    async (claim) => {
      const status = ends[ended % ends.length] ?? 'succeeded';
      await claim.append([{ type: 'run.started', data: {} }]);
      await claim.finish(2, { type: 'run.finished', data: { status, reason: 'done', outputs: {} } }, {});
      ended += 1;
      if (ended === runs) all.resolve();
    },
    { concurrency: 200 },
  );
  const flow = chain(1);
  await Promise.all(Array.from({ length: runs }, (_, index) => store.journal.start(runOf(flow, index))));
  await all.promise;
  await serving.stop(0);
  const took: number[] = [];
  let seen = 0;
  for (const status of ends) {
    let after: string | undefined;
    do {
      const start = performance.now();
      const found = await store.journal.list({
        status: [status],
        limit: page,
        ...defined({ after }),
      });
      took.push(performance.now() - start);
      seen += found.items.length;
      after = found.next;
    } while (after !== undefined);
  }
  await remove();
  if (seen !== runs) throw new Error(`Listed ${seen} of ${runs} runs`);
  const slow = quantile(took, 0.99);
  return {
    what: `listing 10,000 runs by status, a page of ${page}, p99`,
    measured: ms(slow),
    reference: `${ms(median(took))} median of ${took.length} pages`,
    bar: '≤ 20 ms',
    isMet: slow <= 20,
  };
}
