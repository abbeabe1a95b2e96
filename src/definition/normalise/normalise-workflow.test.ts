import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkWorkflow } from '../check/check-workflow.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import type { Workflow } from '../model/types.ts';

const context: DefinitionContext = {
  personas: new Map([
    ['lead-engineer', { edits: true }],
    ['qa-engineer', { edits: false }],
  ]),
};

function workflow(text: string, known = context): Workflow {
  const checked = checkWorkflow({ id: 'fix', file: 'fix.yml', text }, known);
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings, null, 2));
  return checked.workflow;
}

function ask(id: string, rest = '', persona = 'qa-engineer'): string {
  return `steps:\n  - { id: ${id}, type: persona-request, persona: ${persona}${rest === '' ? '' : `, ${rest}`} }\n`;
}

/** The first step of the file itself. */
function step(rest: string, top = ''): Workflow['steps'][number] {
  const found = workflow(ask('a', rest) + top).steps.find(({ implicit }) => !implicit);
  if (found === undefined) throw new Error('no step');
  return found;
}

test('the smallest file has every default written out', () => {
  expect(workflow(ask('code-review'))).toEqual({
    irVersion: 1,
    id: 'fix',
    name: 'fix',
    version: '1.0.0',
    description: '',
    trigger: { labels: ['troupe:fix'], events: [], assignees: [], priority: 0 },
    inputs: {},
    variables: {},
    concurrency: { group: 'task-{{task.number ?? task.slug}}', onConflict: 'queue' },
    budget: {},
    branch: false,
    permissive: false,
    steps: [
      {
        id: 'code-review',
        type: 'persona-request',
        name: 'Code review',
        description: '',
        dependencies: [],
        onSkippedDependency: 'skip',
        retry: {
          limit: 0,
          transientLimit: 2,
          initialMs: 1_000,
          factor: 2,
          maxMs: 30_000,
          jitter: true,
          on: ['transient', 'rate_limit', 'timeout', 'contract'],
        },
        onFailure: 'stop',
        rollback: false,
        advisory: false,
        unjudged: [],
        expect: [],
        params: {},
        outputs: {},
        implicit: false,
        source: { line: 2, column: 5 },
        persona: 'qa-engineer',
        providers: [],
        skills: [],
        commit: 'auto',
      },
    ],
    onFailure: [],
    finally: [],
    outputs: {},
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('everything a file says is in the IR', () => {
  const text = `
name: Fix it
version: "2.1.0"
description: Fixes
trigger: { labels: [bug], events: [issues.opened], assignees: [ada], condition: task.number > 1, priority: 5 }
inputs:
  place: { type: choice, options: [a, b], default: a, description: where, required: true }
variables: { limit: 1800, name: "fix-{{task.number}}" }
defaults: { timeout: 10m, provider: codex, retry: { limit: 1, initial: 5 } }
concurrency: { group: "g-{{inputs.place}}", on_conflict: reject }
budget: { cost_usd: 1.5, tokens: 1000, minutes: 30, attempts: 9 }
branch: { name: "{{variables.name}}", base: develop }
permissive: true
steps:
  - id: code
    name: Code
    description: writes it
    type: persona-request
    persona: lead-engineer
    condition: inputs.place === 'a'
    timeout: "{{variables.limit}}"
    retry: { limit: 3, max: 1m, jitter: false, on: [transient, failed] }
    on_failure: continue
    on_error: { fallback: continue, steps: [{ id: rescue, type: persona-request, persona: qa-engineer }] }
    params: { deep: { list: ["{{task.title}}"] } }
    output_schema: { type: object, properties: { risk: { type: string } } }
    outputs: { risk: "{{steps.code.outputs.risk}}" }
    skills: [tdd]
    profile: strict
    message: "fix: {{task.title}}"
    expect: [changes, tests]
    verify: [[npm, test]]
    unjudged: [docs/**]
    advisory: true
    environment: staging
  - id: choose
    type: conditional
    dependencies: [code]
    on_skipped_dependency: run
    condition: steps.code.verdict === 'pass'
    then_steps: [{ id: "yes", type: git-operation, operation: push, timeout: 90 }]
    else_steps: [{ id: "no", type: github, action: comment, params: { body: hi } }]
  - id: both
    type: parallel
    wait_for: any
    steps: [{ id: one, type: persona-request, persona: qa-engineer, provider: claude, timeout: 1h30m }]
on_failure: [{ id: tell, type: github, action: label, params: { labels: [failed] } }]
finally: [{ id: clean, type: git-operation, operation: cleanup-branch }]
outputs: { risk: "{{steps.code.outputs.risk}}" }
`;
  const { hash, ...ir } = workflow(text);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.parse(JSON.stringify(ir))).toEqual(ir);
  const golden = readFileSync(new URL('./golden/everything.json', import.meta.url), 'utf8');
  expect(ir).toEqual(JSON.parse(golden));
});

test('durations become milliseconds, templates stay', () => {
  expect(step('timeout: 90').timeout).toBe(90_000);
  expect(step('timeout: "90"').timeout).toBe(90_000);
  expect(step('timeout: 1h30m').timeout).toBe(5_400_000);
  expect(step('timeout: "{{ 60 * 2 }}"').timeout).toBe('{{ 60 * 2 }}');
  expect(step('', 'defaults: { timeout: 5m }\n').timeout).toBe(300_000);
  expect(step('timeout: 1', 'defaults: { timeout: 5m }\n').timeout).toBe(1_000);
});

test('one retry policy out of everything a file can say', () => {
  expect(step('retries: 3').retry).toMatchObject({ limit: 3, transientLimit: 3 });
  expect(step('retries: 0').retry).toMatchObject({ limit: 0, transientLimit: 0 });
  expect(step('retry: { initial: 2s, factor: 3, max: 1m, jitter: false }').retry).toEqual({
    limit: 0,
    transientLimit: 2,
    initialMs: 2_000,
    factor: 3,
    maxMs: 60_000,
    jitter: false,
    on: ['transient', 'rate_limit', 'timeout', 'contract'],
  });
  expect(step('on_failure: retry').retry).toMatchObject({
    limit: 1,
    transientLimit: 2,
    on: ['transient', 'rate_limit', 'timeout', 'contract', 'failed'],
  });
  expect(step('on_failure: retry, retries: 4').retry).toMatchObject({ limit: 4, transientLimit: 4 });
  expect(step('on_failure: retry, retry: { on: [timeout] }').retry).toMatchObject({ limit: 1, on: ['timeout'] });
  const defaults = 'defaults: { retry: { limit: 5, initial: 9, on: [timeout] } }\n';
  expect(step('', defaults).retry).toMatchObject({ limit: 5, initialMs: 9_000, on: ['timeout'] });
  expect(step('retries: 1', defaults).retry).toMatchObject({ limit: 1, initialMs: 9_000 });
});

test('what a persona’s file says about trying again holds where the workflow says nothing', () => {
  const known: DefinitionContext = { personas: new Map([['qa-engineer', { edits: false, retries: 4 }]]) };
  const retry = (text: string): unknown => workflow(text, known).steps.map((one) => one.retry.limit);
  expect(retry(ask('a'))).toEqual([4]);
  expect(retry(ask('a', 'retries: 0'))).toEqual([0]);
  expect(retry(ask('a', 'retry: { limit: 1 }'))).toEqual([1]);
  expect(retry(`${ask('a')}defaults: { retry: { limit: 2 } }\n`)).toEqual([2]);
});

test('a workflow that can write begins with prepare and ends with settle', () => {
  const text = `steps:
  - { id: code, type: persona-request, persona: lead-engineer }
  - { id: qa, type: persona-request, persona: qa-engineer, dependencies: [code] }
  - { id: plan, type: persona-request, persona: qa-engineer }
finally:
  - { id: tell, type: github, action: comment, params: { body: done } }
`;
  const { branch, steps, finally: last } = workflow(text);
  expect(branch).toEqual({});
  expect(steps.map(({ id, type, dependencies, implicit }) => [id, type, dependencies, implicit])).toEqual([
    ['prepare', 'prepare', [], true],
    ['code', 'persona-request', ['prepare'], false],
    ['qa', 'persona-request', ['code'], false],
    ['plan', 'persona-request', ['prepare'], false],
  ]);
  expect(last.map(({ id, dependencies, onSkippedDependency }) => [id, dependencies, onSkippedDependency])).toEqual([
    ['tell', [], 'skip'],
    ['settle', ['tell'], 'run'],
  ]);
});

test('a workflow that writes nothing has no branch and no steps of ours', () => {
  for (const text of [
    ask('a'),
    ask('a', 'commit: none', 'lead-engineer'),
    `branch: false\n${ask('a')}`,
    'steps: [{ id: a, type: git-operation, operation: status }]\n',
  ])
    expect(workflow(text)).toMatchObject({ branch: false, steps: [{ id: 'a', dependencies: [] }], finally: [] });
});

test('a writer anywhere counts, and a persona that is not known may write', () => {
  const nested =
    'steps: [{ id: p, type: parallel, steps: [{ id: a, type: persona-request, persona: lead-engineer }] }]\n';
  expect(workflow(nested).steps.map(({ id }) => id)).toEqual(['prepare', 'p']);
  expect(workflow(ask('a'), {}).branch).toEqual({});
});

test('the hash is of what it does, not of how it is written', () => {
  const text = ask('a', 'timeout: 60');
  const { hash } = workflow(text);
  expect(workflow(`# a comment\n\n${text}`).hash).toBe(hash);
  expect(workflow(text.replace('60', '"1m"')).hash).toBe(hash);
  expect(workflow(text.replace('60', '61')).hash).not.toBe(hash);
});
