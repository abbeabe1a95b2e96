// Event → task → workflow → run; commands; explain.
export { createCoordinator } from './coordinator.ts';
export type { Coordinator } from './coordinator.ts';
export type {
  CoordinatorPorts,
  Decision,
  DeliveryToHandle,
  Driver,
  HandleResult,
  PastDecision,
  FileSource,
} from './common/types.ts';
export { considerAsked } from './asked.ts';
export type { AskedStart } from './asked.ts';
export { driverLines } from './controls/messages.ts';
export { controlRun, controlVerbs } from './controls/control-run.ts';
export type { ControlReply, ControlRequest } from './controls/control-run.ts';
export { commandTypes } from './commands/index.ts';
export { looksLike } from './commands/looks.ts';
export { isAllowed } from './common/allowed.ts';
export { appRemoved } from './handlers/removed.ts';
export { otherStarters } from './common/other-starters.ts';
export { commandLabelId, isAsleep, isReservedLabel } from './common/select.ts';
export { fileSource } from './repository/file-source.ts';
export { inEnvironment } from './in-environment.ts';
export { knownThings } from './repository/known-names.ts';
export { unreadFiles } from './repository/unread-files.ts';
export { effectiveCatalogue, loadCatalogue, readAhead } from './repository/catalogue.ts';
export type { EffectiveCatalogue, GivenWorkflow } from './repository/catalogue.ts';
export { permissionLevel, repositoryFile } from './repository/repository-file.ts';
export { startedWorkflow } from './start/run-spec.ts';
