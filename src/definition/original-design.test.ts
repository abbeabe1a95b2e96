// Files in the words of the original design: they load as they stand, or one clear sentence says what is not there yet.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkWorkflow } from './check/check-workflow.ts';
import { withEvaluatedNames } from './evaluated-names.ts';
import { evaluateTemplate } from './expression/template.ts';
import type { DefinitionContext } from './source/definition-context.ts';
import type { Workflow } from './model/types.ts';

const context: DefinitionContext = {
  personas: new Map(
    [
      'implementation-planner',
      'plan-evaluator',
      'lead-engineer',
      'qa-engineer',
      'code-reviewer',
      'security-reviewer',
      'hotfix-specialist',
    ].map((id) => [id, { edits: /lead|specialist/.test(id) }]),
  ),
  variables: new Set(),
};

function example(name: string): string {
  return readFileSync(resolve(import.meta.dirname, '../../test/fixtures/original-design', `${name}.yml`), 'utf8');
}

function check(text: string, known = context) {
  return checkWorkflow({ id: 'example', file: 'example.yml', text }, known);
}

function loaded(text: string, known = context): Workflow {
  const checked = check(text, known);
  expect(checked.findings).toEqual([]);
  if (!checked.ok) throw new Error('it has errors');
  return checked.workflow;
}

function told(text: string): readonly string[] {
  return check(text).findings.map(
    ({ line, column, code, message, hint }) => `${line}:${column} ${code} ${message} → ${hint ?? ''}`,
  );
}

describe('the examples', () => {
  test('the whole workflow, with the security review by its old name', () => {
    const workflow = loaded(example('project-loop'));
    expect(workflow.steps.at(-1)).toMatchObject({ id: 'security-review', persona: 'security-reviewer' });
  });

  test('the fragment, once its step has a type and a persona', () => {
    const text = example('variables-fragment').replace(
      '- id: "setup"',
      '- id: "setup"\n    type: "persona-request"\n    persona: "lead-engineer"',
    );
    const workflow = loaded(text);
    const step = workflow.steps.find(({ id }) => id === 'setup');
    expect(step).toMatchObject({
      name: 'Setup {{variables.project_name}}',
      timeout: '{{variables.timeout_base}}',
      params: { branch: '{{variables.branch_prefix}}{{task.slug}}' },
    });
    const variables = { project_name: 'shop' };
    const named = withEvaluatedNames(workflow, { task: {}, inputs: {}, variables });
    expect(named.steps.find(({ id }) => id === 'setup')?.name).toBe('Setup shop');
    const nameless = withEvaluatedNames(workflow, { task: {}, inputs: {}, variables: {}, unset: { project_name: '' } });
    expect(nameless.steps.find(({ id }) => id === 'setup')?.name).toBe('Setup');
  });

  test('two exclusive paths', () => {
    expect(loaded(example('exclusive-paths')).steps.map(({ id }) => id)).toEqual([
      'prepare',
      'hotfix-path',
      'standard-path',
    ]);
  });

  test.each([
    'context.workflowId',
    'context.task.title',
    'context.milestone',
    'context.repoRoot',
    'context.branchName',
    'context.baseBranch',
    'context.state.get("a_status")',
    "context.dashboardState.status === 'running'",
    "context.dashboardState.steps.failed.includes('a')",
    'context.dashboardState.links.pullRequest',
    'context.gitState.headSha',
    'context.artifacts.length > 0',
    'context.personaResults.a.verdict',
  ])('the context holds %s', (condition) => {
    loaded(`steps:
  - { id: a, type: persona-request, persona: lead-engineer }
  - id: b
    type: persona-request
    persona: qa-engineer
    dependencies: [a]
    condition: ${JSON.stringify(condition)}
`);
  });
});

describe('a persona of two names', () => {
  const text = 'steps:\n  - { id: a, type: persona-request, persona: security-review }\n';
  const personaOf = (known: DefinitionContext): unknown => loaded(text, known).steps[0];

  test('the repository’s own file of that name goes first', () => {
    const personas = new Map([...(context.personas ?? []), ['security-review', { edits: false }] as const]);
    expect(personaOf({ personas })).toMatchObject({ persona: 'security-review' });
    expect(personaOf(context)).toMatchObject({ persona: 'security-reviewer' });
  });

  test('one with mistakes is not replaced by another', () => {
    const unusablePersonas = new Map([['security-review', 'x.md']]);
    expect(check(text, { ...context, unusablePersonas }).findings.map(({ code }) => code)).toEqual([
      'references/unusable-persona',
    ]);
  });
});

describe('git operations with their keys under `params`', () => {
  const operation = (params: string, beside = 'operation: finalize'): string =>
    `steps:
  - { id: code, type: persona-request, persona: lead-engineer }
  - { id: ok, type: approval, dependencies: [code] }
  - { id: end, type: git-operation, ${beside}, dependencies: [ok], params: { ${params} } }
`;

  test('are read as if they stood beside it', () => {
    const text = operation(
      'operation: feature_complete, merge_strategy: merge_commit, target_branch: develop, cleanup_branch: true, message: "done {{task.number}}", tag_release: false',
      'timeout: 60',
    );
    expect(loaded(text).steps.find(({ id }) => id === 'end')).toMatchObject({
      operation: 'feature_complete',
      config: { merge_strategy: 'merge', base: 'develop', cleanup_branch: true, message: 'done {{task.number}}' },
      params: {},
    });
  });

  test('`merge_commit` and `target_branch` beside the operation as well', () => {
    const text = operation(
      '',
      'operation: finalize, merge: true, merge_strategy: merge_commit, target_branch: develop',
    );
    expect(loaded(text).steps.find(({ id }) => id === 'end')).toMatchObject({
      config: { merge_strategy: 'merge', base: 'develop' },
    });
  });

  test('what is wrong is named with where it goes, all at once and at its place', () => {
    const text = operation(
      'tag_release: true, update_changelog: true, notification: true, mesage: x, merge_strategy: rebas, branch: x, timeout: 60',
      'operation: feature_complete',
    );
    expect(told(text)).toEqual([
      '4:159 schema/unknown-key `mesage` is not a key of a `git-operation` → Did you mean `message`?',
      '4:186 schema/unknown-value `merge_strategy` cannot be "rebas" → Did you mean `rebase`?',
      '4:193 schema/no-effect `branch` has no effect on `feature_complete` → Keys of `feature_complete`: title, body, labels, reviewers, base, allow_unverified, merge_strategy, cleanup_branch, message, update_changelog, tag_release, immediate_deploy, notification.',
    ]);
  });

  test('a release, a change log, a deployment and a comment at the end are asked for with `true` or with words', () => {
    const keys =
      'tag_release: "v{{task.number}}.0.0", update_changelog: true, immediate_deploy: staging, notification: Done';
    for (const end of ['feature_complete', 'hotfix_deploy', 'finalize, merge: true'])
      expect(loaded(operation(keys, `operation: ${end}`)).steps.find(({ id }) => id === 'end')).toMatchObject({
        config: {
          tag_release: 'v{{task.number}}.0.0',
          update_changelog: true,
          immediate_deploy: 'staging',
          notification: 'Done',
        },
      });
  });

  test('what only a merge makes possible is told where nothing is merged', () => {
    const keys = 'tag_release: true, immediate_deploy: staging, update_changelog: true, notification: true';
    const hint = 'Write `merge: true` beside it: only a merged commit is tagged, released and deployed.';
    expect(told(operation(keys))).toEqual([
      expect.stringContaining(
        `schema/no-effect \`tag_release\` has no effect on a \`finalize\` that does not merge → ${hint}`,
      ),
      expect.stringContaining(
        `schema/no-effect \`immediate_deploy\` has no effect on a \`finalize\` that does not merge → ${hint}`,
      ),
    ]);
    expect(told(operation('tag_release: false, update_changelog: docs/changes.md'))).toEqual([]);
    expect(told(operation('tag_release: true', 'operation: merge-pull-request'))).toEqual([
      expect.stringContaining('schema/no-effect `tag_release` has no effect on `merge-pull-request`'),
    ]);
  });

  test('said twice, or where it means nothing', () => {
    expect(told(operation('message: a, target_branch: b', 'operation: finalize, message: c, base: d'))).toEqual([
      expect.stringContaining(
        'structure/key-twice `message` stands under `params` and beside it → Keep one of the two.',
      ),
      expect.stringContaining('structure/key-twice `target_branch` and `base` mean the same, and both are there'),
    ]);
    expect(told(operation('target_branch: b', 'operation: merge, branch: x'))[0]).toContain(
      'schema/no-effect `target_branch` has no effect on `merge`',
    );
  });
});

describe('the staged form', () => {
  const stage = '{ provider: codex, role: lead-engineer, profile: simple, prompt: "Judge ${vars.goal}" }';

  test.each([
    [
      'as the design has it',
      `id: x\nname: x\nstages: [plan, code]\nloop: { max_iters: 3 }\nstageConfigs:\n  plan: ${stage}\n`,
    ],
    [
      'wrapped, with a section per stage',
      `name: x\nworkflow: { stages: [plan, code], loop: { max_iters: 3 } }\nplan: ${stage}\ncode: ${stage}\n`,
    ],
  ])('%s is one finding', (_what, text) => {
    expect(told(text)).toEqual([
      expect.stringContaining('capability/staged-form This version of Troupe cannot run the staged form yet'),
    ]);
  });

  test('beside steps the hint does not ask for steps', () => {
    const steps = 'steps:\n  - { id: a, type: persona-request, persona: qa-engineer }\n';
    expect(told(`stages: [a]\n${steps}`)).toEqual([
      '1:1 capability/staged-form This version of Troupe cannot run the staged form yet → Take `stages` away: the work stands under `steps:`.',
    ]);
  });
});

describe('names', () => {
  const steps = (name: string): string =>
    `steps:\n  - { id: a, type: persona-request, persona: qa-engineer, name: ${JSON.stringify(name)} }\n`;

  test('read task, inputs and variables, and nothing that comes later', () => {
    loaded(`variables: { x: 1 }\n${steps('{{task.number}} {{variables.x}} {{vars.x}}')}`);
    expect(told(steps('{{steps.a.summary}}'))[0]).toContain('references/root-not-here `steps` is not known in a name');
    expect(told(steps('{{vars.none}}'))[0]).toContain('references/unknown-variable');
    expect(told(`version: "{{task.number}}"\n${steps('a')}`)[0]).toContain('expression/not-here');
  });

  test.each([
    ['{{task.title}}', 'Fix it', 'Fix it'],
    ['{{task.title}}', 'two\nlines\tand  spaces', 'two lines and spaces'],
    ['{{task.title}}', '\u202Eright to left\u202C \u200Bhidden\uFEFF \u0007bell', 'right to left hidden bell'],
    ['{{task.title}}', 'x'.repeat(300), `${'x'.repeat(79)}…`],
    ['{{task.title}}', '🎭'.repeat(100), `${'🎭'.repeat(79)}…`],
    ['{{task.title}}', ' \n ', 'A'],
    ['{{task.milestone.title}}', '', 'A'],
    ['{{task.title.join(1)}}', 'x', 'A'],
    ['{{task.title}}', '{{task.title}}', '{{task.title}}'],
    ['{{{{plain', '', '{{plain'],
  ])('%s with %j', (name, title, shown) => {
    const named = withEvaluatedNames(loaded(steps(name)), { task: { title }, inputs: {}, variables: {} });
    expect(named.steps[0]?.name).toBe(shown);
  });

  test('no two alike, whatever the case and however long', () => {
    const names = ['"{{task.title}}"', '"{{task.title}}"', 'Same', '"{{task.type}}"', '"{{task.type}}"'];
    const text = names.map(
      (name, n) => `  - { id: s${n}, name: ${name}, type: persona-request, persona: qa-engineer }\n`,
    );
    const task = { title: 'y'.repeat(200), type: 'SAME' };
    const named = withEvaluatedNames(loaded(`steps:\n${text.join('')}`), { task, inputs: {}, variables: {} });
    expect(named.steps.map(({ name }) => name)).toEqual([
      `${'y'.repeat(79)}…`,
      `${'y'.repeat(77)}… 2`,
      'Same',
      'SAME 2',
      'SAME 3',
    ]);
  });

  test('inside of others, and of handlers', () => {
    const text = `steps:
  - id: p
    type: parallel
    name: "P {{task.number}}"
    steps:
      - id: a
        type: persona-request
        persona: qa-engineer
        name: "A {{task.number}}"
        on_error: { steps: [{ id: b, type: persona-request, persona: qa-engineer, name: "B {{task.number}}" }] }
finally:
  - { id: z, name: "Z {{task.number}}", type: github, action: comment, params: { body: x } }
`;
    const named = withEvaluatedNames(loaded(text), { task: { number: 7 }, inputs: {}, variables: {} });
    expect(JSON.stringify(named).match(/"name":"[PABZ] 7"/g)).toHaveLength(4);
    expect(named.hash).toBe(loaded(text).hash);
  });
});

describe('`${…}` in the params of a persona', () => {
  const prompt = (text: string): string =>
    `variables: { goal: speed }\nsteps:\n  - { id: a, type: persona-request, persona: qa-engineer, params: { prompt: ${JSON.stringify(text)} } }\n`;

  test.each([
    ['Judge ${vars.goal} against the diff', 'Judge speed against the diff'],
    ['${vars.goal}', 'speed'],
    ['${task.labels}', ['bug']],
    ['{{vars.goal}} ${vars.goal}', 'speed speed'],
    ['$${vars.goal}', '${vars.goal}'],
    ['costs $5 and $', 'costs $5 and $'],
    ['{{{{ and $${x} and ${vars.goal}', '{{ and ${x} and speed'],
    ['{${vars.goal}}', '{speed}'],
    ['{{{{${vars.goal}', '{{speed'],
    ['{{ `${vars.goal}!` }}', 'speed!'],
    ['${ { a: { b: 1 } }.a.b }', 1],
    ['${vars.missing ?? "none"}', 'none'],
  ])('%s', (text, value) => {
    const workflow = text.includes('missing')
      ? check(prompt(text), { ...context, variables: new Set(['missing']) })
      : check(prompt(text));
    const params = workflow.ok ? workflow.workflow.steps[0]?.params : undefined;
    const scope = { task: { labels: ['bug'] }, variables: { goal: 'speed' }, unset: { missing: '' } };
    expect(evaluateTemplate(params ?? null, scope)).toMatchObject({ ok: true, value: { prompt: value } });
  });

  test('what is meant as it stands is told how to be written', () => {
    expect(told(prompt('echo ${HOME}'))).toEqual([
      '3:85 expression/unknown-root `HOME` is not a name that expressions know → To print it as it stands, write `$${HOME}`.',
    ]);
    expect(told(prompt('${{ task.number }}'))[0]).toContain('expression/dollar');
    expect(told(prompt('${vars.gaol}'))[0]).toContain('Did you mean `goal`?');
  });

  test('elsewhere a dollar is a dollar', () => {
    const text = 'steps:\n  - { id: a, type: github, action: comment, params: { body: "$${x} and ${HOME}" } }\n';
    expect(evaluateTemplate(loaded(text).steps[0]?.params ?? null, {})).toMatchObject({
      value: { body: '$${x} and ${HOME}' },
    });
  });
});
