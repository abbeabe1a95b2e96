// The runs of a day may not have cost all that the operator allows them. Reads the journal's sums.
import { answers, reasons } from '../messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** The last 24 hours, whatever the calendar says. */
export const budget = workflowRule('budget', async ({ workflow }, { ports: { operator, journal, clock } }) => {
  const most = operator.limits.costUsdPerDay;
  if (most === undefined) return holds(holding.budget());
  const since = clock.now() - dayMs;
  const usd = await journal.costSince(since);
  if (usd < most) return holds(holding.budget());
  const unpriced = await journal.unpricedSince(since);
  return refuses(reasons.spentDay({ usd, most, unpriced }), answers.spentDay(workflow.id, most));
});
