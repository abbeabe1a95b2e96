import { expect, test } from 'vitest';
import { checkWorkflow } from './check-workflow.ts';

const personas = new Map([
  ['lead-engineer', { edits: true }],
  ['qa-engineer', { edits: false }],
]);

function told(text: string, strict = true): readonly string[] {
  const checked = checkWorkflow({ id: 'fix', file: 'fix.yml', text }, { personas, strict });
  expect(checked.ok).toBe(true);
  return checked.findings.map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`);
}

const sloppy = `variables: { used: 1, dead: 2, inner: 3, outer: "{{vars.inner}}" }
inputs:
  place: { type: string }
  idle: { type: string, description: nothing reads it }
steps:
  - { id: a-b, type: persona-request, persona: lead-engineer, params: { x: "{{variables.used}} \${vars.outer} {{inputs.place}}" },
      outputs: { risk: "{{steps.a_b.summary}}", lost: "{{steps.a_b.summary}}", kept: "{{steps.a_b.summary}}" } }
  - { id: c, type: persona-request, persona: qa-engineer, timeout: 5m, dependencies: [a-b], condition: "steps['a-b'].outputs.risk || context.state.get('kept')" }
  - { id: d, type: persona-request, persona: qa-engineer, timeout: 5m, condition: "true || task.number > 1" }
  - { id: e, type: persona-request, persona: qa-engineer, timeout: 5m, condition: "!always() && task.number > 1" }
  - id: f
    type: conditional
    condition: "false"
    then_steps: [{ id: g, type: persona-request, persona: qa-engineer, timeout: 5m }]
`;

test('the style of a file, and only when it is asked for', () => {
  expect(told(sloppy)).toEqual([
    'warning style/no-description : The workflow has no `description`',
    'warning style/unused-variable variables.dead: Nothing reads the variable `dead`',
    'warning style/no-description inputs.place: The input `place` has no `description`',
    'warning style/unused-input inputs.idle: Nothing reads the input `idle`',
    'warning style/no-timeout steps[0].id: `a-b` has no `timeout`',
    'warning style/unused-output steps[0].outputs.lost: Nothing reads the output `lost` of `a-b`',
    'warning style/dead-branch steps[2].condition: The condition is always true',
    'warning style/dead-branch steps[3].condition: `e` never runs: its condition is always false',
    'warning style/dead-branch steps[4].condition: `then_steps` never run',
  ]);
  expect(told(sloppy, false)).toEqual([]);
});

test('a file with everything in it has none', () => {
  const text = `description: fixes it
variables: { a: 1 }
inputs: { b: { type: string, description: why } }
defaults: { timeout: 10m }
steps:
  - { id: c, type: persona-request, persona: lead-engineer, params: { all: "{{toJSON(variables)}} {{toJSON(inputs)}}" }, outputs: { d: "{{steps.c.summary}}" } }
outputs: { d: "{{steps.c.outputs.d}}" }
`;
  expect(told(text)).toEqual([]);
});
