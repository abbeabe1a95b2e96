// Limits that runs share: of a task, a repository, a day. Read from the store at the moment somebody is about to ask, and the operator's as they are now.
import type { Journal, Limit, RunState, SpentQuery, SpentTogether } from '../engine/index.ts';
import { addDecimal, decimalOf, excessOf } from '../support/index.ts';
import type { Clock } from '../support/index.ts';
import type { ServerFile } from './server-file.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** What they are read with. */
export interface SharedLimitPorts {
  readonly journal: Pick<Journal, 'spent'>;
  readonly limits: ServerFile['limits'];
  readonly clock: Pick<Clock, 'now'>;
}

/** A limit with who set it. */
interface Most {
  readonly limit: number;
  readonly from?: 'operator';
}

/** The limits that the run falls under together with others. Two processes read the same sums. */
export async function sharedLimits(state: RunState, ports: SharedLimitPorts): Promise<readonly Limit[]> {
  return [...(await ofTask(state, ports)), ...(await ofRepository(state, ports)), ...(await ofDay(state, ports))];
}

async function ofTask(state: RunState, { journal, limits }: SharedLimitPorts): Promise<readonly Limit[]> {
  const { repository, task, settings } = state.spec;
  const { taskCostUsd, taskTokens } = settings.budget;
  const money = least(limits.costUsdPerTask, taskCostUsd);
  const tokens = least(limits.tokensPerTask, taskTokens);
  if (money === undefined && tokens === undefined) return [];
  // a task without a number is this run alone
  const others =
    repository === undefined || task.number === undefined
      ? nothing
      : await journal.spent({ repository, taskNumber: task.number, except: state.id });
  const raised = least(limits.costUsdPerTask, raisedTo(state, others, taskCostUsd));
  return [
    ...(raised === undefined ? [] : [moneyLimit('cost_usd_per_task', raised, together(state, others))]),
    ...(tokens === undefined ? [] : [tokenLimit(tokens, together(state, others))]),
  ];
}

/** What a person allows a run it may take, whatever its repository allows for the task. */
function raisedTo(state: RunState, others: SpentTogether, limit: number | undefined): number | undefined {
  const raised = state.budgetUsd ?? state.spec.allowed?.costUsd;
  if (raised === undefined || limit === undefined) return limit;
  // what it goes on from is in what it may cost
  const before = excessOf(others.costUsd, state.spec.allowed?.spentUsd ?? '0');
  return Math.max(limit, Number(addDecimal(before, decimalOf(raised) ?? '0')));
}

async function ofRepository(state: RunState, ports: SharedLimitPorts): Promise<readonly Limit[]> {
  const { repository, settings } = state.spec;
  const most = least(ports.limits.costUsdPerRepositoryDay, settings.budget.dayCostUsd);
  if (most === undefined || repository === undefined) return [];
  return [moneyLimit('cost_usd_per_repository_day', most, await lastDay(state, ports, { repository }))];
}

async function ofDay(state: RunState, ports: SharedLimitPorts): Promise<readonly Limit[]> {
  const most = least(ports.limits.costUsdPerDay, undefined);
  return most === undefined ? [] : [moneyLimit('cost_usd_per_day', most, await lastDay(state, ports, {}))];
}

/** The last 24 hours, whatever the calendar says. */
async function lastDay(
  state: RunState,
  { journal, clock }: SharedLimitPorts,
  which: SpentQuery,
): Promise<SpentTogether> {
  const since = clock.now() - dayMs;
  const others = await journal.spent({ ...which, since, except: state.id });
  return (state.startedAt ?? state.createdAt) >= since ? together(state, others) : others;
}

const nothing: SpentTogether = { costUsd: '0', complete: true, tokens: 0, runs: 0 };

function together({ usage }: RunState, others: SpentTogether): SpentTogether {
  return {
    costUsd: addDecimal(others.costUsd, usage.costUsd),
    complete: others.complete && usage.complete,
    tokens: others.tokens + usage.inputTokens + usage.outputTokens,
    runs: others.runs + 1,
  };
}

/** The smaller one; whose it is when both are the same, too: then raising the other would change nothing. */
function least(operator: number | undefined, repository: number | undefined): Most | undefined {
  if (operator !== undefined && (repository === undefined || operator <= repository))
    return { limit: operator, from: 'operator' };
  return repository === undefined ? undefined : { limit: repository };
}

function moneyLimit(which: Limit['which'], most: Most, spent: SpentTogether): Limit {
  return { which, ...most, used: Number(spent.costUsd), ...(spent.complete ? {} : { atLeast: true }) };
}

function tokenLimit(most: Most, spent: SpentTogether): Limit {
  return { which: 'tokens_per_task', ...most, used: spent.tokens, ...(spent.complete ? {} : { atLeast: true }) };
}
