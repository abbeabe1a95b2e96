// One step as people see it: the words, times and amounts that every page, check, log and terminal shows. Pure data.
import { awaitedAnswer, doesGit, isStepOver, personaAsked } from '../../engine/index.ts';
import type { StepState, Verdict } from '../../engine/index.ts';
import { formatDuration, oneLine, splitServerLines, defined } from '../../support/index.ts';
import type { Redactor, StepPath } from '../../support/index.ts';
import { spentBy, stepDuration, exactCost, costText } from './amounts.ts';
import { awaitedWords } from './awaited-words.ts';
import { markOf, plainTexts, stepTexts } from './messages.ts';
import { icons } from './run-steps.ts';
import type { Look, ShownStep } from './run-steps.ts';
import { toldOf } from './step-told.ts';
import type { StepTold } from './step-told.ts';

/** A step in a table, a list or a line. Texts are empty where there is nothing to say. */
export interface ShownRow {
  readonly path: StepPath;
  /** As people named it; plain text. */
  readonly name: string;
  /** The same, safe in Markdown. */
  readonly title: string;
  /** The same as checks are called; plain text in one line. */
  readonly checkName: string;
  readonly status: StepState['status'];
  readonly verdict?: Verdict;
  /** Status and verdict in one word, for machines. */
  readonly look: Look;
  readonly icon: string;
  /** The look for people: `waiting for approval`. */
  readonly word: string;
  /** A character for terminals and logs, and the words beside it: never a tick for what did not pass. */
  readonly mark: string;
  readonly plain: string;
  readonly attempts: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** How long it took, or since when it runs. */
  readonly duration: string;
  /** How long it took; empty while it runs. */
  readonly took: string;
  /** What it cost over all attempts, as people read it; empty where no model was asked. */
  readonly cost: string;
  /** The same to the last digit; empty where it was nothing. */
  readonly exactCost: string;
  /** Why it is where it is, in one line of plain text. */
  readonly why: string;
  /** How its items stand, or what each provider said, in words; only of a step that is done for items, or by several. */
  readonly items?: string;
  /** The list of the workflow that it stands in. */
  readonly list: StepState['list'];
  /** Nothing will become of it any more. */
  readonly isOver: boolean;
  /** Has a check of its own: it stands in the workflow, Troupe did not add it. */
  readonly hasCheck: boolean;
  /** Git is done in it, by Troupe: over in a moment, and it may move the head. */
  readonly doesGit: boolean;
  /** Who is asked. */
  readonly persona?: string;
  /** What was done in it is kept line by line. */
  readonly hasTranscript?: true;
  /** What it said, found and waits for; quoted by whoever renders it. */
  readonly told: StepTold;
  /** Whether tables show it. Containers show themselves only when they fail by themselves, or do their steps for items. */
  readonly inTable: boolean;
}

/** What a row is made with, besides its step. */
export interface RowInput {
  readonly redactor: Redactor | undefined;
  readonly hasTranscript: boolean;
}

/** The row of a step. */
export function shownRow(step: ShownStep, { redactor, hasTranscript }: RowInput): ShownRow {
  const { state, definition, look, items, usage = state.usage } = step;
  const { path, status, attempts, startedAt, finishedAt, result } = state;
  const spent = spentBy(defined({ usage }));
  const isDone = startedAt !== undefined && finishedAt !== undefined;
  const word = attempts > 1 ? `${stepTexts[look]} (${attempts} attempts)` : stepTexts[look];
  const told = toldOf(state, redactor);
  const beside = items ?? awaitedWords(told.awaits, state.waitingFor);
  return {
    path,
    name: step.plainName,
    title: step.name,
    checkName: step.checkName,
    status,
    ...(result?.verdict === undefined ? {} : { verdict: result.verdict }),
    look,
    icon: icons[look],
    word: beside === '' ? word : `${word}: ${beside}`,
    mark: markFor(state),
    plain: plainWord(state),
    attempts,
    ...defined({ startedAt, finishedAt }),
    duration: stepDuration(state),
    took: isDone ? formatDuration(Math.max(0, finishedAt - startedAt)) : '',
    cost: usage === undefined || usage.length === 0 ? '' : costText(spent),
    exactCost: exactCost(spent),
    why: redactor?.text(whyOf(state)) ?? whyOf(state),
    ...defined({ items }),
    list: state.list,
    isOver: isStepOver(status),
    hasCheck: step.hasCheck,
    doesGit: definition !== undefined && doesGit(definition),
    ...defined({ persona: definition && personaAsked(definition) }),
    ...(hasTranscript ? { hasTranscript } : {}),
    told,
    inTable: step.inTable,
  };
}

/** Never a tick for what did not pass: done is not proven. */
function markFor({ status, result }: StepState): string {
  if (status !== 'succeeded') return markOf(status);
  if (result?.verdict === 'fail' || result?.verdict === 'unknown') return markOf('failed');
  return result?.noop === undefined ? markOf('succeeded') : '○';
}

function plainWord({ status, result }: StepState): string {
  if (status !== 'succeeded' || result?.verdict === undefined) return status;
  return result.verdict === 'pass' ? plainTexts.passed(status) : plainTexts.verdict(result.verdict);
}

function whyOf(step: StepState): string {
  const { error, skipped, result, status, progress } = step;
  if (error !== undefined && status !== 'succeeded') return oneLine(splitServerLines(error.message).message, 160);
  if (skipped !== undefined)
    return skipped.reason === 'condition' ? plainTexts.conditionFalse : oneLine(skipped.because ?? '', 160);
  if (result?.undone !== undefined) return oneLine(`${saidBy(step)} ${result.undone}`.trim(), 240);
  if (result?.verdictReason !== undefined) return oneLine(result.verdictReason, 160);
  if (result?.noop !== undefined) return oneLine(plainTexts.noop(result.noop), 160);
  if (status === 'waiting')
    return oneLine(awaitedWords(awaitedAnswer(step), step.waitingFor) || (step.waitingFor?.message ?? ''), 240);
  if (status === 'running' && progress !== undefined) return oneLine(progress, 100);
  return result?.summary === undefined ? '' : oneLine(result.summary, 100);
}

/** The reason of a verdict as a sentence. */
function saidBy({ result }: StepState): string {
  const said = oneLine(result?.verdictReason ?? result?.summary ?? '', 120);
  return said === '' || /[.!?…]$/.test(said) ? said : `${said}.`;
}
