// `/troupe budget`: another limit of what a run may cost.
import { controlCommand } from './control-command.ts';

/** Changes a run's budget. */
export const budgetCommand = controlCommand({
  verb: 'budget',
  usage: 'budget <usd> [run]',
  summary: 'changes what the run may cost, up to the operator’s limit',
  example: '/troupe budget 5',
  wish: ({ args: [usd] }) => (usd === undefined ? {} : { value: usd.replace(/^\$/, '') }),
});
