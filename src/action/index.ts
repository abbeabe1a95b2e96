// The companion Action: one job in GitHub Actions from its event to the end of its run.
export { runAction } from './run-action.ts';
export type { ActionOptions } from './open-job.ts';
export { readInputs } from './inputs.ts';
export type { ActionInputs } from './inputs.ts';
export type { ActionContext } from './context.ts';
export type { ActionConsole } from './console.ts';
export type { ActionResult } from './outputs.ts';
export { harmless } from './console.ts';
