// Journal → what happens next. Knows no GitHub, git, model, disk or clock.
export type * from './model/types.ts';
export type * from './events/types.ts';
export type * from './ports.ts';
export { surfaceLock } from './ports.ts';
export type * from './provider-port.ts';
export { freshProviderState, isForgettable, withoutProcesses } from './provider-port.ts';
export type * from './model/state.ts';
export type { Finding, Step, Workflow } from '../definition/index.ts';
export {
  doesGit,
  isContainer,
  isForeach,
  isPanel,
  isPanelist,
  keepsWork,
  personaAsked,
  stepsIn,
} from '../definition/index.ts';
export { winnerBeside } from './containers.ts';
export { awaitedAnswer } from './plan/awaited.ts';
export type { AwaitedAnswer } from './plan/awaited.ts';
export { driveRun } from './drive.ts';
export { fold, foldRun } from './events/fold.ts';
export { baseForcePushed } from './events/people-events.ts';
export { itemsAround, stepAt } from './plan/step-at.ts';
export { whoseMinutes } from './model/messages.ts';
export { outcomeOf } from './plan/outcome.ts';
export { costLimitOf, costOf, lastMoment, limitsOf, reachedOf } from './plan/budget.ts';
export { approvedCommits } from './approval.ts';
export { refuseControl } from './plan/control.ts';
export { blockedVerdicts, upstreamVerdicts } from './plan/verdicts.ts';
export type { BlockedVerdict } from './plan/verdicts.ts';
export { stepsRightAfter } from './plan/leave-out.ts';
export { runScope } from './plan/scope.ts';
export { rankingsIn } from './plan/rankings.ts';
export { compareInLine, linePriority, placesInLine } from './line.ts';
export type { LineLimits, PlaceInLine } from './line.ts';
export { listAll } from './list-all.ts';
export { summaryOf } from './summary.ts';
export { ClaimLost, PaidFailure } from './model/errors.ts';
export { eventTypes, readEvent, storedData } from './events/registry.ts';
export { endStatuses, isRunOver, isStepOver, liveStatuses } from './model/statuses.ts';
