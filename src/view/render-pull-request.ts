// Title and body of the run's pull request. Pure; never says more than the journal.
import { asksPersona } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import type { Redactor } from '../support/index.ts';
import { labels, pullTexts, runTexts } from './messages.ts';
import { blockQuote, inlineCode, quoteLine, quotePersonaText } from './quote/quote-persona-text.ts';
import { commentMarker } from './render-comment.ts';
import { allSteps, icons } from './run-steps.ts';
import type { ShownStep } from './run-steps.ts';
import { shownOf } from './shown-run.ts';
import type { ShownRun } from './shown-run.ts';
import { evidenceTable } from './step-output.ts';
import { stepTable } from './step-table.ts';

/** What a pull request text is made from. */
export interface PullRequestTextInput {
  readonly state: RunState;
  /** `draft`: the run goes on. `final`: its work is done. */
  readonly stage: 'draft' | 'final';
  readonly redactor?: Redactor;
}

const wordsBytes = 6_000;

/** The texts. A title becomes a commit's subject when the request is squashed, so it closes nothing either. */
export function renderPullRequest({ state, stage, redactor }: PullRequestTextInput): {
  readonly title: string;
  readonly body: string;
} {
  const { task, workflow, rehearsal } = state.spec;
  const title = plainTitle(quoteLine(task.title, 200, redactor)) || workflow.id;
  const all = allSteps(state);
  const run = shownOf({ state, ...(redactor ? { redactor } : {}) }, all);
  const steps = all.filter(({ inTable }) => inTable);
  const { name } = run.workflow;
  const body = [
    task.kind === 'issue' && task.number !== undefined ? pullTexts.closes(task.number) : '',
    stage === 'draft' ? pullTexts.draft(name) : pullTexts.final(name),
    ...(stage === 'draft' ? [] : [whatWasDone(steps, redactor), evidence(steps, redactor), fold(stepTable(run.rows))]),
    `---\n${footer(state, run, steps)}\n${commentMarker(state.id, 'pull-request')}`,
  ];
  return {
    title: rehearsal ? runTexts.rehearsal(title) : title,
    body: body.filter((part) => part !== '').join('\n\n'),
  };
}

function whatWasDone(steps: readonly ShownStep[], redactor?: Redactor): string {
  const options = { maxBytes: wordsBytes, ...(redactor ? { redactor } : {}) };
  const parts = steps.flatMap(({ name, look, state, definition }) => {
    const words = quotePersonaText(state.result?.noop ?? state.result?.summary ?? '', options);
    if (words === '' || definition === undefined || definition.implicit) return [];
    return [`${icons[look]} **${name}**\n\n${blockQuote(words)}`];
  });
  return parts.length === 0 ? '' : [`### ${pullTexts.what}`, ...parts].join('\n\n');
}

function evidence(steps: readonly ShownStep[], redactor?: Redactor): string {
  return evidenceTable(
    steps.flatMap(({ state }) => state.result?.evidence ?? []),
    redactor,
  );
}

function footer(state: RunState, run: ShownRun, steps: readonly ShownStep[]): string {
  const { spec } = state;
  const personas = unique(
    steps.map(({ definition }) =>
      definition !== undefined && asksPersona(definition) ? definition.persona : undefined,
    ),
  );
  const models = unique(steps.map(({ state: { result } }) => result?.model ?? result?.provider));
  return [
    pullTexts.footer(spec.id, run.workflow.name, inlineCode(spec.workflowSource.path)),
    personas === '' ? '' : pullTexts.personas(personas),
    models === '' ? '' : pullTexts.models(models),
    run.amounts.personaRuns === 0 ? '' : pullTexts.cost(run.amounts.cost),
    pullTexts.requestedBy(quoteLine(spec.requester.login, 60)),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function unique(names: readonly (string | undefined)[]): string {
  return [...new Set(names.filter((name) => name !== undefined))].map(inlineCode).join(', ');
}

function fold(table: string): string {
  return `<details><summary>${labels.stepTable[1]}s</summary>\n\n${table}\n\n</details>`;
}

/** Titles are plain text. */
function plainTitle(text: string): string {
  return text.replaceAll('\\|', '|').replaceAll('`', "'");
}
