// The kinds `panel` and `keep`, Troupe's own: a persona step with `providers` is several steps, and the work of one of them is kept.
import { defined, slug } from '../../support/index.ts';
import type { StepSource } from '../source/keys.ts';
import type { Report } from '../source/report.ts';
import { stringsOf } from '../source/source-steps.ts';
import type { SourceStep } from '../source/source-steps.ts';
import type { StepKind } from '../source/step-kind.ts';
import type { BuiltInStep, PanelStep, PersonaStep, RetryPolicy, Step } from '../model/types.ts';
import { isPanelist, personaAsked } from '../model/step-facets.ts';

const quorums = {
  all: 'all of them have to pass',
  any: 'the first that passes counts',
  majority: 'more than half of them have to pass',
} as const;

const usualRetry: RetryPolicy = {
  limit: 0,
  transientLimit: 2,
  initialMs: 1_000,
  factor: 2,
  maxMs: 30_000,
  jitter: true,
  on: ['transient', 'rate_limit'],
};

/** The kind `panel`. */
export const panel: StepKind = {
  type: 'panel',
  children: { branches: [{ name: 'child' }] },
  describe: (step: PanelStep) =>
    `asks ${personaAsked(step) ?? ''} of ${providersOf(step).join(', ')}: ${quorums[step.quorum]}`,
  subject: (step: PanelStep) => personaAsked(step),
  title: ({ quorum }: PanelStep) => quorum,
};

/** The kind `keep`. */
export const keep: StepKind = {
  type: 'keep',
  describe: () => 'the work of the winner goes to the branch, that of the others away',
};

function providersOf({ steps }: PanelStep): readonly string[] {
  return steps.filter(isPanelist).flatMap(({ provider }) => provider ?? []);
}

/** The step as a panel where it names several that work at the same time. */
export function panelOf(step: Step, source: StepSource): Step {
  const { providers, wait_for: quorum = 'all' } = source as PanelSource; // the schema of the kind has passed it
  if (providers === undefined) return step;
  const asked = step as PersonaStep; // of that kind
  const { id, name, description, dependencies, onSkippedDependency, condition, onFailure, onError, approval } = asked;
  const { advisory, unjudged, params, outputs, environment, source: at } = asked;
  return {
    id,
    type: 'panel',
    name,
    description,
    dependencies,
    onSkippedDependency,
    ...defined({ condition }),
    // whoever fails is tried again by itself, the panel as a whole is not
    retry: { ...usualRetry, transientLimit: 0 },
    onFailure,
    ...defined({ onError, approval }),
    rollback: false,
    advisory,
    unjudged,
    expect: [],
    // what an approval is about
    params,
    outputs,
    ...defined({ environment }),
    implicit: false,
    ...defined({ source: at }),
    quorum,
    steps: [...panelists(asked, providers), keeper(asked)],
  };
}

interface PanelSource {
  readonly providers?: readonly string[];
  readonly wait_for?: PanelStep['quorum'];
}

/** What the whole is about stands in the panel: conditions, approvals, what a failure means, whether its verdict counts. */
function panelists(step: PersonaStep, providers: readonly string[]): readonly PersonaStep[] {
  const { condition: _condition, onError: _onError, approval: _approval, ...each } = step;
  const taken = new Set<string>();
  return providers.map((provider) => ({
    ...each,
    id: `${step.id}~${unused(slug(provider), taken)}`,
    name: `${step.name} (${provider})`,
    description: '',
    dependencies: [],
    onSkippedDependency: 'skip',
    onFailure: 'stop',
    // nothing of it is on the branch
    rollback: false,
    advisory: false,
    outputs: {},
    provider,
    providers: [],
    panelist: true,
  }));
}

/** Ids of files hold no `~`. */
function unused(word: string, taken: Set<string>): string {
  let found = word;
  for (let number = 2; taken.has(found); number += 1) found = `${word}-${number}`;
  taken.add(found);
  return found;
}

function keeper({ id, name }: PersonaStep): BuiltInStep {
  return {
    id: `${id}~~keep`,
    type: 'keep',
    name: `${name}: keep the work`,
    description: '',
    dependencies: [],
    onSkippedDependency: 'run',
    retry: usualRetry,
    onFailure: 'stop',
    rollback: false,
    advisory: false,
    unjudged: [],
    expect: [],
    params: {},
    outputs: {},
    implicit: true,
  };
}

/** Reports keys of a panel that exclude each other or have no effect. */
export function checkPanel({ step, path }: SourceStep, report: Report): void {
  const { providers } = step;
  if (providers === undefined) {
    if (Object.hasOwn(step, 'wait_for'))
      report({
        code: 'schema/no-effect',
        path: `${path}.wait_for`,
        on: 'key',
        message: '`wait_for` has no effect without `providers`',
        hint: 'Name several providers that do the step: `providers: [claude-code, codex]`.',
      });
    return;
  }
  checkNames(stringsOf(providers), path, report);
  if (Object.hasOwn(step, 'provider'))
    report({
      code: 'structure/provider-and-providers',
      path: `${path}.provider`,
      on: 'key',
      message: '`provider` and `providers` are both there',
      hint: '`provider` names who is asked, and who instead; `providers` names several that do it at the same time. Keep one of the two.',
    });
}

function checkNames(names: readonly string[], path: string, report: Report): void {
  const [first] = names;
  if (names.length === 1)
    report({
      code: 'structure/one-of-several',
      path: `${path}.providers`,
      message: '`providers` names one only',
      hint: `Name a second one, or write \`provider: ${first}\`.`,
    });
  for (const [index, name] of names.entries())
    if (names.indexOf(name) < index)
      report({
        code: 'structure/one-of-several',
        path: `${path}.providers[${index}]`,
        message: `\`${name}\` stands in \`providers\` twice`,
        hint: 'Each does the step once. A second entry of the server file with another name is a second provider.',
      });
}

/** The section of the language page. */
export const panelPage = `## Several providers for one step

\`providers\` has several do the same persona step at the same time. Each works by itself, in a worktree of its own, and is tried again by its own;
the work of one is kept.

\`\`\`yaml
- id: fix
  type: persona-request
  persona: lead-engineer
  providers: [claude-code, codex, gemini]
  wait_for: majority
\`\`\`

| \`wait_for\` | ends | passes when |
|---|---|---|
| \`all\` (default) | when all have answered | all pass |
| \`any\` | with the first that passes | one passes |
| \`majority\` | as soon as more than half pass, or cannot any more | more than half of all pass |

Who is still at work then is cancelled, and told so where it is elsewhere. **The work of the winner goes to the branch, once it is known; of the others nothing
is left**: no commit, no worktree, no process. The winner of \`any\` is who passed first, else who stands first in the list among those that passed. Outputs,
summary and evidence of the step are the winner's; findings are those of all who answered. Where nobody wins nothing is kept: the verdict is
fail where one said so (with \`majority\`: more than half), else it is unknown; where nobody answered the step fails with their errors.

To other steps it is one step: \`steps.fix.outputs\`, \`steps.fix.verdict\`, \`require: [fix]\`. It has one check, which says who said what, and \`troupe show\` tells of
each. In a file of answers \`fix~codex\` is the answer of one. Every request counts, also of those who lost: \`budget\`, the receipt and \`troupe cost\` have them all.
`;
