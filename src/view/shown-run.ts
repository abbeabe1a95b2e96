// A run as people see it, worked out once for a state: comment, checks, pull request, summary, command line and report render it. Pure data.
import { defined } from '../support/index.ts';
import { isRunOver } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import type { RunId, Sha, StepPath } from '../support/index.ts';
import { exactCost, runCost, runTokens } from './amounts.ts';
import { compareUrl } from './compare-url.ts';
import { headOf } from './head.ts';
import { receiptText } from './messages.ts';
import { quoteLine } from './quote/quote-persona-text.ts';
import { failedStep, needsPerson, runWords } from './run-words.ts';
import type { RunWords } from './run-words.ts';
import { allSteps, shownStepAt } from './run-steps.ts';
import type { ShownStep } from './run-steps.ts';
import { shownRow } from './shown-row.ts';
import type { ShownRow } from './shown-row.ts';
import type { RenderInput } from './types.ts';

/** What is shown of a run, whoever shows it. Nothing in it has to be worked out again, and it can be kept as JSON. */
export interface ShownRun {
  readonly id: RunId;
  readonly status: RunState['status'];
  readonly isOver: boolean;
  /** Names are safe in Markdown. */
  readonly workflow: { readonly id: string; readonly name: string };
  readonly rehearsal: boolean;
  /** The result, why, what the server said, what to do next, and the conclusion of the roll-up. */
  readonly words: RunWords;
  /** The result in one line of plain text. */
  readonly headline: string;
  /** The step that decided a failure; empty where none did. */
  readonly failedAt: string;
  /** Only a person can lift the failure: nothing is wrong with the work itself. */
  readonly needsPerson: boolean;
  /** The commit that carries the checks. */
  readonly head?: Sha;
  /** Every step, in file order; tables show those that are `inTable`. */
  readonly rows: readonly ShownRow[];
  /** Steps that a person is waited for at. */
  readonly gates: readonly { readonly path: string; readonly kind: 'approval' | 'answer' }[];
  readonly links: {
    readonly pullRequest?: { readonly number: number; readonly url: string };
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
}

/** What a run is shown from: a state is enough. */
export type ShowInput = Pick<RenderInput, 'state'> & Partial<Omit<RenderInput, 'state'>>;

/** The run as it is shown. */
export function showRun(input: ShowInput): ShownRun {
  return shownOf(input, allSteps(input.state));
}

/** One step of a run as it is shown; undefined when there is none at the path. */
export function showStep({ state, redactor }: ShowInput, path: StepPath): ShownRow | undefined {
  const step = shownStepAt(state, path);
  return step && shownRow(step, redactor);
}

/** The same, where the steps are at hand. */
export function shownOf(input: ShowInput, steps: readonly ShownStep[]): ShownRun {
  const { state, redactor, links } = input;
  const { spec, usage, facts } = state;
  const shown = steps.filter(({ inTable }) => inTable);
  const words = runWords(input, shown);
  const isOver = isRunOver(state.status);
  const head = headOf(input);
  const compare = compareUrl(state);
  const pull = facts.pullRequest;
  return {
    id: state.id,
    status: state.status,
    isOver,
    workflow: { id: spec.workflow.id, name: quoteLine(spec.workflow.name, 80) },
    rehearsal: spec.rehearsal,
    words,
    headline: headlineOf(words),
    failedAt: failedStep(shown, state)?.name ?? '',
    needsPerson: needsPerson(shown, state),
    ...defined({ head }),
    rows: steps.map((step) => shownRow(step, redactor)),
    gates: shown.flatMap(({ look, state: { path } }) =>
      look === 'approval' || look === 'answer' ? [{ path, kind: look }] : [],
    ),
    links: {
      ...(pull === undefined ? {} : { pullRequest: { number: pull.number, url: pull.url } }),
      ...(links?.runUrl === undefined ? {} : { run: links.runUrl }),
      ...defined({ compare }),
    },
    amounts: {
      personaRuns: usage.personaRuns,
      tokens: runTokens(usage),
      cost: runCost(usage),
      exactCost: exactCost({ known: usage.costUsd, complete: usage.complete }),
      complete: usage.complete,
    },
    ...(isOver ? { receipt: receiptOf(state) } : {}),
  };
}

function headlineOf({ result, reason }: RunWords): string {
  const text = reason === '' ? `${result}.` : `${result}: ${reason}`;
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '');
}

function receiptOf({ usage, startedAt, createdAt, finishedAt }: RunState): string {
  return receiptText({
    runs: usage.personaRuns,
    tokens: runTokens(usage),
    cost: runCost(usage),
    ms: Math.max(0, (finishedAt ?? createdAt) - (startedAt ?? createdAt)),
  });
}
