import { expect, test } from 'vitest';
import { parallel, persona, spec, workflow } from '../../../test/support/run-builder.ts';
import { foldRun } from '../../engine/index.ts';
import type { RunState, StepState } from '../../engine/index.ts';
import type { StepPath } from '../../support/index.ts';
import { stepHistory } from './step-history.ts';

const flow = workflow([persona('plan'), persona('code'), persona('never')]);

/** A run whose steps ended so; those that are not named were skipped. */
function run(steps: Readonly<Record<string, Partial<StepState>>>, of = flow): RunState {
  const made = spec(of);
  const created = foldRun([{ run: made.id, seq: 1, at: 0, type: 'run.created', data: { spec: made } }]);
  const ended = [...created.steps].map(([path, step]): [StepPath, StepState] => [
    path,
    { ...step, status: 'skipped', ...steps[path] },
  ]);
  return { ...created, steps: new Map(ended) };
}

const ran = (ms: number, more: Partial<StepState> = {}): Partial<StepState> => ({
  status: 'succeeded',
  attempts: 1,
  startedAt: 1_000,
  finishedAt: 1_000 + ms,
  ...more,
});

test('each step with how often it ran, failed, was tried again, and how long it takes as a rule', () => {
  const runs = [
    run({ plan: ran(10), code: ran(100, { attempts: 2, failures: 1 }) }),
    run({ plan: ran(30), code: ran(300, { status: 'failed', attempts: 3, failures: 2 }) }),
    run({ plan: ran(20), code: ran(200) }),
    run({ plan: ran(20), code: ran(200) }),
    run({ plan: ran(20) }),
    run({ plan: ran(20), code: ran(200) }),
  ];
  expect(stepHistory(runs)).toEqual([
    { path: 'plan', ran: 6, skipped: 0, failed: 0, retried: 0, medianMs: 20, marks: [] },
    { path: 'code', ran: 5, skipped: 1, failed: 1, retried: 2, medianMs: 200, marks: ['slow', 'flaky'] },
    { path: 'never', ran: 0, skipped: 6, failed: 0, retried: 0, marks: ['unused'] },
  ]);
});

test('rework is no fault, what holds others counts once, and handlers need not run', () => {
  const flow = workflow([persona('plan'), parallel('both', [persona('left'), persona('right')])], {
    onFailure: [persona('mend')],
  });
  const runs = Array.from({ length: 5 }, () =>
    run({ plan: ran(20), both: ran(80), left: ran(80, { attempts: 3 }), right: ran(30) }, flow),
  );
  expect(stepHistory(runs).map(({ path, marks }) => [path, marks])).toEqual([
    ['plan', []],
    ['both', []],
    ['left', ['slow']],
    ['right', []],
    ['mend', []],
  ]);
});

test('a few runs are no ground for advice', () => {
  expect(stepHistory([run({ plan: ran(10) })]).flatMap(({ marks }) => marks)).toEqual([]);
  expect(stepHistory([])).toEqual([]);
});
