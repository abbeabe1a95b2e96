// What a request may still take, and whether it may be sent at all: the least that is left of every limit that it falls under. Reads; spends nothing.
import { limitsOf, reachedOf } from '../engine/index.ts';
import type { Limit, StepContext } from '../engine/index.ts';
import type { Allowance } from '../personas/index.ts';
import { addDecimal, decimalOf, excessOf, TroupeError } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import type { StepServices } from './common/types.ts';

/** Who is about to ask. */
export interface Spender {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
}

/** Every limit that a request of this attempt falls under, with what is used of it now. */
export async function limitsHere({ context, services, choice }: Spender): Promise<readonly Limit[]> {
  return [
    ...limitsOf(context.state, services.clock.now()),
    ...ofPersona(context, choice),
    ...((await services.sharedLimits?.(context)) ?? []),
  ];
}

/**
 * Throws class `budget`, and ends the main list of the run, where a limit is reached that its own budget does not hold: nothing is sent, and
 * all that was done is kept.
 */
export async function refuseSpent(spender: Spender): Promise<void> {
  const { context, choice } = spender;
  const reached = reachedOf((await limitsHere(spender)).filter(({ which }) => !isOfRun(which)));
  if (reached === undefined) return;
  if (reached.which !== 'max_cost_usd') await context.record?.({ type: 'budget.exceeded', data: { ...reached } });
  throw new TroupeError('engine/budget', personaStepMessages.budget(reached), {
    class: 'budget',
    ...(reached.which === 'max_cost_usd' ? { hint: personaStepMessages.budgetHint(choice.persona.id) } : {}),
  });
}

/** The least that is left, of money and of tokens. */
export function allowanceOf(limits: readonly Limit[]): Allowance {
  const left = (of: ReadonlySet<Limit['which']>): readonly number[] =>
    limits.filter(({ which }) => of.has(which)).map(leftOf);
  const [money, tokens] = [left(inMoney), left(inTokens)];
  return {
    ...(money.length === 0 ? {} : { costUsd: decimalOf(Math.min(...money)) ?? '0' }),
    ...(tokens.length === 0 ? {} : { tokens: Math.min(...tokens) }),
  };
}

const inMoney: ReadonlySet<Limit['which']> = new Set([
  'cost_usd',
  'max_cost_usd',
  'cost_usd_per_task',
  'cost_usd_per_repository_day',
  'cost_usd_per_day',
]);
const inTokens: ReadonlySet<Limit['which']> = new Set(['tokens', 'tokens_per_task']);

function leftOf({ limit, used }: Limit): number {
  return Number(excessOf(decimalOf(limit) ?? '0', decimalOf(used) ?? '0'));
}

/** The run's own limits stop it before a step starts. */
function isOfRun(which: Limit['which']): boolean {
  return which === 'cost_usd' || which === 'tokens' || which === 'minutes' || which === 'attempts';
}

/** What one attempt may cost, all its requests together: people may be asked in between. */
function ofPersona({ state, path, requestId }: StepContext, { persona }: PersonaChoice): readonly Limit[] {
  const { maxCostUsd } = persona;
  if (maxCostUsd === undefined) return [];
  const own = (state.steps.get(path)?.usage ?? []).filter(
    ({ request = '' }) => request === requestId || request.startsWith(`${requestId}.`),
  );
  const used = Number(own.reduce((sum, { costUsd = '0' }) => addDecimal(sum, costUsd), '0'));
  const isWhole = own.every(({ complete, costUsd }) => complete && costUsd !== undefined);
  return [{ which: 'max_cost_usd', limit: maxCostUsd, used, ...(isWhole ? {} : { atLeast: true }) }];
}
