// The workflow language: files checked into the IR, expressions and templates to values, and the IR shown to people.
export type * from './types.ts';
export { checkWorkflow } from './check/check-workflow.ts';
export { keptDigits } from './check/digits.ts';
export { checkInputs, inputProblem } from './inputs.ts';
export { withEvaluatedNames } from './evaluated-names.ts';
export { resolveVariables, variableScope } from './variables.ts';
export { evaluateExpression } from './expression/evaluate.ts';
export { evaluateTemplate } from './expression/template.ts';
export { matchTrigger } from './trigger.ts';
export { stepKinds, stepKindsWith } from './kinds/list.ts';
export type { StepKind, StepKinds } from './kinds/step-kind.ts';
export { gitOperationKinds } from './git-operations/list.ts';
export type { GitOperationKind } from './git-operations/operation-kind.ts';
export {
  asksPersona,
  doesGit,
  isApproval,
  isChoice,
  isDelay,
  isForeach,
  isGate,
  isRace,
  makesBranch,
  subjectOf,
} from './step-facets.ts';
export { isContainer, stepLists, stepsIn, withStepLists } from './step-lists.ts';
export { allSteps } from './walk-steps.ts';
export { workflowGraph } from './graph.ts';
export { analyzeWorkflow } from './analyze.ts';
export type { WorkflowAnalysis } from './analyze.ts';
export { describeWorkflow } from './describe.ts';
export { workflowJsonSchema } from './schemas/workflow-schema.ts';
export { languagePage } from './language-page.ts';
export { definitionCodes } from './codes.ts';
