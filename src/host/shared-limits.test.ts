// Limits that runs share: what others took counts, unknown prices are said, and a person's word goes as far as the operator lets it.
import { expect, test } from 'vitest';
import { foldRun } from '../engine/index.ts';
import type { RunSpec, RunState, SpentQuery } from '../engine/index.ts';
import { spec, workflow, persona } from '../../test/support/run-builder.ts';
import { sharedLimits } from './shared-limits.ts';

const now = 1_700_000_000_000;
const made = spec(workflow([persona('a')]));
const repository = { id: 7, owner: 'playhouse', name: 'cart', defaultBranch: 'main', cloneUrl: '' };

function stateOf(budget: RunSpec['settings']['budget'], more: Partial<RunSpec> = {}): RunState {
  const task = { ...made.task, kind: 'issue' as const, number: 3 };
  const own = { ...made, repository, task, settings: { ...made.settings, budget }, ...more };
  const state = foldRun([{ type: 'run.created', run: own.id, seq: 1, at: now, data: { spec: own } }]);
  return { ...state, usage: { ...state.usage, costUsd: '0.1', inputTokens: 90, outputTokens: 10 } };
}

/** Other runs of the task took 0.25, those of the repository 1 in a day, all together 5, of some of which nobody knows the price. */
const others = {
  spent: ({ taskNumber, repository: of }: SpentQuery) =>
    Promise.resolve(
      taskNumber !== undefined
        ? { costUsd: '0.25', complete: true, tokens: 900, runs: 2 }
        : of === undefined
          ? { costUsd: '5', complete: false, tokens: 9_000, runs: 9 }
          : { costUsd: '1', complete: true, tokens: 2_000, runs: 4 },
    ),
};
const limitsOf = (state: RunState, limits: object) =>
  sharedLimits(state, {
    journal: others,
    limits: { concurrentRuns: 1, concurrentPerRepository: 1, command: {}, ...limits },
    clock: { now: () => now },
  });

test('without limits nothing is read', async () => {
  expect(await limitsOf(stateOf({}), {})).toEqual([]);
});

test('of operator and repository the smaller limit holds, and what all runs took counts against it', async () => {
  const budget = { taskCostUsd: 0.5, taskTokens: 1_000, dayCostUsd: 3 };
  const limits = { costUsdPerTask: 2, tokensPerTask: 500, costUsdPerRepositoryDay: 2, costUsdPerDay: 10 };
  expect(await limitsOf(stateOf(budget), limits)).toEqual([
    { which: 'cost_usd_per_task', limit: 0.5, used: 0.35 },
    { which: 'tokens_per_task', limit: 500, from: 'operator', used: 1_000 },
    { which: 'cost_usd_per_repository_day', limit: 2, from: 'operator', used: 1.1 },
    { which: 'cost_usd_per_day', limit: 10, from: 'operator', used: 5.1, atLeast: true },
  ]);
});

test('what a person allows a run it may take beyond the repository’s limit of the task, never beyond the operator’s', async () => {
  const raised = { ...stateOf({ taskCostUsd: 0.3 }), budgetUsd: 2 };
  expect(await limitsOf(raised, {})).toMatchObject([{ limit: 2.25, used: 0.35 }]);
  expect(await limitsOf(raised, { costUsdPerTask: 1 })).toMatchObject([{ limit: 1, from: 'operator' }]);
  // it goes on from a run that had taken 0.2 of the 0.25, and both together may cost 2
  const allowed = { costUsd: 2, spentUsd: '0.2', by: { login: 'ada', from: 'comment' as const } };
  expect(await limitsOf(stateOf({ taskCostUsd: 0.3 }, { allowed }), {})).toMatchObject([{ limit: 2.05, used: 0.35 }]);
});
