// Wires engine, store, steps, view and coordinator for the three entry points.
export { builtInPersonasDir, builtInWorkflows, troupeVersion } from './package-files.ts';
export { defaultServerFile, parseServerFile, publishedServerFileSchema } from './server-file.ts';
export type { ServerFile } from './server-file.ts';
export { findServerFile, providerSecrets, readServerFile } from './operator-files.ts';
export { hostProviders } from './providers.ts';
export type { HostProviders } from './providers.ts';
export { unplayable } from './unplayable.ts';
export { createHost } from './create-host.ts';
export type { Host, HostPart, MadeHost } from './create-host.ts';
export type { Observer } from './observers.ts';
export { coordinatorPorts, operatorSettings } from './coordinator-ports.ts';
export { deskCatalogue, openDesk } from './desk.ts';
export type { Desk, DeskCatalogue } from './desk.ts';
export { createOrphanBranches } from './orphan-branches.ts';
export { localFiles } from './local-files.ts';
export { createReviewAnswers } from './review-answers.ts';
