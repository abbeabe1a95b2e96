// Another limit of what a run may cost: of one that goes on, or of one that ended at it and goes on from there. Decides only.
import { costOf, isRunOver } from '../../engine/index.ts';
import { decimalOf } from '../../support/index.ts';
import { decideRetry } from './again.ts';
import { fateOf, inMoney } from './fate.ts';
import { requested } from './flow.ts';
import { controlLines, controlRefusals } from './messages.ts';
import type { ControlFacts, ControlledRun, ControlVerdict, ControlWish } from './types.ts';
import { post, refuse } from './verdicts.ts';

/** A new limit of what the run may cost. */
export function decideBudget(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const { state } = run;
  const exceeded = state.budgetExceeded;
  const isOver = isRunOver(state.status);
  if (isOver && (state.status !== 'failed' || exceeded === undefined)) return refuse(fateOf(run, facts));
  // `5`, `5.50` or `$5`
  const usd = Number(decimalOf(wish.value) ?? Number.NaN);
  if (!Number.isFinite(usd) || usd <= 0) return refuse(controlRefusals.badBudget());
  if (facts.mostUsd !== undefined && usd > facts.mostUsd) return refuse(controlRefusals.budgetTooHigh(facts.mostUsd));
  const { costUsd: used, complete } = costOf(state);
  const spent = complete ? `$${used}` : `at least $${used}`;
  // it would stop again before it did anything
  if (usd < Number(used) || (isOver && usd === Number(used))) return refuse(controlRefusals.budgetUsed(spent, isOver));
  if (exceeded?.from === 'operator') return refuse(controlRefusals.budgetOfOperator(exceeded.which, exceeded.limit));
  if (exceeded !== undefined && isOver && !inMoney.has(exceeded.which))
    return refuse(controlRefusals.budgetElse(exceeded.which));
  if (isOver) return goOn(wish, run, { usd, facts });
  return post(wish, run, {
    line: controlLines.budget(state.id, usd),
    events: [requested(wish, 'budget', { value: usd })],
  });
}

/** As a retry: what is finished is taken over, so nothing that was paid for is paid again. What it has cost by then counts. */
function goOn(
  { text: _amount, ...wish }: ControlWish,
  run: ControlledRun,
  { usd, facts }: { readonly usd: number; readonly facts: ControlFacts },
): ControlVerdict {
  const verdict = decideRetry(wish, run, facts);
  if (verdict.kind !== 'start') return verdict;
  const { costUsd, complete } = costOf(run.state);
  const allowed = { costUsd: usd, spentUsd: costUsd, ...(complete ? {} : { atLeast: true as const }), by: wish.by };
  const line = `${verdict.line} ${controlLines.budgetTogether(usd, costUsd)}`;
  return { ...verdict, line, spec: { ...verdict.spec, allowed } };
}
