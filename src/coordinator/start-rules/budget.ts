// The runs of a day may not have cost all that the operator allows them, nor those of this repository all that is allowed here. Reads the journal's sums.
import type { SpentQuery } from '../../engine/index.ts';
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** The last 24 hours, whatever the calendar says. */
export const budget = workflowRule('budget', async ({ workflow }, { happening, catalogue, ports }) => {
  const { operator, journal, clock } = ports;
  const here = least(operator.limits.costUsdPerRepositoryDay, catalogue.effective.settings.budget.dayCostUsd);
  const limits: readonly { readonly of: 'server' | 'repository'; readonly most: number | undefined }[] = [
    { of: 'server', most: operator.limits.costUsdPerDay },
    { of: 'repository', most: here },
  ];
  const since = clock.now() - dayMs;
  const { id, owner, name } = happening.repository;
  for (const { of, most } of limits) {
    if (most === undefined) continue;
    const query: SpentQuery = of === 'server' ? { since } : { since, repository: { id, owner, name } };
    const { costUsd, complete } = await journal.spent(query);
    if (Number(costUsd) < most) continue;
    const spent = { of, usd: Number(costUsd), most, isAll: complete };
    return refuses(reasons.spentDay(spent), answers.spentDay(workflow.id, most, of));
  }
  return holds(holding.budget());
});

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
