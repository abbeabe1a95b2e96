// No more runs may have been started in this hour and this day than the operator allows a repository and a person. Reads the journal's count.
import { answers, reasons } from '../common/messages.ts';
import { rateReached } from '../common/rate.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** By the clock, over restarts. */
export const rate = workflowRule('rate', async ({ workflow }, { happening, ports }) => {
  const { repository, sender } = happening;
  const reached = await rateReached({ repository, requester: sender.login }, ports);
  if (reached === undefined) return holds(holding.rate());
  // one comment, whoever tries again
  return refuses(reasons.rate(reached), answers.rate(workflow.id, reached), { about: 'rate' });
});
