// One file per step type and a registry.
export type * from './types.ts';
export { createExecutor } from './registry.ts';
export { isOnlyOurs } from './run-head.ts';
