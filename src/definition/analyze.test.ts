import { expect, test } from 'vitest';
import { analyzeWorkflow } from './analyze.ts';
import type { WorkflowAnalysis } from './analyze.ts';
import { checkWorkflow } from './check/check-workflow.ts';

const personas = new Map([
  ['lead-engineer', { edits: true, expect: ['changes'] }],
  ['qa-engineer', { edits: false, expect: ['tests'], timeoutMs: 20 * 60_000 }],
  ['code-reviewer', { edits: false, expect: [], timeoutMs: 10 * 60_000 }],
]);

function analysis(text: string): WorkflowAnalysis {
  const checked = checkWorkflow({ id: 'fix', file: 'fix.yml', text }, { personas });
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings, null, 2));
  return analyzeWorkflow(checked.workflow, personas);
}

test('the longest chain goes by time, through branches and through what runs side by side', () => {
  const found = analysis(`budget: { cost_usd: 5 }
steps:
  - { id: code, type: persona-request, persona: lead-engineer, timeout: 30m, retries: 1 }
  - { id: note, type: persona-request, persona: code-reviewer }
  - id: looks
    type: parallel
    dependencies: [code]
    steps:
      - { id: look, type: persona-request, persona: code-reviewer }
      - { id: qa, type: persona-request, persona: qa-engineer }
  - id: either
    type: conditional
    dependencies: [looks]
    condition: "task.scope === 'large'"
    then_steps:
      - { id: pause, type: delay, duration: 15m }
    else_steps:
      - { id: second, type: persona-request, persona: code-reviewer, timeout: 5m }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [either] }
`);
  expect(found).toEqual({
    steps: 9,
    depth: 4,
    widest: 2,
    criticalPath: {
      steps: ['code', 'qa', 'pause', 'finish'],
      // two attempts of 30 m, a second between them; 20 m; 15 m
      atMostMs: 60 * 60_000 + 1_000 + 20 * 60_000 + 15 * 60_000,
    },
    risks: [],
  });
});

test('what may go wrong is named, with the step', () => {
  const { risks, criticalPath } = analysis(`steps:
  - { id: code, type: persona-request, persona: lead-engineer, retries: 6 }
  - { id: look, type: persona-request, persona: code-reviewer, dependencies: [code], on_failure: continue }
  - { id: gate, type: gate, require: [look], rework: code }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [gate] }
`);
  expect(risks.map(({ kind, step }) => [kind, step])).toEqual([
    ['no-budget', undefined],
    ['unproven', undefined],
    ['no-timeout', 'code'],
    ['many-attempts', 'code'],
    ['may-fail', 'look'],
    ['rework', 'gate'],
  ]);
  expect(risks.at(-1)?.message).toBe(
    '"Gate" looks up to 3 times, and each time may send `code` and what follows it back.',
  );
  expect(criticalPath.steps).toEqual(['code', 'look', 'gate', 'finish']);
});

test('a step that expects tests, or a persona that does, proves the work', () => {
  const work = (more: string): readonly string[] =>
    analysis(`steps:
  - { id: code, type: persona-request, persona: lead-engineer }
${more}  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [code] }
`).risks.map(({ kind }) => kind);
  expect(work('')).toContain('unproven');
  expect(work('  - { id: qa, type: persona-request, persona: qa-engineer }\n')).not.toContain('unproven');
  expect(work('  - { id: qa, type: persona-request, persona: code-reviewer, expect: [tests] }\n')).not.toContain(
    'unproven',
  );
});
