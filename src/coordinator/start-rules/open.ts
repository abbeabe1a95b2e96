// What people ask for by hand has to be open. Decides only.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** An event may be about something closed: `issues.closed` is. */
export const open = workflowRule('open', ({ workflow }, { subject, request }) => {
  const byHand = request.by === 'label' || request.by === 'command';
  return subject !== undefined && subject.state !== 'open' && byHand
    ? refuses(reasons.closedTask(), answers.closedTask(workflow.id))
    : holds(holding.open());
});
