// The workflow language: files checked into the IR, expressions and templates to values, and the IR shown to people.
export type * from './types.ts';
export { checkWorkflow } from './check/check-workflow.ts';
export { readYaml } from './check/read-yaml.ts';
export type { SourceDocument } from './check/read-yaml.ts';
export { keptDigits } from './check/digits.ts';
export { checkInputs, inputProblem } from './inputs.ts';
export { resolveVariables, variableScope } from './variables.ts';
export { evaluateExpression } from './expression/evaluate.ts';
export { evaluateTemplate } from './expression/template.ts';
export { matchTrigger } from './trigger.ts';
export { allSteps } from './walk-steps.ts';
export { workflowGraph } from './graph.ts';
export { analyzeWorkflow } from './analyze.ts';
export type { WorkflowAnalysis } from './analyze.ts';
export { describeWorkflow } from './describe.ts';
export { workflowJsonSchema } from './schemas/workflow-schema.ts';
export { languagePage } from './language-page.ts';
export { definitionCodes } from './codes.ts';
