// Limits of a whole run: the smaller of the workflow's and the repository's, or what a person set for this one. Pure; asked before each persona request.
import type { Budget } from '../definition/index.ts';
import type { RunState } from './state.ts';

/** A limit that is reached. */
export interface Exceeded {
  readonly which: 'cost_usd' | 'tokens' | 'minutes' | 'attempts';
  readonly limit: number;
  readonly used: number;
  /** Some of what was used nobody told. */
  readonly atLeast?: true;
}

/** The limit that forbids one more persona request now, or undefined. */
export function exceededBudget(state: RunState, now: number): Exceeded | undefined {
  const budget = budgetOf(state);
  if (Object.keys(budget).length === 0) return undefined;
  const { usage } = state;
  const used: readonly [Exceeded['which'], number | undefined, number, boolean?][] = [
    ['cost_usd', budget.costUsd, Number(usage.costUsd), !usage.complete],
    ['tokens', budget.tokens, usage.inputTokens + usage.outputTokens, usage.tokensUnknown === true],
    ['minutes', budget.minutes, Math.floor((elapsedMs(state, now) / 60_000) * 10) / 10],
    ['attempts', budget.attempts, state.personaAttempts ?? 0],
  ];
  for (const [which, limit, amount, atLeast = false] of used)
    if (limit !== undefined && amount >= limit) return { which, limit, used: amount, ...(atLeast ? { atLeast } : {}) };
  return undefined;
}

/** What the run may cost in USD; undefined without such a limit. */
export function costLimitOf(state: RunState): number | undefined {
  return budgetOf(state).costUsd;
}

/** When the run's minutes are used up, milliseconds since 1970; undefined without such a limit. */
export function deadlineOf(state: RunState): number | undefined {
  const { minutes } = budgetOf(state);
  if (minutes === undefined || state.startedAt === undefined) return undefined;
  return state.startedAt + minutes * 60_000 + (state.waitedForPeopleMs ?? 0);
}

/** Time that counts against `minutes`: since the start, without the time it waited for people. */
function elapsedMs(state: RunState, now: number): number {
  return state.startedAt === undefined ? 0 : now - state.startedAt - (state.waitedForPeopleMs ?? 0);
}

function budgetOf(state: RunState): Budget {
  const { workflow, settings } = state.spec;
  if (state.budgetUsd === undefined && isEmpty(workflow.budget) && isEmpty(settings.budget)) return workflow.budget;
  const smaller = (key: keyof Budget): Budget => {
    const limits = [workflow.budget[key], settings.budget[key]].filter((limit) => limit !== undefined);
    return limits.length === 0 ? {} : { [key]: Math.min(...limits) };
  };
  const { budgetUsd } = state;
  const cost = budgetUsd === undefined ? smaller('costUsd') : { costUsd: budgetUsd };
  return { ...cost, ...smaller('tokens'), ...smaller('minutes'), ...smaller('attempts') };
}

function isEmpty(budget: Budget): boolean {
  for (const key in budget) if (budget[key as keyof Budget] !== undefined) return false; // keys of a Budget
  return true;
}
