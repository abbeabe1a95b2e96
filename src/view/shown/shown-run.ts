// A run as people see it, worked out once for a state: comment, checks, pull request, summary, command line and report render it. Pure data.
import { costLimitOf, isRunOver } from '../../engine/index.ts';
import type { RunSpec, RunState } from '../../engine/index.ts';
import { cleanEnds, defined, transcriptPiece, quoteLine } from '../../support/index.ts';
import type { RunId, Sha, StepPath } from '../../support/index.ts';
import { costText, exactCost, runCost, runTokens, spentIn } from './amounts.ts';
import { billOf } from './bill.ts';
import type { Bill } from './bill.ts';
import { arrowsOf } from './arrows.ts';
import type { Arrow } from './arrows.ts';
import { commentPlace } from './comment-place.ts';
import { compareUrl } from './compare-url.ts';
import { showGates } from './gates.ts';
import type { ShownGate } from './gates.ts';
import { headOf } from './head.ts';
import { billTexts, receiptText } from './messages.ts';
import { reachOf } from './reach.ts';
import type { Reach } from './reach.ts';
import { failedStep, needsPerson, runWords } from './run-words.ts';
import type { RunWords } from './run-words.ts';
import { allSteps, shownStepAt } from './run-steps.ts';
import type { ShowInput } from './show-input.ts';
import { shownRow } from './shown-row.ts';
import type { ShownRow } from './shown-row.ts';

/** What is shown of a run, whoever shows it. Nothing in it has to be worked out again, and it can be kept as JSON. */
export interface ShownRun {
  readonly id: RunId;
  readonly status: RunState['status'];
  readonly isOver: boolean;
  /** The name is safe in Markdown; `path`: the file it came from. */
  readonly workflow: { readonly id: string; readonly name: string; readonly path: string };
  readonly rehearsal: boolean;
  readonly host: RunSpec['host'];
  /** Where people reach it. */
  readonly reach: Reach;
  /** What it works for. The title is plain text. */
  readonly task: { readonly kind: RunSpec['task']['kind']; readonly number?: number; readonly title: string };
  /** Who asked for it: a login. */
  readonly requester: string;
  /** The issue or pull request that carries the comment. */
  readonly issue?: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** The result, why, what the server said, what to do next, and the conclusion of the roll-up. */
  readonly words: RunWords;
  /** The result in one line of plain text. */
  readonly headline: string;
  /** Why it ended as it did, as plain text. */
  readonly reason?: string;
  /** The step that decided a failure; empty where none did. */
  readonly failedAt: string;
  /** Only a person can lift the failure: nothing is wrong with the work itself. */
  readonly needsPerson: boolean;
  /** Why a person was called for. */
  readonly escalated?: string;
  /** The commit that carries the checks. */
  readonly head?: Sha;
  /** The branch of the work, and where it stands. */
  readonly branch?: { readonly name: string; readonly head?: Sha; readonly isDeleted: boolean };
  /** Every step, in file order; tables show those that are `inTable`. */
  readonly rows: readonly ShownRow[];
  /** Which step starts after which, among those that a drawing shows. */
  readonly arrows: readonly Arrow[];
  /** What a person is waited for with. */
  readonly gates: readonly ShownGate[];
  readonly links: {
    /** `ours`: false where a person opened it. `finished`: people may look at it, whatever the run still does. `title`, `body`: what the workflow's file says in its words. */
    readonly pullRequest?: {
      readonly number: number;
      readonly url: string;
      readonly ours?: boolean;
      readonly finished?: boolean;
      readonly title?: string;
      readonly body?: string;
    };
    readonly run?: string;
    /** Where a person opens the pull request that the run was not let open. */
    readonly compare?: string;
  };
  readonly amounts: {
    readonly personaRuns: number;
    readonly tokens: string;
    readonly cost: string;
    /** To the last digit; empty where it was nothing and that is known. */
    readonly exactCost: string;
    readonly complete: boolean;
  };
  /** The receipt's line; only when the run is over. */
  readonly receipt?: string;
  /** Step by step; only when the run is over and somebody was asked. */
  readonly bill?: Bill;
}

/** The run as it is shown. */
export function showRun(input: ShowInput): ShownRun {
  const { state, redactor, runUrl } = input;
  const { facts, startedAt, finishedAt } = state;
  const steps = allSteps(state);
  const shown = steps.filter(({ inTable }) => inTable);
  const words = runWords(input, shown);
  const isOver = isRunOver(state.status);
  const withTranscript = stepsWithTranscript(state);
  const clean = (text: string): string => cleanEnds(text, redactor);
  const pull = facts.pullRequest;
  return {
    ...aboutOf(state, clean),
    reach: reachOf(input),
    status: state.status,
    isOver,
    createdAt: state.createdAt,
    words,
    headline: headlineOf(words),
    failedAt: failedStep(shown, state)?.name ?? '',
    needsPerson: needsPerson(shown, state),
    ...defined({
      startedAt,
      finishedAt,
      reason: state.reason === undefined ? undefined : clean(state.reason),
      escalated: state.escalated === undefined ? undefined : clean(state.escalated),
      head: headOf(input),
      branch: branchOf(state),
    }),
    rows: steps.map((step) => shownRow(step, { redactor, hasTranscript: withTranscript.has(step.state.path) })),
    arrows: arrowsOf(state, shown),
    gates: showGates(state, redactor),
    links: defined({
      pullRequest: pull && pullOf(state, pull, clean),
      run: runUrl,
      compare: compareUrl(state),
    }),
    amounts: amountsOf(state),
    ...(isOver ? defined({ receipt: receiptOf(input), bill: billOf(steps, redactor) }) : {}),
  };
}

/** One step of a run as it is shown; undefined when there is none at the path. */
export function showStep({ state, redactor }: ShowInput, path: StepPath): ShownRow | undefined {
  const step = shownStepAt(state, path);
  return step && shownRow(step, { redactor, hasTranscript: stepsWithTranscript(state).has(path) });
}

function stepsWithTranscript({ artifacts = [] }: RunState): ReadonlySet<string> {
  const steps = artifacts.flatMap(({ step, name }) =>
    step !== undefined && transcriptPiece(step, name) !== undefined ? [step] : [],
  );
  return new Set(steps);
}

/** What never changes while it goes on. */
function aboutOf(
  state: RunState,
  clean: (text: string) => string,
): Pick<ShownRun, 'id' | 'workflow' | 'rehearsal' | 'host' | 'task' | 'requester' | 'issue'> {
  const { workflow, workflowSource, task, requester, rehearsal, host } = state.spec;
  return {
    id: state.id,
    workflow: { id: workflow.id, name: quoteLine(workflow.name, 80), path: workflowSource.path },
    rehearsal,
    host,
    task: { kind: task.kind, ...defined({ number: task.number }), title: clean(task.title) },
    requester: requester.login,
    ...defined({ issue: commentPlace(state) }),
  };
}

function pullOf(
  { steps }: RunState,
  { number, url, ours, title, body }: NonNullable<RunState['facts']['pullRequest']>,
  clean: (text: string) => string,
): NonNullable<ShownRun['links']['pullRequest']> {
  const words = defined({ title: title && clean(title), body: body && clean(body) });
  const isFinished = [...steps.values()].some(({ result }) => result?.outputs['finished'] === number);
  return { number, url, ...defined({ ours, finished: isFinished || undefined }), ...words };
}

/** The last step deletes a branch that has nothing on it. */
function branchOf({ facts: { branch, headSha }, steps }: RunState): ShownRun['branch'] {
  if (branch === undefined) return undefined;
  const isDeleted = [...steps.values()].some(({ effects }) => effects[`delete-branch:${branch}`]?.done === true);
  return { name: branch, ...defined({ head: headSha }), isDeleted };
}

function amountsOf({ usage }: RunState): ShownRun['amounts'] {
  return {
    personaRuns: usage.personaRuns,
    tokens: runTokens(usage),
    cost: runCost(usage),
    exactCost: exactCost(spentIn(usage)),
    complete: usage.complete,
  };
}

function headlineOf({ result, reason }: RunWords): string {
  const text = reason === '' ? `${result}.` : `${result}: ${reason}`;
  return text.replaceAll(/\[([^[\]]*)\]\([^()]*\)/g, '$1').replaceAll('**', '');
}

function receiptOf({ state, task }: ShowInput): string {
  const { usage, startedAt, createdAt, finishedAt } = state;
  const limit = costLimitOf(state);
  const others = task === undefined || task.runs < 2 ? undefined : task;
  const more = [
    limit === undefined ? '' : billTexts.limit(limit),
    others === undefined
      ? ''
      : billTexts.task(others.runs, costText({ known: others.costUsd, complete: others.complete }), others.limitUsd),
  ];
  return receiptText({
    runs: usage.personaRuns,
    tokens: runTokens(usage),
    cost: runCost(usage),
    ms: Math.max(0, (finishedAt ?? createdAt) - (startedAt ?? createdAt)),
    more: more.join(''),
  });
}
