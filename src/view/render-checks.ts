// The checks of a run: a roll-up and one per step on the current head, and what becomes of open checks elsewhere. Pure.
import type { CheckRunWrite } from '../github/index.ts';
import { isoTime, isSha, defined } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { buttons, strangerTexts } from './messages.ts';
import { stepSentences } from './shown/messages.ts';
import { conclusions } from './shown/run-steps.ts';
import type { ShownRow } from './shown/shown-row.ts';
import type { ShownRun } from './shown/shown-run.ts';
import { stepAnnotations, stepSummary, stepText } from './step-output.ts';
import { stepTable } from './step-table.ts';
import { stepTitle } from './step-title.ts';
import type { Rendering, ShownBefore, WantedSurface, WantedView } from './types.ts';

type WantedCheck = Extract<WantedSurface, { kind: 'check' }>;

/** Row keys: `rollup:1`, `step:qa:2`. The number counts showings: one per head and per rerun. */
const rollupKey = 'rollup';
/** The row of a head that somebody else pushed; written by whoever notices the push. */
export const strangerKey = 'stranger:1';

/** The roll-up and the steps that the head shows now. */
export function renderChecks(input: Rendering, head: Sha): WantedCheck[] {
  const shown = input.run.rows.filter((row) => hasCheck(row) && isShown(row, input, head));
  return [rollup(input, head), ...shown.map((row) => stepCheck(row, input, head))];
}

/** Rows of checks that are open, or may still become it, and are not wanted: earlier heads and showings. */
export function supersededChecks({ shown, run }: Rendering, wanted: readonly WantedCheck[]): WantedView['superseded'] {
  const kept = new Set(wanted.map(({ key, headSha }) => `${key} ${headSha}`));
  const head = wanted[0]?.headSha.slice(0, 7) ?? '';
  return shown
    .filter(
      (row) =>
        isCheckKey(row.key) && (!row.closed || row.doubt !== undefined) && !kept.has(`${row.key} ${row.headSha}`),
    )
    .flatMap(({ key, headSha }) => {
      const check = isSha(headSha) ? closedCheck({ key, headSha, head }, run) : undefined;
      return { key, headSha, conclusion: 'cancelled' as const, ...defined({ check }) };
    });
}

/** Steps of the workflow have one, as far as tables show them. */
function hasCheck(row: ShownRow): boolean {
  return row.inTable && row.hasCheck;
}

/** While the run goes on a head shows what runs, failed, was shown there before, or is about that very commit; at the end all. */
function isShown({ path, look, told, doesGit, isOver }: ShownRow, { shown, run }: Rendering, head: Sha): boolean {
  if (run.isOver) return true;
  if (look === 'pending') return false;
  const before = shown.filter((row) => row.headSha === head && pathOfKey(row.key) === `step:${path}`);
  // Git is done in a moment, and may move the head: its check appears with its result, unless it waited and is shown already.
  if (look === 'running' && doesGit) return before.some(({ closed }) => !closed);
  if (!isOver || look === 'failed' || look === 'timed_out') return true;
  return told.sha === head || before.length > 0;
}

function rollup(input: Rendering, head: Sha): WantedCheck {
  const { run } = input;
  const { words } = run;
  const completed = words.conclusion !== undefined;
  const status = completed ? 'completed' : run.status === 'queued' ? 'queued' : 'in_progress';
  // An open roll-up says nothing that changes with every step: comment and step checks do, and each edit is a request.
  const isQuiet = !completed && run.issue !== undefined;
  const { key, showing } = showingOf(rollupKey, input.shown, { head, completed });
  return {
    kind: 'check',
    key,
    headSha: head,
    urgent: completed,
    check: {
      name: rollupName(run),
      headSha: head,
      externalId: `${run.id}:run:${showing}`,
      status,
      ...defined({ conclusion: words.conclusion }),
      ...times(run, completed),
      ...details(run),
      title: plain(isQuiet ? words.lasting : words.result),
      summary: [words.reason, words.said, ...words.next, isQuiet ? '' : stepTable(run.rows), links(run)]
        .filter((part) => part !== '')
        .join('\n\n'),
      ...(completed && hasButtons(run) ? rollupActions(run.status, run.needsPerson) : {}),
    },
  };
}

/** A button asks the App behind the check, and no job hears of it. */
function hasButtons({ host }: ShownRun): boolean {
  return host !== 'action';
}

/** Buttons are shown on completed checks only: on a run that ended badly, or that waits. */
function rollupActions(status: ShownRun['status'], isLifted: boolean): Pick<CheckRunWrite, 'actions'> {
  if (isLifted) return { actions: [buttons.judgeAgain, buttons.rerunAll] };
  if (status === 'failed' || status === 'timed_out' || status === 'cancelled')
    return { actions: [buttons.retry, buttons.rerunAll] };
  return status === 'waiting' || status === 'paused' ? { actions: [buttons.cancel] } : {};
}

function stepCheck(row: ShownRow, input: Rendering, head: Sha): WantedCheck {
  const { run, redactor } = input;
  const { path, look } = row;
  const conclusion = conclusions[look];
  // while the run goes on it may still try again by itself
  const isLive = !run.isOver;
  const completed = conclusion !== undefined;
  const { key, showing } = showingOf(`step:${path}`, input.shown, { head, completed });
  const text = stepText(row, redactor);
  const annotations = stepAnnotations(row, redactor);
  const title = stepTitle(row, input.now, redactor);
  return {
    kind: 'check',
    key,
    headSha: head,
    urgent: completed,
    check: {
      name: stepName(run, row),
      headSha: head,
      externalId: `${run.id}:${path}:${showing}`,
      status: completed ? 'completed' : 'in_progress',
      ...defined({ conclusion }),
      ...times(row, completed),
      ...details(run),
      title: plain(run.rehearsal ? `Rehearsal: ${title}` : title),
      summary:
        [stepSummary(row, redactor), transcriptLine(run, row), links(run)].filter((part) => part !== '').join('\n\n') ||
        plain(title),
      ...defined({ text }),
      ...(annotations.length === 0 ? {} : { annotations }),
      ...(look === 'approval' && hasButtons(run) ? { actions: [buttons.approve, buttons.reject] } : {}),
      ...((conclusion === 'failure' || conclusion === 'timed_out') && !isLive && hasButtons(run)
        ? { actions: [buttons.retry, buttons.rerunAll] }
        : {}),
    },
  };
}

/** While it works there would be another edit for it. What a job of Actions keeps is gone with its runner. */
function transcriptLine({ id, host }: ShownRun, { path, look, hasTranscript }: ShownRow): string {
  if (hasTranscript !== true || look === 'running' || host === 'action') return '';
  return stepSentences.transcript(`troupe transcript ${id} ${path}`);
}

/** Which showing this is: the open one of the head, or a new one when the last was closed and it goes on. */
function showingOf(
  path: string,
  shown: readonly ShownBefore[],
  { head, completed }: { readonly head: string; readonly completed: boolean },
): { readonly key: string; readonly showing: number } {
  const rows = shown.filter((row) => pathOfKey(row.key) === path);
  const newestOf = (some: readonly ShownBefore[]): number => Math.max(0, ...some.map((row) => numberOfKey(row.key)));
  const here = newestOf(rows.filter((row) => row.headSha === head));
  const current = rows.find((row) => row.headSha === head && numberOfKey(row.key) === here);
  // A row that was given up (closed without an id) stays so: a new showing would be refused again.
  const stays = current !== undefined && (!current.closed || completed || current.githubId === null);
  const showing = stays ? here : newestOf(rows) + 1;
  return { key: `${path}:${showing}`, showing };
}

function closedCheck(
  { key, headSha, head }: { readonly key: string; readonly headSha: Sha; readonly head: string },
  run: ShownRun,
): CheckRunWrite | undefined {
  const path = pathOfKey(key);
  const step = run.rows.find((row) => row.inTable && `step:${row.path}` === path);
  if (path !== rollupKey && step === undefined) return undefined;
  return {
    name: step === undefined ? rollupName(run) : stepName(run, step),
    headSha,
    externalId: `${run.id}:${step === undefined ? 'run' : step.path}:${numberOfKey(key)}`,
    status: 'completed',
    conclusion: 'cancelled',
    title: stepSentences.superseded(head),
    summary: stepSentences.supersededSummary(head),
  };
}

/** Heads that somebody else pushed: no verdict is about them (decision 5). */
export function renderStrangers(input: Rendering): WantedCheck[] {
  const { run, shown } = input;
  const own = run.head;
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
              name: rollupName(run),
              headSha,
              // showings of the run itself count from 1
              externalId: `${run.id}:run:0`,
              status: 'completed',
              conclusion: 'action_required',
              ...details(run),
              title: strangerTexts.title,
              summary: [strangerTexts.summary(headSha, own), links(run)].filter((part) => part !== '').join('\n\n'),
              actions: [buttons.judgeAgain],
            },
          },
        ]
      : [],
  );
}

function rollupName({ workflow }: ShownRun): string {
  return `troupe / ${workflow.id}`;
}

function stepName(run: ShownRun, { checkName }: ShownRow): string {
  return `${rollupName(run)} / ${checkName}`;
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
  { startedAt, finishedAt }: Pick<ShownRun, 'startedAt' | 'finishedAt'>,
  completed: boolean,
): { startedAt?: string; completedAt?: string } {
  return {
    ...(startedAt === undefined ? {} : { startedAt: isoTime(startedAt) }),
    ...(!completed || finishedAt === undefined ? {} : { completedAt: isoTime(finishedAt) }),
  };
}

function details({ links: { run } }: ShownRun): { detailsUrl?: string } {
  return run === undefined ? {} : { detailsUrl: run };
}

function links({ id, links: to }: ShownRun): string {
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
    .replaceAll(/\[(#\d+)\]\([^()]*\)/g, '$1')
    .replaceAll('\\|', '|');
}
