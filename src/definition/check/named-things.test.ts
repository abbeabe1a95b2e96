import { expect, test } from 'vitest';
import type { DefinitionContext } from '../source/definition-context.ts';
import { checkWorkflow } from './check-workflow.ts';
import { ask, file } from './testing.ts';

const world: DefinitionContext = {
  personas: new Map([
    ['lead-engineer', { edits: true }],
    ['qa-engineer', { edits: true, commits: false }],
    ['code-reviewer', { edits: false }],
  ]),
  personaFiles: new Map([
    ['lead-engineer', { profiles: { strict: {}, fast: { provider: 'gone' } }, skills: ['tdd'] }],
    ['qa-engineer', { profiles: {}, skills: ['missing'], provider: 'nowhere' }],
    ['code-reviewer', { profiles: {}, skills: [] }],
  ]),
  providers: new Set(['claude-code', 'codex']),
  skills: new Set(['tdd', 'naming']),
  environments: new Set(['staging', 'production']),
  environmentsAreAll: true,
  variables: new Set(),
};

function told(step: string, context = world): readonly string[] {
  return checkWorkflow({ id: 'fix', file: 'fix.yml', text: file(step) }, context).findings.map(
    ({ severity, code, path, message, hint }) => `${severity} ${code} ${path}: ${message} → ${hint ?? ''}`,
  );
}

test.each([
  [
    'a skill',
    ask('a', 'skills: [tdd, namin]', 'lead-engineer'),
    'error references/unknown-skill steps[0].skills[1]: There is no skill `namin` → Did you mean `naming`?',
  ],
  [
    'a profile',
    ask('a', 'profile: strikt', 'lead-engineer'),
    'error references/unknown-profile steps[0].profile: The persona `lead-engineer` has no profile `strikt` → Did you mean `strict`?',
  ],
  [
    'a profile of a persona that has none',
    ask('a', 'profile: x', 'code-reviewer'),
    'error references/unknown-profile steps[0].profile: The persona `code-reviewer` has no profile `x` → Its file names none',
  ],
  [
    'an environment',
    ask('a', 'environment: stagin', 'lead-engineer'),
    'error references/unknown-environment steps[0].environment: There is no environment `stagin` → Did you mean `staging`?',
  ],
  [
    'a provider',
    ask('a', 'provider: codx', 'lead-engineer'),
    'error references/unknown-provider steps[0].provider: There is no provider `codx` → Did you mean `codex`?',
  ],
  [
    'a provider of the profile',
    ask('a', 'profile: fast', 'lead-engineer'),
    'error references/unknown-provider steps[0].persona: The persona `lead-engineer` asks for the provider `gone`',
  ],
  [
    'a provider of the persona',
    ask('a', '', 'qa-engineer'),
    'error references/unknown-provider steps[0].persona: The persona `qa-engineer` asks for the provider `nowhere`',
  ],
  [
    'a skill of the persona',
    ask('a', 'provider: codex', 'qa-engineer'),
    'error references/unknown-skill steps[0].persona: The persona `qa-engineer` asks for the skill `missing`',
  ],
  [
    'changes of a reader',
    ask('a', 'expect: changes', 'code-reviewer'),
    'error structure/cannot-change steps[0].expect: The step expects changes, and the persona `code-reviewer` may not edit',
  ],
  [
    'changes among others',
    ask('a', 'expect: [outputs, changes]', 'code-reviewer'),
    'error structure/cannot-change steps[0].expect',
  ],
  [
    'changes of one that only runs commands',
    ask('a', 'provider: codex, expect: changes', 'qa-engineer'),
    'error structure/cannot-change steps[0].expect',
  ],
])('%s that is not there is told before anything is paid', (_what, step, finding) => {
  expect(told(step).join('\n')).toContain(finding);
});

test('what is there is fine, and what nobody knows is not checked', () => {
  const right = 'profile: strict, skills: [naming], environment: staging, provider: codex, expect: changes';
  expect(told(ask('a', right, 'lead-engineer'))).toEqual([]);
  const wrong = 'profile: x, skills: [x], environment: x, provider: x';
  expect(told(ask('a', wrong, 'lead-engineer'), {})).toEqual([]);
  expect(
    told(ask('a', '', 'qa-engineer'), { ...world, providers: new Set(['nowhere']), skills: new Set(['missing']) }),
  ).toEqual([]);
});

test('a provider for all steps stands above those of persona files', () => {
  const text = `defaults: { provider: codex }\n${file(ask('a', 'profile: fast', 'lead-engineer'))}`;
  expect(checkWorkflow({ id: 'fix', file: 'fix.yml', text }, world).findings).toEqual([]);
});

test('where other settings may name environments, an unknown one is a warning', () => {
  const { environmentsAreAll: _, ...here } = world;
  expect(told(ask('a', 'environment: x', 'lead-engineer'), { ...here, environments: new Set() })).toEqual([
    'warning references/unknown-environment steps[0].environment: There is no environment `x` → Name it under `environments:` of `.github/troupe.yml`.',
  ]);
});
