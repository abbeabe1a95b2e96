// Event → task → workflow → run; commands; explain.
export type * from './types.ts';
export { createCoordinator } from './coordinator.ts';
export { commandBook } from './commands/index.ts';
export { registries } from './registries.ts';
export type { Registries } from './registries.ts';
export type { CommandType } from './commands/index.ts';
export { looksLike } from './commands/looks.ts';
export { considerAsked } from './asked.ts';
export type { AskedStart, AskedVerdict } from './asked.ts';
export { controlRun, controlVerbs } from './controls/control-run.ts';
export type { ControlReply, ControlRequest } from './controls/control-run.ts';
export type { ControlPorts } from './controls/consider-control.ts';
export { isAllowed } from './allowed.ts';
export { appRemoved } from './handlers/removed.ts';
export { otherStarters } from './other-starters.ts';
export { commandLabelId, isAsleep, isReservedLabel } from './select.ts';
export { fileSource } from './file-source.ts';
export { inEnvironment } from './in-environment.ts';
export { knownThings } from './known-names.ts';
export { unreadFiles } from './unread-files.ts';
export { loadCatalogue } from './catalogue.ts';
export type { Catalogue, CatalogueSources, GivenWorkflow } from './catalogue.ts';
export {
  otherRepositoryFilePath,
  permissionLevel,
  rehearsalFilePath,
  repositoryFilePath,
  repositoryFileSchema,
} from './repository-file.ts';
export { mergeSettings } from './settings.ts';
export type { EffectiveSettings } from './settings.ts';
export type { Subject } from './payload.ts';
export { startScope } from './run-spec.ts';
export { personasOf } from './workflow-reading.ts';
