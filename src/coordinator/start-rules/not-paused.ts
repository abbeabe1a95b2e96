// Nothing starts while the label troupe:paused is on. Decides only.
import { controlRefusals } from '../controls/messages.ts';
import { reasons } from '../common/messages.ts';
import { pausedLabel } from '../common/select.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** The label as the event tells of it. */
export const notPaused = workflowRule('not-paused', ({ workflow }, { subject }) =>
  subject?.labels.some((label) => label.toLowerCase() === pausedLabel) === true
    ? refuses(reasons.pausedLabel(), controlRefusals.isPaused(workflow.id))
    : holds(holding.notPaused()),
);
