// Every sentence of the engine that a person may read. Never decides anything.
import { formatDuration, oneLine } from '../../support/index.ts';
import type { Limit } from './types.ts';

/** An event that a sentence is about. */
interface Told {
  readonly type: string;
  readonly run: string;
  readonly seq: number;
}

/** The engine's sentences. */
export const text = {
  claimLost: (run: string) => `Cannot go on with run ${run}: another process drives it now`,
  illegalHint: () =>
    'The journal of this run does not fit together; start the run again and keep this one for a report.',
  illegalStep: (type: string, path: string, status: string) =>
    `Cannot record ${type} for step "${path}": it is ${status}`,
  unknownStep: ({ type, run, seq }: Told, path: string) =>
    `Cannot take in ${type}, event ${seq} of run ${run}: the run has no step "${path}"`,
  unknownEvent: ({ type, run, seq }: Told) =>
    `Cannot read event ${seq} of run ${run}: this version of Troupe knows no "${type}"`,
  newerEvent: ({ type, run, seq }: Told, version: string) =>
    `Cannot read event ${seq} of run ${run}: it is version ${version} of "${type}", which is newer than this Troupe`,
  badEvent: ({ type, run, seq }: Told, problem: string) =>
    `Cannot read event ${seq} of run ${run}: what is stored is no "${type}": ${problem}`,
  unknownEventHint: () => 'A newer Troupe has driven this run: update this one.',
  wrongAttempt: (path: string, attempt: number, expected: number) =>
    `Cannot start attempt ${attempt} of step "${path}": attempt ${expected} comes next`,
  illegalRun: (type: string, status: string) => `Cannot record ${type}: the run is ${status}`,
  gap: (seq: number, expected: number) => `Cannot read the journal: event ${seq} came where ${expected} was due`,
  noStart: () => 'Cannot read the journal: it does not begin with run.created',

  cancelled: (login: string, reason: string | undefined) =>
    reason === undefined ? `Cancelled by ${login}` : `Cancelled by ${login}: ${reason}`,
  stepFailed: (name: string, message: string) => `Step "${name}" failed: ${message}`,
  stepTimedOut: (name: string) => `Step "${name}" took longer than its timeout`,
  timedOut: (ms: number) => `The attempt took longer than ${formatDuration(ms)}`,
  timedOutHint: () => 'Raise `timeout` of the step, or split its work.',
  verdict: (name: string, verdict: string, why: string | undefined) =>
    why === undefined ? `Step "${name}" says ${verdict}` : `Step "${name}" says ${verdict}: ${why}`,
  mergedBy: (login: string) => `merged by ${login}`,
  nothingDelivered: (name: string) => `Nothing delivered: step "${name}" was skipped because of a step before it`,
  nothingRan: () => 'Nothing delivered: every step was skipped',
  nothingToDo: (why: string) => `Nothing to do: ${why}`,
  optionalFailed: (names: readonly string[]) => `Done, but optional steps did not succeed: ${someOf(names)}`,
  unresolvedNames: (names: string) => `Done, but these references had no value: ${names}`,
  delivered: () => 'All steps are done',
  budget: (reached: Limit) => (reached.which === 'minutes' ? outOfTime(reached) : outOfBudget(reached)),

  mayStart: (name: string) => `May "${name}" start?`,
  approvedBy: (login: string, reason: string | undefined) => said(`Approved by ${login}`, reason),
  rejectedBy: (login: string, reason: string | undefined) => said(`Rejected by ${login}`, reason),
  nobodyDecided: (name: string, ms: number) => `Nobody decided about "${name}" within ${formatDuration(ms)}`,
  stoppedBy: (login: string, reason: string | undefined) => said(`Stopped by ${login}`, reason),
  skippedBy: (login: string, reason: string | undefined) => said(`Skipped by ${login}`, reason),

  controlEnded: (status: string) => `The run has ended: it is ${status}`,
  controlCancelled: () => 'The run is being cancelled',
  stopsAlready: () => 'The run is stopping already',
  badBudget: () => 'A budget is an amount of US dollars, such as 5 or 7.50',
  nothingFailed: () => 'No step of the run has failed',
  noSuchStep: (path: string) => `The workflow has no step "${path}"`,
  hasNotFailed: (name: string, status: string) => `"${name}" has not failed: it is ${status}`,
  hasNotRun: (name: string) => `"${name}" has not run yet`,
  tooLateToSkip: (name: string, status: string) => `"${name}" cannot be skipped any more: it is ${status}`,
  notOptional: (name: string) =>
    `"${name}" is not optional: only steps with \`on_failure: continue\` or \`advisory: true\` can be skipped`,

  gateOpen: (looks: number) =>
    looks === 1 ? 'All required verdicts pass' : `All required verdicts pass, at look ${looks}`,
  gateShut: (looks: number, reason: string) =>
    looks === 1 ? `The gate stays shut: ${reason}` : `The gate stays shut after ${looks} looks: ${reason}`,
  gateStuck: (reason: string) => `The gate stays shut: the rework led to the same result. ${reason}`,
  gateHint: () => 'Read what the steps say, correct the task or the code, then start again.',
  triedInVain: (name: string, attempts: number, message: string) =>
    `"${name}" needs a person. It was tried ${attempts} times in vain, the last time: ${message}`,
  gateEscalates: (name: string, message: string) => `"${name}" needs a person. ${message}`,
  noVerdict: (name: string, status: string) => `"${name}" has given no verdict (${status})`,

  condition: (source: string) => `condition is false: ${source}`,
  noBranch: (test: string, value: boolean) => `${test} is ${value}`,
  dependency: (path: string, status: string) => `"${path}" is ${status}`,
  noneSucceeded: () => 'none of the steps it depends on succeeded',
  handlerNotNeeded: () => 'nothing failed',
  panelLost: (name: string) => `"${name}" cannot win any more`,
  panelWon: (name: string) => `the work of "${name}" is kept`,
  panelSaid: (who: string, what: string, why?: string) => `${who}: ${what}${why === undefined ? '' : `, ${why}`}`,
  reusedWhole: (path: string) => `"${path}" is taken over from the run before`,
  superseded: (path: string) => `"${path}" succeeded first`,
  runFailed: (path: string) => `step "${path}" failed before`,
  leftOut: (name: string, reason: string) => `"${name}" says it is not needed: ${oneLine(reason, 300)}`,
  stopped: (path: string, reason: string) => `"${path}" ended the run: ${reason}`,
  interrupted: (times: number) =>
    `The step was started ${times} times and each time the process ended before the step did`,
  interruptedHint: () => 'Look at the memory and disk of the machine, then start the run again.',
  inputOf: (path: string) => `the input of step "${path}"`,
  conditionOf: (path: string) => `the condition of step "${path}"`,
  unresolved: (what: string, message: string) => `Cannot evaluate ${what}: ${message}`,
  onlyInEnvironment: (variable: string, environment: string) =>
    `The variable \`${variable}\` has a value in the environment \`${environment}\` only`,
  badDuration: (about: {
    readonly path: string;
    readonly name: string;
    readonly template: string;
    readonly value: string;
    readonly problem: string;
  }) =>
    `Cannot read \`${about.name}\` of step "${about.path}": \`${oneLine(about.template, 80)}\` gives ${oneLine(about.value, 80)}, which ${about.problem}`,
  badDurationHint: () => 'Let it give a number of seconds or a text such as "90s", "30m", "1h".',
  declaredOutput: (name: string, message: string) =>
    `The step's answer lacks the declared output "${name}": ${message}`,
  noItems: () => 'No items: nothing had to be done',
  itemsDone: (count: number, failed: readonly string[]) => {
    const all = count === 1 ? '1 item' : `${count} items`;
    if (failed.length === 0) return `${all} done`;
    return `${count - failed.length} of ${all} done; failed: ${someOf(failed)}`;
  },
  itemFailed: (path: string) => `item "${path}" failed before`,
  itemsFailed: (failed: number, count: number, told: { readonly message: string; readonly most: number }) =>
    `${failed} of ${count === 1 ? '1 item' : `${count} items`} failed: ${told.message}${failed > told.most ? `; and ${failed - told.most} more` : ''}`,
  noList: (path: string, kind: string) => `\`items\` of step "${path}" gives ${kind}, not a list`,
  tooManyItems: (path: string, count: number, most: number) =>
    `\`items\` of step "${path}" gives ${count} items: more than ${most}`,
  tooManyPlaces: (path: string, most: number) =>
    `The items of step "${path}" would make more than ${most} steps in one run`,
  itemsHint: () =>
    'Let it give a list, such as `[1, 2]` or an output of a step that is one; split a long one over several runs.',
  children: (errors: readonly string[]) => errors.join('; '),
  childFailed: (name: string, message: string) => `"${name}": ${message}`,
  noWinner: (name: string, verdict: string) => `"${name}": verdict ${verdict}`,
  sameTwice: () => 'The same error came twice, so it is not paid for a third time.',
  retryReason: (errorClass: string, message: string) => `${errorClass}: ${message}`,
  failVerdict: (summary: string | undefined) => summary ?? 'verdict fail',
  unanswered: (what: string) => `Cannot tell yet what became of it: ${what}. No answer came, and it may still be done`,
  attemptCancelled: () => 'The attempt was cancelled',
  hostStops: () => 'The host stops',
} as const;

function outOfBudget({ which, limit, used, atLeast }: Limit): string {
  return `Budget reached: ${which} ${atLeast === true ? 'at least ' : ''}${used} of ${limit}`;
}

function outOfTime({ limit, from }: Limit): string {
  return `Out of time: ${whoseMinutes(from)} allows ${spanOfMinutes(limit)} of work`;
}

/** Where the minutes of a run are set. */
export function whoseMinutes(from: Limit['from']): string {
  switch (from) {
    case 'operator':
      return '`limits.minutes_per_run` of the operator';
    case 'job':
      return '`timeout-minutes` of the job';
    case 'repository':
      return '`budget.minutes` of the repository';
    case 'workflow':
    case undefined:
      return '`budget.minutes` of the workflow';
  }
}

/** `5 minutes`, `90 seconds`. */
function spanOfMinutes(minutes: number): string {
  const [count, unit] = Number.isInteger(minutes) ? [minutes, 'minute'] : [Math.round(minutes * 6_000) / 100, 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The first of many names. */
function someOf(names: readonly string[]): string {
  const rest = names.length - 20;
  return rest > 0 ? `${names.slice(0, 20).join(', ')} and ${rest} more` : names.join(', ');
}

function said(what: string, reason: string | undefined): string {
  return reason === undefined || reason === '' ? what : `${what}: ${reason}`;
}
