// Nothing that can be known now may stop the run later: nobody is paid for what does not come to its end.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** The host looks at everything at once; where it does not, nothing is asked. A run whose lock has no name is turned back by that rule. */
export const beforePaying = workflowRule('before-paying', async ({ workflow, spec }, { ports, scene, subject }) => {
  const made = await spec();
  const found = made.ok
    ? ((await ports.hindrances?.(made.spec, scene.api, { locked: subject?.locked === true })) ?? [])
    : [];
  return found.length === 0
    ? holds(holding.beforePaying())
    : refuses(reasons.hindered(found), answers.hindered(workflow.id, found), { concerns: 'everybody' });
});
