// The inputs of the workflow have to be there and right. Decides only.
import { inputProblem } from '../../definition/index.ts';
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** Everything that is wrong is said at once. */
export const inputs = workflowRule('inputs', ({ workflow, inputs: check }) => {
  const checked = check();
  if (checked.ok) return holds(holding.inputs());
  const problems = checked.findings.map((finding) => inputProblem(finding));
  return refuses(reasons.inputs(workflow.id), answers.badInputs(workflow.id, problems), { concerns: 'everybody' });
});
