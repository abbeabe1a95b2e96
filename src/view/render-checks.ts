// The checks of a run: a roll-up and one per step on the current head, and what becomes of open checks elsewhere. Pure.
import { doesGit, isRunOver, isStepOver } from '../engine/index.ts';
import type { RunState, SurfaceRow } from '../engine/index.ts';
import type { CheckRunWrite } from '../github/index.ts';
import { isoTime, isSha, defined } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { buttons, stepSentences, strangerTexts } from './messages.ts';
import { conclusions } from './run-steps.ts';
import type { ShownStep } from './run-steps.ts';
import { commentPlace } from './comment-place.ts';
import { stepAnnotations, stepSummary, stepText, stepTitle } from './step-output.ts';
import { stepTable } from './step-table.ts';
import type { Rendering, WantedSurface, WantedView } from './types.ts';

type WantedCheck = Extract<WantedSurface, { kind: 'check' }>;

/** Row keys: `rollup:1`, `step:qa:2`. The number counts showings: one per head and per rerun. */
const rollupKey = 'rollup';
/** The row of a head that somebody else pushed; written by whoever notices the push. */
export const strangerKey = 'stranger:1';

/** The roll-up and the steps that the head shows now. */
export function renderChecks(input: Rendering, head: Sha): WantedCheck[] {
  const shown = input.steps.filter((step) => step.hasCheck && isShown(step, input, head));
  return [rollup(input, head), ...shown.map((step) => stepCheck(step, input, head))];
}

/** Rows of checks that are open and not wanted: earlier heads and showings. */
export function supersededChecks(
  { shown, state, steps }: Rendering,
  wanted: readonly WantedCheck[],
): WantedView['superseded'] {
  const kept = new Set(wanted.map(({ key, headSha }) => `${key} ${headSha}`));
  const head = wanted[0]?.headSha.slice(0, 7) ?? '';
  return shown
    .filter((row) => isCheckKey(row.key) && !row.closed && !kept.has(`${row.key} ${row.headSha}`))
    .flatMap(({ key, headSha }) => {
      const check = isSha(headSha) ? closedCheck({ key, headSha, head }, state, steps) : undefined;
      return { key, headSha, conclusion: 'cancelled' as const, ...defined({ check }) };
    });
}

/** While the run goes on a head shows what runs, failed, was shown there before, or is about that very commit; at the end all. */
function isShown({ state, look, definition }: ShownStep, { shown, state: run }: Rendering, head: Sha): boolean {
  if (isRunOver(run.status)) return true;
  if (look === 'pending') return false;
  // Git is done in a moment, and may move the head: its check appears with its result.
  if (look === 'running' && definition !== undefined && doesGit(definition)) return false;
  if (!isStepOver(state.status) || look === 'failed' || look === 'timed_out') return true;
  return (
    state.result?.sha === head ||
    shown.some((row) => row.headSha === head && pathOfKey(row.key) === `step:${state.path}`)
  );
}

function rollup(input: Rendering, head: Sha): WantedCheck {
  const { state, run } = input;
  const { words } = run;
  const completed = words.conclusion !== undefined;
  const status = completed ? 'completed' : state.status === 'queued' ? 'queued' : 'in_progress';
  // An open roll-up says nothing that changes with every step: comment and step checks do, and each edit is a request.
  const isQuiet = !completed && commentPlace(state) !== undefined;
  const { key, showing } = showingOf(rollupKey, input.shown, { head, completed });
  return {
    kind: 'check',
    key,
    headSha: head,
    urgent: completed,
    check: {
      name: rollupName(state),
      headSha: head,
      externalId: `${state.id}:run:${showing}`,
      status,
      ...defined({ conclusion: words.conclusion }),
      ...times(state.startedAt, completed ? state.finishedAt : undefined),
      ...details(input),
      title: plain(isQuiet ? words.lasting : words.result),
      summary: [words.reason, words.said, ...words.next, isQuiet ? '' : stepTable(run.rows), links(input)]
        .filter((part) => part !== '')
        .join('\n\n'),
      ...(completed ? rollupActions(state.status, run.needsPerson) : {}),
    },
  };
}

/** Buttons are shown on completed checks only: on a run that ended badly, or that waits. */
function rollupActions(status: RunState['status'], isLifted: boolean): Pick<CheckRunWrite, 'actions'> {
  if (isLifted) return { actions: [buttons.judgeAgain, buttons.rerunAll] };
  if (status === 'failed' || status === 'timed_out' || status === 'cancelled')
    return { actions: [buttons.retry, buttons.rerunAll] };
  return status === 'waiting' || status === 'paused' ? { actions: [buttons.cancel] } : {};
}

function stepCheck(step: ShownStep, input: Rendering, head: Sha): WantedCheck {
  const { state: run, redactor } = input;
  const { state, look } = step;
  const conclusion = conclusions[look];
  // while the run goes on it may still try again by itself
  const isLive = !isRunOver(run.status);
  const completed = conclusion !== undefined;
  const { key, showing } = showingOf(`step:${state.path}`, input.shown, { head, completed });
  const text = stepText(state, redactor);
  const annotations = stepAnnotations(state, redactor);
  const title = stepTitle(step, input.now, redactor);
  return {
    kind: 'check',
    key,
    headSha: head,
    urgent: completed,
    check: {
      name: stepName(run, step),
      headSha: head,
      externalId: `${run.id}:${state.path}:${showing}`,
      status: completed ? 'completed' : 'in_progress',
      ...defined({ conclusion }),
      ...times(state.startedAt, completed ? state.finishedAt : undefined),
      ...details(input),
      title: plain(run.spec.rehearsal ? `Rehearsal: ${title}` : title),
      summary: [stepSummary(step, redactor), links(input)].filter((part) => part !== '').join('\n\n') || plain(title),
      ...defined({ text }),
      ...(annotations.length === 0 ? {} : { annotations }),
      ...(look === 'approval' ? { actions: [buttons.approve, buttons.reject] } : {}),
      ...((conclusion === 'failure' || conclusion === 'timed_out') && !isLive
        ? { actions: [buttons.retry, buttons.rerunAll] }
        : {}),
    },
  };
}

/** Which showing this is: the open one of the head, or a new one when the last was closed and it goes on. */
function showingOf(
  path: string,
  shown: readonly SurfaceRow[],
  { head, completed }: { readonly head: string; readonly completed: boolean },
): { readonly key: string; readonly showing: number } {
  const rows = shown.filter((row) => pathOfKey(row.key) === path);
  const newestOf = (some: readonly SurfaceRow[]): number => Math.max(0, ...some.map((row) => numberOfKey(row.key)));
  const here = newestOf(rows.filter((row) => row.headSha === head));
  const current = rows.find((row) => row.headSha === head && numberOfKey(row.key) === here);
  // A row that was given up (closed without an id) stays so: a new showing would be refused again.
  const stays = current !== undefined && (!current.closed || completed || current.githubId === null);
  const showing = stays ? here : newestOf(rows) + 1;
  return { key: `${path}:${showing}`, showing };
}

function closedCheck(
  { key, headSha, head }: { readonly key: string; readonly headSha: Sha; readonly head: string },
  run: RunState,
  steps: readonly ShownStep[],
): CheckRunWrite | undefined {
  const path = pathOfKey(key);
  const step = steps.find(({ state }) => `step:${state.path}` === path);
  if (path !== rollupKey && step === undefined) return undefined;
  return {
    name: step === undefined ? rollupName(run) : stepName(run, step),
    headSha,
    externalId: `${run.id}:${step === undefined ? 'run' : step.state.path}:${numberOfKey(key)}`,
    status: 'completed',
    conclusion: 'cancelled',
    title: stepSentences.superseded(head),
    summary: stepSentences.supersededSummary(head),
  };
}

/** Heads that somebody else pushed: no verdict is about them (decision 5). */
export function renderStrangers(input: Rendering): WantedCheck[] {
  const { state, shown } = input;
  const own = input.run.head;
  const rows = shown.filter((row) => row.key === strangerKey && row.headSha !== own);
  return rows.flatMap(({ headSha }) =>
    isSha(headSha)
      ? [
          {
            kind: 'check',
            key: strangerKey,
            headSha,
            urgent: true,
            check: {
              name: rollupName(state),
              headSha,
              // showings of the run itself count from 1
              externalId: `${state.id}:run:0`,
              status: 'completed',
              conclusion: 'action_required',
              ...details(input),
              title: strangerTexts.title,
              summary: [strangerTexts.summary(headSha, own), links(input)].filter((part) => part !== '').join('\n\n'),
              actions: [buttons.judgeAgain],
            },
          },
        ]
      : [],
  );
}

function rollupName({ spec }: RunState): string {
  return `troupe / ${spec.workflow.id}`;
}

function stepName(run: RunState, step: ShownStep): string {
  return `${rollupName(run)} / ${step.checkName}`;
}

function isCheckKey(key: string): boolean {
  return key.startsWith(`${rollupKey}:`) || key.startsWith('step:');
}

function pathOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf(':'));
}

function numberOfKey(key: string): number {
  return Number(key.slice(key.lastIndexOf(':') + 1));
}

function times(
  startedAt: number | undefined,
  completedAt: number | undefined,
): { startedAt?: string; completedAt?: string } {
  return {
    ...(startedAt === undefined ? {} : { startedAt: isoTime(startedAt) }),
    ...(completedAt === undefined ? {} : { completedAt: isoTime(completedAt) }),
  };
}

function details({ links: { runUrl } }: Rendering): { detailsUrl?: string } {
  return runUrl === undefined ? {} : { detailsUrl: runUrl };
}

function links({ run: { id, links: to } }: Rendering): string {
  const parts = [
    to.pullRequest === undefined ? '' : `[#${to.pullRequest.number}](${to.pullRequest.url})`,
    to.run === undefined ? '' : `[run ${id}](${to.run})`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Check titles are plain text: Markdown of our own goes. */
function plain(text: string): string {
  return text
    .replaceAll('**', '')
    .replaceAll(/\[(#\d+)\]\([^)]*\)/g, '$1')
    .replaceAll('\\|', '|');
}
