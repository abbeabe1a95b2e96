// The name of the workflow's lock has to have a value here. Decides only.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** It is the last thing a run needs that may not be there. */
export const lockName = workflowRule('lock-name', async ({ workflow, spec }) => {
  const made = await spec();
  return made.ok
    ? holds(holding.lockName())
    : refuses(reasons.badGroup(workflow.id), answers.badGroup(workflow.id, made.problem));
});
