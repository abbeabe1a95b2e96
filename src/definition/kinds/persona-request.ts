// The kind `persona-request`: asks a persona; Troupe commits its edits.
import { defined } from '../../support/index.ts';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { JsonObject } from '../../support/index.ts';
import type { AnalyzedPersona, Risk } from '../model/risk.ts';
import { withoutDollars } from '../expression/dollar-templates.ts';
import { analysisTexts as say } from '../model/messages.ts';
import { meantPersona } from '../source/persona-names.ts';
import { closed, free, providerNames, text, texts, word } from '../source/fragments.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';
import type { PersonaStep } from '../model/types.ts';
import { approvalKey, commonKeys, judgedKeys, rollbackKey, workKeys } from '../source/keys.ts';
import type { PartsOf, StepKind, StepSurroundings } from '../source/step-kind.ts';
import { checkPanel, panelOf, panelPage } from './panel.ts';

/** More than these for one step are a mistake, or a bill that nobody expects. */
const mostProviders = 9;

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('persona-request'),
    approval: approvalKey,
    ...workKeys,
    persona: Type.String({ description: 'id of the persona', minLength: 1, title: 'the id of a persona' }),
    provider: Type.Optional(
      providerNames(
        "who executes it, or a list of which the next one is asked where the one before it is out; default: the persona's own, then the workflow's, then the operator's",
      ),
    ),
    providers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, title: 'the name of a provider' }), {
        description:
          'several that do the same at the same time, each in a worktree of its own, instead of `provider`: the work of one is kept',
        title: `a list of two to ${mostProviders} names of providers`,
        minItems: 1,
        maxItems: mostProviders,
      }),
    ),
    wait_for: Type.Optional(
      word(
        ['all', 'any', 'majority'],
        'how many of `providers` have to pass: all of them (default), the first one, or more than half; who is wanted no more is cancelled',
      ),
    ),
    profile: Type.Optional(text('a named variant in the persona file')),
    model: Type.Optional(text("the model; default: the profile's, then the persona's own, then the provider's")),
    skills: Type.Optional(texts('skill files added to the prompt')),
    params: Type.Optional(free('given to the persona as inputs')),
    output_schema: Type.Optional(free("JSON Schema of the outputs; replaces the persona's own")),
    commit: Type.Optional(word(['auto', 'none'], 'whether Troupe commits its edits; default auto')),
    message: Type.Optional(text('template of the commit message')),
    rollback: rollbackKey,
    ...judgedKeys,
  },
  { ...closed, description: 'Asks a persona; Troupe commits its edits.' },
);

/** How long a request may take where nothing says it. */
const usualTimeoutMs = 60 * 60_000;

/** The kind. */
export const personaRequest: StepKind = {
  type: 'persona-request',
  schema,
  example: { persona: 'lead-engineer' },
  normalise,
  unfold: panelOf,
  page: () => panelPage,
  describe: (step: PersonaStep) =>
    `asks ${step.persona}${step.commit === 'none' ? ', keeps no edits' : ''}${step.advisory ? ' (advice only)' : ''}`,
  subject: (step: PersonaStep) => step.persona,
  asksPersona: true,
  // a persona that is not known may write
  writes: (step: PersonaStep, context) =>
    step.commit !== 'none' && (context.personas?.get(step.persona)?.edits ?? true),
  withoutWriting: 'Give the step `commit: none`, or take `branch: false` away.',
  commits,
  posts: () => ({ message: 'message' }),
  tells: { surely: ['persona', 'providers'], likely: ['profile', 'skills', 'verify', 'expect'] },
  missing: { persona: 'Name who is asked: `persona: lead-engineer`.' },
  templates: ['message'],
  plain: ['output_schema'],
  retries: ({ persona }: Static<typeof schema>, around) => around.retriesOf(around.personaOf(persona)),
  check(step, report) {
    checkPanel(step, report);
    checkMessage(step, report);
  },
  atMostMs,
  risks: (step: PersonaStep, personas): readonly Omit<Risk, 'step'>[] =>
    step.timeout === undefined && personas.get(step.persona)?.timeoutMs === undefined
      ? [{ kind: 'no-timeout', message: say.noTimeout(step.name) }]
      : [],
};

function normalise(source: Static<typeof schema>, around: StepSurroundings): PartsOf<PersonaStep> {
  const named = [source.provider ?? around.defaults.provider ?? []].flat();
  const [provider] = named;
  return {
    persona: around.personaOf(source.persona),
    ...defined({ provider }),
    providers: named.length > 1 ? named : [],
    ...defined({ outputSchema: source.output_schema }),
    skills: source.skills ?? [],
    ...defined({ profile: source.profile, model: source.model }),
    commit: source.commit ?? 'auto',
    ...defined({ message: source.message }),
    // what a persona is given is part of its prompt, where `${…}` counts as well; the values of an object become values of an object
    params: withoutDollars(source.params ?? {}) as JsonObject,
  };
}

function checkMessage({ step, path }: SourceStep, report: Report): void {
  if (step['commit'] !== 'none' || !Object.hasOwn(step, 'message')) return;
  report({
    code: 'schema/no-effect',
    path: `${path}.message`,
    on: 'key',
    message: '`message` has no effect with `commit: none`',
    hint: 'Take one of the two away.',
  });
}

function commits(step: JsonObject, context: DefinitionContext): boolean | undefined {
  const { persona } = step;
  const id = typeof persona === 'string' ? meantPersona(persona, context) : undefined;
  const known = id === undefined ? undefined : context.personas?.get(id);
  if (known === undefined) return undefined;
  return step['commit'] !== 'none' && (known.commits ?? known.edits);
}

/** Every attempt to its end, and the pauses between them. */
function atMostMs(step: PersonaStep, personas: ReadonlyMap<string, AnalyzedPersona>): number {
  const { limit, initialMs, factor, maxMs } = step.retry;
  const timeout =
    typeof step.timeout === 'number' ? step.timeout : (personas.get(step.persona)?.timeoutMs ?? usualTimeoutMs);
  const pauses = Array.from({ length: limit }, (_, index) => Math.min(maxMs, initialMs * factor ** index));
  return pauses.reduce((sum, ms) => sum + ms, (limit + 1) * timeout);
}
