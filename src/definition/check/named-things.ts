// What a step names outside of the file: persona, profile, skills, provider, environment. Unknown ones are told before anything is paid.
import type { Json } from '../../support/index.ts';
import { meantPersona } from '../source/persona-names.ts';
import { didYouMean } from '../model/suggest.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import { objectOf, stringsOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';

type KnownPersona = NonNullable<ReturnType<NonNullable<DefinitionContext['personas']>['get']>>;

interface To {
  readonly context: DefinitionContext;
  readonly report: Report;
  /** The file names a provider for all steps. */
  readonly hasProvider?: boolean;
}

/** Reports the names of one step that lead nowhere, and a persona that cannot do what is expected of it. */
export function checkNamed(step: SourceStep, to: To): void {
  const { context, report } = to;
  checkProvider(step.step['provider'], `${step.path}.provider`, to);
  // each of them is asked
  for (const [index, name] of stringsOf(step.step['providers']).entries())
    checkProvider(name, `${step.path}.providers[${index}]`, to);
  checkEnvironment(step, to);
  checkSkills(step.step['skills'], `${step.path}.skills`, to);
  const named = step.step['persona'];
  if (typeof named !== 'string' || named === '') return;
  const id = meantPersona(named, context);
  const persona = context.personas?.get(id);
  if (persona === undefined) checkPersona(id, `${step.path}.persona`, to);
  else checkChanges(step, { id, persona }, report);
  checkFile(step, id, to);
}

function checkProvider(provider: Json | undefined, path: string, { context, report }: To): void {
  const known = context.providers;
  const named = typeof provider === 'string' ? [provider] : stringsOf(provider);
  const [first] = named;
  // one of a list is enough: a file may be for several hosts
  if (first === undefined || known === undefined || named.some((name) => known.has(name))) return;
  report({
    code: 'references/unknown-provider',
    path,
    message: `There is no provider ${listed(named)}`,
    hint: whichProvider(first, known),
  });
}

function checkPersona(persona: string, path: string, { context, report }: To): void {
  if (context.personas === undefined) return;
  const file = context.unusablePersonas?.get(persona);
  if (file === undefined)
    report({
      code: 'references/unknown-persona',
      path,
      message: `There is no persona \`${persona}\``,
      hint: didYouMean(persona, context.personas.keys(), 'persona'),
    });
  else
    report({
      code: 'references/unusable-persona',
      path,
      message: `The persona \`${persona}\` cannot be used: its file ${file} has mistakes`,
      hint: `\`troupe personas ${persona}\` tells them. No other persona of that name is used instead.`,
    });
}

function checkChanges(
  step: SourceStep,
  { id, persona }: { readonly id: string; readonly persona: KnownPersona },
  report: Report,
): void {
  const expects = [step.step['expect']].flat().includes('changes');
  if (!expects || (persona.edits && persona.commits !== false)) return;
  report({
    code: 'structure/cannot-change',
    path: `${step.path}.expect`,
    message: `The step expects changes, and the persona \`${id}\` may not edit`,
    hint: 'Ask a persona with the tool `edit`, or expect something else.',
  });
}

/** What the persona's own file names: the profile that the step wants, skills, a provider. */
function checkFile(step: SourceStep, id: string, { context, report, hasProvider }: To): void {
  const file = context.personaFiles?.get(id);
  if (file === undefined) return;
  const { profiles } = file;
  const path = `${step.path}.persona`;
  const profile = step.step['profile'];
  if (typeof profile === 'string' && !Object.hasOwn(profiles, profile))
    report({
      code: 'references/unknown-profile',
      path: `${step.path}.profile`,
      message: `The persona \`${id}\` has no profile \`${profile}\``,
      hint:
        Object.keys(profiles).length === 0
          ? 'Its file names none: take `profile` away, or add `profiles:` to the file.'
          : didYouMean(profile, Object.keys(profiles), 'profile'),
    });
  for (const skill of file.skills)
    if (context.skills?.has(skill) === false)
      report({
        code: 'references/unknown-skill',
        path,
        message: `The persona \`${id}\` asks for the skill \`${skill}\`, and there is no such file`,
        hint: skillHint(skill, context.skills),
      });
  const own = typeof profile === 'string' ? profiles[profile]?.provider : undefined;
  const named = own === undefined ? (file.providers ?? [file.provider ?? []].flat()) : [own];
  const [provider] = named;
  const known = context.providers;
  const isNamed = hasProvider === true || step.step['provider'] !== undefined || step.step['providers'] !== undefined;
  if (isNamed || provider === undefined || known === undefined || named.some((name) => known.has(name))) return;
  report({
    code: 'references/unknown-provider',
    path,
    message: `The persona \`${id}\` asks for the provider ${listed(named)}, and there is none of that name`,
    hint: whichProvider(provider, known),
  });
}

function checkSkills(skills: Json | undefined, path: string, { context, report }: To): void {
  const known = context.skills;
  if (known === undefined) return;
  for (const [index, skill] of stringsOf(skills).entries())
    if (!known.has(skill))
      report({
        code: 'references/unknown-skill',
        path: `${path}[${index}]`,
        message: `There is no skill \`${skill}\``,
        hint: skillHint(skill, known),
      });
}

function skillHint(skill: string, known: ReadonlySet<string>): string {
  const places = `Skills are \`.github/troupe/skills/<name>.md\` and \`.claude/skills/<name>/SKILL.md\`.`;
  return known.size === 0 ? places : `${didYouMean(skill, known, 'skill')} ${places}`;
}

function checkEnvironment(step: SourceStep, { context, report }: To): void {
  const name = step.step['environment'];
  const known = context.environments;
  if (typeof name !== 'string' || known === undefined || known.has(name)) return;
  report({
    code: 'references/unknown-environment',
    path: `${step.path}.environment`,
    ...(context.environmentsAreAll === true ? {} : { severity: 'warning' as const }),
    message: `There is no environment \`${name}\``,
    hint:
      known.size === 0
        ? 'Name it under `environments:` of `.github/troupe.yml`.'
        : didYouMean(name, known, 'environment'),
  });
}

/** The provider for all steps. */
export function checkDefaultProvider(defaults: Json | undefined, to: To): void {
  checkProvider(objectOf(defaults)['provider'], 'defaults.provider', to);
}

/** Providers are never in the workflow file: where none is known, it is not that file which lacks one. */
/** `a` or `b`. */
function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' or ');
}

function whichProvider(named: string, known: ReadonlySet<string>): string {
  const near = known.size === 0 ? 'None is known here.' : didYouMean(named, known, 'provider');
  return `${near} Providers are the operator's, in the server file.`;
}
