// A workflow that says `on_conflict: reject` does not start beside another run under its lock. Reads the journal's list.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** Those that queue wait, and those that replace end the others. */
export const free = workflowRule('free', async ({ workflow, others }) => {
  const against = await others();
  return against.length > 0 && workflow.concurrency.onConflict === 'reject'
    ? refuses(reasons.busy(workflow.id), answers.busy(workflow.id, against))
    : holds(holding.free());
});
