// The row of a listing, from the state. Pure.
import { isContainer } from '../definition/index.ts';
import { planOf } from './plan.ts';
import type { SummaryPatch } from './ports.ts';
import type { RunState } from './state.ts';

/** The changing part of a run's summary. */
export function summaryOf(state: RunState): SummaryPatch {
  const current: string[] = [];
  for (const { path, step } of planOf(state.spec.workflow).values()) {
    const status = state.steps.get(path)?.status;
    if ((status === 'running' || status === 'waiting') && !isContainer(step)) current.push(step.name);
  }
  const url = state.facts.pullRequest?.url;
  return {
    status: state.status,
    ...(state.reason === undefined ? {} : { reason: state.reason }),
    costUsd: state.usage.costUsd,
    costComplete: state.usage.complete,
    tokens: state.usage.inputTokens + state.usage.outputTokens,
    currentSteps: current,
    ...(url === undefined ? {} : { pullRequestUrl: url }),
  };
}
