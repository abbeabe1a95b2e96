// The result of a run in one sentence and what to do next: the same words in comment, roll-up and notice. Pure.
import { quoteLine } from '../../support/index.ts';
import { doesGit, isPanelist, isRunOver, outcomeOf, whoseMinutes } from '../../engine/index.ts';
import type { Limit, PlaceInLine, RunState, Step, StepState } from '../../engine/index.ts';
import type { CheckConclusion } from '../../github/index.ts';
import { compareUrl } from './compare-url.ts';
import { remedyOf, serverWords } from './error-words.ts';
import { lineTexts, nextTexts, runTexts, stepTexts } from './messages.ts';
import type { ShownStep } from './run-steps.ts';
import { reachOf } from './reach.ts';
import type { Reach } from './reach.ts';
import type { ShowInput } from './show-input.ts';

/** The run in words. `conclusion` is absent while the roll-up is open. */
export interface RunWords {
  readonly icon: string;
  readonly result: string;
  /** The result without what changes while the run goes on as it is. */
  readonly lasting: string;
  readonly reason: string;
  /** What the server said to the step that failed; empty where it said nothing. */
  readonly said: string;
  readonly next: readonly string[];
  readonly conclusion?: CheckConclusion;
}

/** What a server says is cut to this much. */
const refusalBytes = 4_000;

/** The words for a state. */
export function runWords(
  { state, redactor, place, halted }: Pick<ShowInput, 'state' | 'redactor' | 'place' | 'halted'>,
  steps: readonly ShownStep[],
): RunWords {
  const workflow = quoteLine(state.spec.workflow.name, 80);
  if (halted !== undefined && !isRunOver(state.status)) return haltedWords(workflow, halted, redactor);
  const isQueued = state.status === 'queued' && place !== undefined;
  const words = isQueued ? inLine(workflow, place) : wordsOf(state, steps, workflow);
  const said = saysWhy(state) && state.reason !== undefined ? quoteLine(state.reason, 400, redactor) : '';
  const reason = isQueued ? lineTexts.waits(place) : said;
  const rehearsed = (text: string): string => (state.spec.rehearsal ? runTexts.rehearsal(text) : text);
  const result = rehearsed(words.result);
  const lasting = state.status === 'running' ? rehearsed(runTexts.running(workflow, '')) : result;
  const error = state.status === 'failed' ? failedStep(steps, state)?.state.error : undefined;
  const refusal = serverWords(error, { maxBytes: refusalBytes, ...(redactor ? { redactor } : {}) });
  const advice = needsPerson(steps, state) ? [] : remedyOf(error, redactor);
  return { ...words, next: [...advice, ...words.next], result, lasting, reason, said: refusal };
}

/** Whatever the run was about: nothing of it begins. */
function haltedWords(
  workflow: string,
  { login, reason }: NonNullable<ShowInput['halted']>,
  redactor: ShowInput['redactor'],
): RunWords {
  const result = runTexts.halted(workflow, quoteLine(login, 40));
  const why = reason === null ? '' : quoteLine(reason, 400, redactor);
  return { icon: '⏸️', result, lasting: result, reason: why, said: '', next: [nextTexts.halted] };
}

function inLine(workflow: string, { position }: PlaceInLine): Omit<RunWords, 'reason' | 'said' | 'lasting'> {
  return { icon: '⏳', result: lineTexts.queued(workflow, position), next: [nextTexts.wait] };
}

/** An ordinary success needs no reason; one that ended early does. */
function saysWhy(state: RunState): boolean {
  if (state.status !== 'succeeded') return isRunOver(state.status);
  if (state.facts.mergedBy !== undefined) return true;
  return [...state.steps.values()].some(({ result }) => result?.stop !== undefined);
}

/** Where the run failed or ran out of time: the step that decided its outcome, else the first that may have. */
export function failedStep(steps: readonly ShownStep[], state: RunState): ShownStep | undefined {
  const deciding = outcomeOf(state).step;
  const decided = steps.find((step) => step.state.path === deciding);
  return decided ?? firstFailed(steps);
}

function firstFailed(steps: readonly ShownStep[]): ShownStep | undefined {
  // one of several providers decides nothing alone
  const required = steps.filter(
    ({ definition }) => definition?.onFailure !== 'continue' && !isOneOfSeveral(definition),
  );
  const judged = required.filter(({ definition }) => definition?.advisory !== true);
  return (
    required.find(({ look, state }) => (look === 'failed' || look === 'timed_out') && state.list === 'steps') ??
    judged.find(({ look }) => look === 'rejected' || look === 'unjudged') ??
    steps.find(({ look }) => look === 'failed')
  );
}

/** `#12` with its address, or nothing. */
function pullLink(state: RunState): string {
  const pull = state.facts.pullRequest;
  return pull === undefined ? '' : `[#${pull.number}](${pull.url})`;
}

function wordsOf(
  state: RunState,
  steps: readonly ShownStep[],
  workflow: string,
): Omit<RunWords, 'reason' | 'said' | 'lasting'> {
  const pull = pullLink(state);
  switch (state.status) {
    case 'queued':
      return { icon: '⏳', result: runTexts.queued(workflow), next: [nextTexts.wait] };
    case 'running':
      return running(steps, workflow);
    case 'waiting':
      return waiting(state, steps, workflow);
    case 'paused':
      return {
        icon: '⏸️',
        result: runTexts.paused(workflow, quoteLine(state.paused?.login ?? 'troupe', 40)),
        next: [],
        conclusion: 'action_required',
      };
    case 'succeeded':
      return (
        endedEarly(state, steps, workflow) ?? { icon: '✅', ...success(state, workflow, pull), conclusion: 'success' }
      );
    case 'degraded':
      return {
        icon: '⚠️',
        result: runTexts.degraded(workflow),
        next: pull === '' ? openingByHand(state) : [nextTexts.review(pull)],
        conclusion: 'neutral',
      };
    case 'failed': {
      const person = personNext(steps, state);
      return {
        icon: '❌',
        result: runTexts.failed(workflow, failedStep(steps, state)?.name ?? ''),
        next: person === undefined ? afterFailure(state, pull) : [person, ...keptWork(state, pull)],
        conclusion: person === undefined ? 'failure' : 'action_required',
      };
    }
    case 'cancelled':
      return { icon: '🚫', result: runTexts.cancelled(workflow), next: [], conclusion: 'cancelled' };
    case 'timed_out':
      return {
        icon: '⌛',
        result: runTexts.timedOut(workflow, failedStep(steps, state)?.name ?? ''),
        next: afterFailure(state, pull),
        conclusion: 'timed_out',
      };
  }
}

function running(steps: readonly ShownStep[], workflow: string): Omit<RunWords, 'reason' | 'said' | 'lasting'> {
  const current = steps
    .filter(({ look, definition }) => (look === 'running' || look === 'retrying') && !isOneOfSeveral(definition))
    .map(({ name }) => `**${name}**`);
  return { icon: '🔵', result: runTexts.running(workflow, current.join(', ')), next: [nextTexts.wait] };
}

function isOneOfSeveral(definition: Step | undefined): boolean {
  return definition !== undefined && isPanelist(definition);
}

function waiting(
  run: RunState,
  steps: readonly ShownStep[],
  workflow: string,
): Omit<RunWords, 'reason' | 'said' | 'lasting'> {
  const { id } = run;
  const reach = reachOf({ state: run });
  const gates = steps.filter(({ look }) => look === 'approval' || look === 'answer');
  if (gates.length > 0) {
    return {
      icon: '✋',
      result: runTexts.waitingForPerson(
        workflow,
        gates.map(({ name, look }) => `**${name}** is ${stepTexts[look]}`).join(', '),
      ),
      next: gates.map(({ name, look, state }) =>
        nextTexts[look === 'approval' ? 'approve' : 'answer'](gateOf(name, state, id), reach),
      ),
      conclusion: 'action_required',
    };
  }
  const open = steps.filter(({ look }) => look === 'waiting' || look === 'retrying').map(({ name }) => `**${name}**`);
  return { icon: '⏳', result: runTexts.waiting(workflow, open.join(', ')), next: [nextTexts.wait] };
}

function gateOf(step: string, { path, approval }: StepState, run: string): Parameters<typeof nextTexts.approve>[0] {
  return { step, run, path, sha: approval?.sha };
}

/** Nothing was delivered, and a persona said why: no more than neutral. */
function endedEarly(
  state: RunState,
  steps: readonly ShownStep[],
  workflow: string,
): Omit<RunWords, 'reason' | 'said' | 'lasting'> | undefined {
  const by = steps.find(({ state: { result } }) => result?.stop !== undefined);
  if (by === undefined || state.facts.mergedBy !== undefined) return undefined;
  return {
    icon: '➖',
    result: runTexts.nothingToDo(workflow, `**${by.name}**`),
    next: [nextTexts.nothing],
    conclusion: 'neutral',
  };
}

function success(state: RunState, workflow: string, pull: string): { result: string; next: readonly string[] } {
  const status = state.facts.pullRequest?.state;
  if (status === 'merged') return { result: runTexts.succeededMerged(workflow, pull), next: [nextTexts.nothing] };
  if (status !== 'open') return { result: runTexts.succeeded(workflow), next: [nextTexts.nothing] };
  return { result: runTexts.succeededWithPull(workflow, pull), next: [nextTexts.review(pull)] };
}

/** Where a person opens the pull request that the run was not let open. */
function openingByHand(state: RunState): readonly string[] {
  const url = compareUrl(state);
  return url === undefined ? [] : [nextTexts.openYourself(url)];
}

/** Failures that are nobody's fault and that a person can lift, and what that person does: nothing is wrong with the work itself. */
const lifted: Readonly<Record<string, (reach: Reach) => string>> = {
  'git/base-conflict': nextTexts.baseConflict,
  'git/conflict': nextTexts.conflict,
  'github/not-mergeable': nextTexts.notMergeable,
  'step/verdict-outdated': nextTexts.judgeAgain,
};

/** Whether the run failed only because a person has to look (decisions 5, 34 and 52). */
export function needsPerson(steps: readonly ShownStep[], state: RunState): boolean {
  return personNext(steps, state) !== undefined;
}

/** What a person does to lift the failure; undefined where the work itself is at fault. */
function personNext(steps: readonly ShownStep[], state: RunState): string | undefined {
  const failed = failedStep(steps, state);
  // personas that got into each other's way have to be told apart in the workflow (decision 27)
  if (failed?.state.error?.code === 'git/conflict' && !(failed.definition !== undefined && doesGit(failed.definition)))
    return undefined;
  return lifted[failed?.state.error?.code ?? '']?.(reachOf({ state }));
}

/** How a run goes on whose minutes were over. */
function afterTime({ id, spec }: RunState, from: Limit['from'], byHand: boolean): string {
  if (spec.host === 'action' && from === 'job') return nextTexts.moreTimeOfJob(id);
  const elsewhere = byHand ? nextTexts.byCommand(`troupe retry ${id}`) : nextTexts.byComment('/troupe retry');
  return nextTexts.moreTime(spec.host === 'action' ? nextTexts.byJob : elsewhere, whoseMinutes(from));
}

/** What lifts the limit that ended the run; undefined where none did. */
function afterLimit(state: RunState, byHand: boolean): string | undefined {
  const { id, budgetExceeded: reached } = state;
  if (reached === undefined) return undefined;
  if (reached.which === 'minutes') return afterTime(state, reached.from, byHand);
  const { which, used, from } = reached;
  if (which === 'cost_usd_per_day' || which === 'cost_usd_per_repository_day') return nextTexts.laterToday(which);
  if (from === 'operator') return nextTexts.operatorsLimit(which);
  if (which !== 'cost_usd' && which !== 'cost_usd_per_task') return nextTexts.raiseLimit(which);
  const more = Math.max(1, Math.ceil(used * 2));
  return byHand
    ? nextTexts.moreMoneyByHand(`troupe budget ${id} ${more}`)
    : nextTexts.moreMoney(`/troupe budget ${more}`);
}

function keptWork(state: RunState, pull: string): readonly string[] {
  return state.facts.pullRequest?.state === 'open' ? [nextTexts.keptWork(pull)] : [];
}

function afterFailure(state: RunState, pull: string): readonly string[] {
  const id = state.spec.workflow.id;
  const byHand = state.spec.task.number === undefined || state.spec.host === 'cli';
  const elsewhere = byHand ? nextTexts.rerunByHand(`troupe run ${id}`) : nextTexts.rerun(`troupe:${id}`);
  const again = state.spec.host === 'action' ? nextTexts.rerunJob : elsewhere;
  return [afterLimit(state, byHand) ?? again, ...keptWork(state, pull)];
}
