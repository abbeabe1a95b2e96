// Every sentence about controls: result, reason, next step. Text of people is made harmless here.
import { isoTime, oneLine } from '../../support/index.ts';
import { harmless } from '../common/harmless.ts';
import type { Driver } from '../common/types.ts';
import type { Lack } from '../common/permission.ts';

/** A run that goes on where the one before it ended. */
interface LinkedRun {
  readonly workflow: string;
  readonly run: string;
  readonly before: string;
  readonly from: string | undefined;
}

/** Where people can look at a run: the job that had it last, or its page. */
export interface RunPage {
  readonly url: string;
  readonly is: 'job' | 'page';
}

interface Told {
  readonly run: string;
  readonly workflow: string;
  readonly status: string;
  readonly page?: RunPage;
}

/** Who decided, and when. */
interface Past {
  readonly by: string;
  readonly at?: number;
}

/** What became of a run, and what can be done about it. */
export const fateLines = {
  ended: ({
    at,
    reason,
    next,
    ...told
  }: Told & { readonly at?: number; readonly reason?: string; readonly next: string }) =>
    `${named(told)} has ended: ${ends[told.status] ?? told.status}${at === undefined ? '' : ` at ${minute(at)}`}${inPage(told.page)}` +
    `.${reason === undefined || reason === '' ? '' : ` ${sentence(harmless(reason))}`} ${next}`,
  stands: ({ steps, ...told }: Told & { readonly steps: readonly string[] }) =>
    `${named(told)} is ${told.status}${steps.length === 0 ? '' : `, now at ${list(steps)}`}.`,
  retry: () => '`/troupe retry` goes on from it.',
  budget: () => '`/troupe budget <usd>` gives it more and goes on from it.',
  followup: () => '`/troupe followup <text>` goes on with its branch, `/troupe rerun from <step>` does a step again.',
  rerun: (workflow: string) =>
    `\`/troupe rerun from <step>\` does a step again, ${code(`/troupe run ${workflow}`)} begins anew.`,
};

const ends: Readonly<Record<string, string>> = {
  succeeded: 'it succeeded',
  degraded: 'it is done, but not all of it',
  failed: 'it failed',
  cancelled: 'it was cancelled',
  timed_out: 'it ran out of time',
};

/** What is said when a wish is followed. */
export const controlLines = {
  pause: (run: string) => `Pausing \`${run}\`: what runs now ends first. \`/troupe resume\` lets it go on.`,
  paused: (run: string, by: string) => `\`${run}\` is paused already, by ${plain(by)}.`,
  resume: (run: string) => `\`${run}\` goes on.`,
  cancel: (run: string) => `Cancelling \`${run}\`.`,
  stop: (run: string) => `Stopping \`${run}\`: nothing new starts, then its last steps run.`,
  retry: (run: string, step: string) => `Trying ${code(step)} of \`${run}\` again.`,
  rerun: (run: string, step: string) => `Running \`${run}\` again from ${code(step)}.`,
  skip: (run: string, step: string) => `Skipping ${code(step)} of \`${run}\`.`,
  approve: (run: string, step: string, sha: string | undefined) =>
    `Approved ${code(step)} of \`${run}\`${sha === undefined ? '' : ` at \`${sha.slice(0, 7)}\``}.`,
  reject: (run: string, step: string) => `Rejected ${code(step)} of \`${run}\`.`,
  answer: (run: string, step: string) => `Answered ${code(step)} of \`${run}\`.`,
  budget: (run: string, usd: number) => `\`${run}\` may cost $${usd} now.`,
  budgetTogether: (usd: number, spentUsd: string) =>
    `Both together may cost $${usd}; $${spentUsd} is spent, and what is finished is not done again.`,
  linked: ({ workflow, run, before, from }: LinkedRun) =>
    `Started \`${workflow}\` as \`${run}\`${from === undefined ? '' : `, from ${code(from)}`}; it goes on from \`${before}\` on the same branch.`,
  fileChanged: (path: string) =>
    `${code(path)} has changed since the run started; the run goes on with the definition it started with.`,
};

/** Where a run is at work that is driven elsewhere. */
export const driverLines = {
  /** Behind the state of a run. */
  inStatus: ({ url, since, renewedAt, gone }: Driver) =>
    gone
      ? `, but nobody drives it: [its job](${url}) was last heard of at ${minute(renewedAt)}; \`/troupe resume\` goes on with it, \`/troupe cancel\` ends it`
      : `, at work in [a job](${url}) since ${minute(since)}, last heard of at ${minute(renewedAt)}`,
  atWork: (run: string, { url, since, renewedAt }: Driver) =>
    `\`${run}\` is at work in [a job](${url}) since ${minute(since)}, last heard of at ${minute(renewedAt)}. Commands reach it when it waits or has ended; until then, cancelling that job cancels it.`,
  gone: (run: string, { url, renewedAt }: Driver) =>
    `Nobody drives \`${run}\` any more: [its job](${url}) was last heard of at ${minute(renewedAt)}. \`/troupe resume\` goes on from what it kept, \`/troupe cancel\` ends it.`,
  takenOver: (run: string, { url, renewedAt }: Driver) =>
    `\`${run}\` goes on here from what was kept: [its job](${url}) was last heard of at ${minute(renewedAt)}.`,
};

/** Why a wish is not followed, and what to do instead. */
export const controlRefusals = {
  notForAllHere: () => 'There is nothing here that stops everything: each job of Actions drives its own run.',
  noOperator: (verb: string, isNamed: boolean): string =>
    `Only operators may ${verb} everything: ${isNamed ? '`operators` in the server file names them' : '`operators` in the server file names nobody'}. On the machine \`troupe ${verb} --all\` does it.`,
  permission: (verb: string, { login, needed, has }: Lack) =>
    `@${login}, ${code(`/troupe ${verb}`)} needs ${needed} permission; you have ${has} permission here.`,
  permissionOrRequester: (verb: string, { login, needed, has }: Lack) =>
    `@${login}, ${code(`/troupe ${verb}`)} is for who asked for the run, or somebody with ${needed} permission; you have ${has} permission here.`,
  noRun: () => 'No run yet on this one. `/troupe run <workflow>` starts one.',
  noSuchRun: (run: string) => `There is no run ${code(run)} here.`,
  stillJudging: (run: string) =>
    `\`${run}\` still goes on. Press “Judge again” when it has ended; \`/troupe cancel\` ends it now.`,
  notPaused: (run: string) => `\`${run}\` is not paused.`,
  noStep: (step: string, near: string | undefined, known: readonly string[]) =>
    `There is no step ${code(step)} in this run.${near === undefined ? '' : ` Did you mean ${code(near)}?`} Known: ${list(known)}.`,
  whichStep: (verb: string, steps: readonly string[]) =>
    `More than one step waits: say which one, for example \`/troupe ${verb} ${steps[0] ?? ''}\`. Waiting: ${list(steps)}.`,
  stepNeeded: (verb: string, steps: readonly string[]) =>
    `Say from which step: \`/troupe ${verb} <step>\`. Known: ${list(steps)}.`,
  nothingFailed: (fate: string) => `Nothing failed that could be tried again. ${fate}`,
  notFailed: (step: string, status: string) =>
    `${code(step)} has not failed (${status}). \`/troupe rerun from ${plain(step)}\` runs it again all the same.`,
  labelHolds: () => 'The label `troupe:paused` is on: take it off, and what it holds goes on.',
  notRun: (step: string) => `${code(step)} has not run yet.`,
  notOptional: (step: string) =>
    `${code(step)} is not optional: only steps with \`advisory: true\` or \`on_failure: continue\` may be skipped.`,
  alreadyOver: (step: string, status: string) => `${code(step)} is over (${status}).`,
  nothingWaits: (what: 'approval' | 'answer') =>
    what === 'approval' ? 'Nothing waits for an approval here.' : 'Nothing waits for an answer here.',
  stepDoesNotWait: (step: string, what: 'approval' | 'answer') => `${code(step)} does not wait for an ${what} now.`,
  /** `at`: told to whoever comes later. */
  decided: (step: string, approved: boolean, { by, at }: Past) =>
    `${code(step)} was ${approved ? 'approved' : 'rejected'} by ${plain(by)} already${at === undefined ? '' : `, at ${minute(at)}`}.`,
  answered: (step: string, { by, at }: Past) =>
    `${code(step)} was answered by ${plain(by)} already${at === undefined ? '' : `, at ${minute(at)}`}.`,
  expired: (step: string) => `The time to decide about ${code(step)} is over.`,
  notNamed: (login: string, step: string, by: readonly string[]) =>
    `@${login}, ${code(step)} may be decided by ${list(by)} only.`,
  ownRun: (login: string, step: string) =>
    `@${login}, you asked for this run: somebody else has to decide about ${code(step)}.`,
  headMoved: (step: string, from: string, to: string) =>
    `Not approved: the branch moved from \`${from.slice(0, 7)}\` to \`${to.slice(0, 7)}\` since the approval was asked for. ` +
    `Look at what changed, then: \`/troupe approve ${plain(step)} @${to}\``,
  shaIsNotHead: (step: string, sha: string, head: string) =>
    `Not approved: ${code(sha)} is not the head of the branch, \`${head.slice(0, 7)}\` is. ` +
    `Look at it, then: \`/troupe approve ${plain(step)} @${head}\``,
  shaNeeded: (step: string, head: string) =>
    `The approval was asked for again, so it has to name the commit: \`/troupe approve ${plain(step)} @${head}\``,
  badBudget: () => 'Write the most that the run may cost in dollars: `/troupe budget 5`.',
  budgetTooHigh: (most: number) => `The operator allows $${most} for a run.`,
  budgetUsed: (used: string, isOver: boolean) =>
    `The run has cost ${used} already. ${isOver ? `Allow it more than that: \`/troupe budget ${Math.ceil(Number(used.replace(/^[^\d]*/, '')) * 2)}\`` : 'To end it: `/troupe cancel`'}.`,
  budgetOfOperator: (which: string, limit: number) =>
    `What stopped the run is the limit of the operator of this server, \`${which}\` ${limit}: only they can raise it.`,
  budgetElse: (which: string) =>
    `What stopped the run is no limit of what it may cost: it is \`${which}\`. Raise that where it is set, then \`/troupe retry\`.`,
  textNeeded: (verb: string) => `Write what is wanted: \`/troupe ${verb} <text>\`.`,
  merged: () => 'The pull request was merged: open a new issue for what is missing.',
  closed: () => 'The pull request is closed: reopen it first.',
  busy: ({ run, driver }: { readonly run: string; readonly driver?: Driver }) =>
    driver === undefined || driver.gone
      ? `\`${run}\` is going on for the same thing. \`/troupe cancel\` ends it.`
      : driverLines.atWork(run, driver),
  isPaused: (workflow: string) =>
    `\`${workflow}\` was not started: the label \`troupe:paused\` is on. Take it off first.`,
  pausedLabel: ({ login, needed, has }: Lack) =>
    `@${login}, the label \`troupe:paused\` pauses or resumes runs only for somebody with ${needed} permission; you have ${has} permission here.`,
};

/** Reasons as `explain` and the log give them. */
export const controlReasons = {
  done: (verb: string, run: string) => `${verb} of ${run}`,
  already: (verb: string, run: string) => `${verb} of ${run} is done already`,
};

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function named({ run, workflow }: Told): string {
  return `\`${run}\` (${harmless(workflow)})`;
}

function inPage(page: RunPage | undefined): string {
  if (page === undefined) return '';
  return page.is === 'job' ? ` in [a job](${page.url})` : ` ([its page](${page.url}))`;
}

/** `2026-11-30 04:12 UTC`. */
function minute(at: number): string {
  return `${isoTime(at).slice(0, 16).replace('T', ' ')} UTC`;
}

/** Text of people in a code span. */
function code(text: string): string {
  return `\`${plain(text)}\``;
}

/** Text of people in a sentence: one line, nobody mentioned, nothing formatted. */
function plain(text: string): string {
  return oneLine(text.replaceAll(/[`<>@]/g, ''), 80).trim() || ' ';
}

function list(names: readonly string[]): string {
  const quoted = names.slice(0, 30).map(code);
  if (quoted.length === 0) return 'none';
  if (quoted.length === 1) return quoted[0] ?? '';
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** What is said of orders about everything. */
export const haltLines = {
  inStatus: ({ login, at, reason }: { readonly login: string; readonly at: number; readonly reason: string | null }) =>
    `Everything on this server is paused by ${harmless(login)} since ${minute(at)}${reason === null ? '' : `: ${harmless(oneLine(reason, 300))}`}. It goes on once an operator says \`/troupe resume all\` or \`troupe resume --all\`.`,
  done: (halted: boolean): string =>
    halted
      ? 'Everything on this server is paused: nothing begins, and what was at work ends now. `/troupe resume all` lets it go on, and what is done is not done again.'
      : 'Everything on this server goes on.',
  isSo: (halted: boolean): string =>
    halted ? 'Everything on this server is paused already.' : 'Nothing on this server is paused by an operator.',
};
