// What executes each kind of step, one file each, and their registries.
export type * from './common/types.ts';
export { createExecutor, createStepKinds } from './registry.ts';
export { releaseEndedRuns, startTicketRounds } from './ticket-rounds.ts';
export type { Received, TicketPorts, TicketRounds } from './ticket-rounds.ts';
export { gitOperations } from './git-operations/registry.ts';
export type { RunnableOperation } from './git-operations/operation.ts';
export { createProviderGate } from './health/provider-gate.ts';
export type { ProviderGate } from './health/provider-gate.ts';
export { isOnlyOurs, isOurCommit } from './common/run-head.ts';
export { removeTwins, writesDoneAgain } from './common/twins.ts';
export type { DoneAgain } from './common/twins.ts';
export { plannedBranch } from './common/wanted-branch.ts';
export { wallProblems } from './wall-problems.ts';
