// The workflow language: files checked into the IR, expressions and templates to values, and the IR shown to people.
export type * from './model/types.ts';
export type { DefinitionContext } from './source/definition-context.ts';
export { checkWorkflow } from './check/check-workflow.ts';
export { keptDigits } from './check/digits.ts';
export { checkInputs, inputProblem } from './inputs.ts';
export { withEvaluatedNames } from './evaluated-names.ts';
export { resolveVariables, variableScope } from './variables.ts';
export { evaluateExpression } from './expression/evaluate.ts';
export { asksStatus } from './expression/fixed-value.ts';
export { evaluateTemplate } from './expression/template.ts';
export type { PostedTemplates } from './expression/template.ts';
export { isOnSchedule, matchTrigger } from './trigger.ts';
export { stepKinds, stepKindsWith } from './kinds/list.ts';
export type { StepKind } from './source/step-kind.ts';
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
  isPanel,
  isPanelist,
  isRace,
  keepsWork,
  makesBranch,
  personaAsked,
  subjectOf,
} from './model/step-facets.ts';
export { isContainer, stepLists, stepsIn, withStepLists } from './model/step-lists.ts';
export { allSteps } from './model/walk-steps.ts';
export { workflowGraph } from './graph.ts';
export { analyzeWorkflow } from './analyze.ts';
export type { WorkflowAnalysis } from './analyze.ts';
export { describeWorkflow } from './describe.ts';
export { workflowJsonSchema } from './schemas/workflow-schema.ts';
export { languagePage } from './language-page.ts';
export { definitionCodes } from './codes.ts';
