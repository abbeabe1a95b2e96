// On a pull request from a fork only what does not write may run. Decides only.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** Troupe never pushes to a fork. */
export const ownBranch = workflowRule('own-branch', ({ workflow }, { subject }) =>
  subject?.head?.fork === true && workflow.branch !== false
    ? refuses(reasons.fork(), answers.fork(workflow.id))
    : holds(holding.ownBranch()),
);
