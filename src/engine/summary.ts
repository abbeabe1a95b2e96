// The row of a listing, from the state. Pure.
import { defined } from '../support/index.ts';
import { isContainer } from '../definition/index.ts';
import { inFileOrder, planOf } from './plan/plan.ts';
import type { SummaryPatch } from './ports.ts';
import type { RunState } from './model/state.ts';
import { tallyOf } from './model/step-table.ts';

/** The changing part of a run's summary. */
export function summaryOf(state: RunState): SummaryPatch {
  const current: string[] = [];
  const plan = planOf(state);
  for (const path of inFileOrder(plan, tallyOf(state.steps).live)) {
    const step = plan.get(path)?.step;
    const status = state.steps.get(path)?.status;
    if (step === undefined || isContainer(step)) continue;
    if (status === 'running' || status === 'waiting') current.push(step.name);
  }
  const url = state.facts.pullRequest?.url;
  return {
    status: state.status,
    ...defined({ reason: state.reason }),
    costUsd: state.usage.costUsd,
    costComplete: state.usage.complete,
    tokens: state.usage.inputTokens + state.usage.outputTokens,
    currentSteps: current,
    ...defined({ pullRequestUrl: url }),
  };
}
