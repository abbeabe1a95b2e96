// Limits of a whole run: the smaller of the workflow's and the repository's, or what a person set for this one. Pure; asked before each persona request.
import type { Budget } from '../../definition/index.ts';
import { addDecimal } from '../../support/index.ts';
import { deadlineOf, timeLimitOf } from './time-limit.ts';
import type { RunState } from '../model/state.ts';
import type { Limit, RunSettings } from '../model/types.ts';

/** How long a provider that takes nothing is waited for where the run has no minutes of its own. */
const patienceMs = 24 * 3_600_000;

/** A limit that is reached. */
export type Exceeded = Limit;

/** The limit that forbids one more persona request now, or undefined. */
export function exceededBudget(state: RunState, now: number): Exceeded | undefined {
  return reachedOf(limitsOf(state, now));
}

/** The limits of the run by itself, each with what was used of it. */
export function limitsOf(state: RunState, now: number): readonly Limit[] {
  const budget = budgetOf(state);
  const { usage } = state;
  const cost = costOf(state);
  const used: readonly [Limit['which'], number | undefined, number, boolean?][] = [
    ['cost_usd', budget.costUsd, Number(cost.costUsd), !cost.complete],
    ['tokens', budget.tokens, usage.inputTokens + usage.outputTokens, usage.tokensUnknown === true],
    ['attempts', budget.attempts, state.personaAttempts ?? 0],
  ];
  const time = timeLimitOf(state, now);
  return [
    ...used.flatMap(([which, limit, amount, atLeast = false]) =>
      limit === undefined ? [] : [{ which, limit, used: amount, ...(atLeast ? { atLeast } : {}) }],
    ),
    ...(time === undefined ? [] : [time]),
  ];
}

/** The first of them that is reached. A limit is reached when all of it is used: nothing is sent that would be paid beyond it. */
export function reachedOf(limits: readonly Limit[]): Limit | undefined {
  return limits.find(({ limit, used }) => used >= limit);
}

/** What counts against the run's limit of money: its own cost, and what the run took that it goes on from with a raised limit. */
export function costOf({ spec, usage }: RunState): { readonly costUsd: string; readonly complete: boolean } {
  const { allowed } = spec;
  if (allowed === undefined) return usage;
  return {
    costUsd: addDecimal(usage.costUsd, allowed.spentUsd),
    complete: usage.complete && allowed.atLeast !== true,
  };
}

/** What the run may cost in USD; undefined without such a limit. */
export function costLimitOf(state: RunState): number | undefined {
  return budgetOf(state).costUsd;
}

/** Until when a step that started then may wait for its provider, milliseconds since 1970. */
export function lastMoment(state: RunState, startedAt: number): number {
  return deadlineOf(state, startedAt) ?? startedAt + patienceMs;
}

const ofOneRun = ['costUsd', 'tokens', 'attempts'] as const;

function budgetOf(state: RunState): Budget {
  const { workflow, settings, allowed } = state.spec;
  const raised = state.budgetUsd ?? allowed?.costUsd;
  if (raised === undefined && isEmpty(workflow.budget) && isEmpty(settings.budget)) return workflow.budget;
  const smaller = (key: keyof Budget): Budget => {
    const limits = [workflow.budget[key], settings.budget[key]].filter((limit) => limit !== undefined);
    return limits.length === 0 ? {} : { [key]: Math.min(...limits) };
  };
  const cost = raised === undefined ? smaller('costUsd') : { costUsd: raised };
  return { ...cost, ...smaller('tokens'), ...smaller('attempts') };
}

function isEmpty(budget: RunSettings['budget']): boolean {
  return ofOneRun.every((key) => budget[key] === undefined);
}
