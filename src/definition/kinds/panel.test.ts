// A persona step with `providers`: what a file may write, and the steps that it becomes.
import { describe, expect, test } from 'vitest';
import { ask, check, context, file, lines } from '../check/testing.ts';
import { checkWorkflow } from '../check/check-workflow.ts';
import { describeWorkflow } from '../describe.ts';
import { workflowGraph } from '../graph.ts';
import { allSteps } from '../model/walk-steps.ts';

function workflowOf(more: string) {
  const checked = checkWorkflow({ id: 'w', file: 'w.yml', text: file(ask('fix', more, 'lead-engineer')) }, context);
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  return checked.workflow;
}

describe('in the file', () => {
  test.each([
    ['providers: [claude-code, codex]'],
    ['providers: [claude-code, codex], wait_for: all'],
    ['providers: [claude-code, codex], wait_for: any, approval: required, retries: 2'],
    ['providers: [claude-code, codex], wait_for: majority, condition: "task.number > 1"'],
  ])('%s is right', (more) => {
    expect(check(file(ask('fix', more, 'lead-engineer')))).toEqual([]);
  });

  test('mistakes are told with their places', () => {
    const text = file(
      ask('a', 'providers: [claude-code]', 'lead-engineer'),
      ask('b', 'wait_for: any', 'lead-engineer'),
      ask('c', 'provider: codex, providers: [claude-code, codex]', 'lead-engineer'),
      ask('d', 'providers: [claude-code, codexx]', 'lead-engineer'),
      ask('e', 'providers: [codex, codex]', 'lead-engineer'),
      ask('f', 'providers: [codex, claude-code], wait_for: most', 'lead-engineer'),
    );
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "2:72 «[claude-code» structure/one-of-several: \`providers\` names one only → Name a second one, or write \`provider: claude-code\`.",
        "3:61 «wait_for: an» schema/no-effect: \`wait_for\` has no effect without \`providers\` → Name several providers that do the step: \`providers: [claude-code, codex]\`.",
        "4:61 «provider: co» structure/provider-and-providers: \`provider\` and \`providers\` are both there → \`provider\` names who is asked, and who instead; \`providers\` names several that do it at the same time. Keep one of the two.",
        "5:86 «codexx] }» references/unknown-provider: There is no provider \`codexx\` → Did you mean \`codex\`? Providers are the operator's, in the server file.",
        "6:80 «codex] }» structure/one-of-several: \`codex\` stands in \`providers\` twice → Each does the step once. A second entry of the server file with another name is a second provider.",
        "7:104 «most }» schema/unknown-value: \`wait_for\` cannot be "most" → It is one of all, any, majority.",
      ]
    `);
  });
});

test('it is a panel: one step for each provider, and one that keeps the work', () => {
  const workflow = workflowOf(
    'providers: [claude-code, codex], wait_for: any, timeout: 60, retries: 2, rollback: true',
  );
  const steps = allSteps(workflow).filter(({ step }) => step.id.startsWith('fix'));
  expect(
    steps.map(({ step, parent }) => [step.id, step.type, step.name, parent?.id, step.retry.limit, step.timeout]),
  ).toEqual([
    ['fix', 'panel', 'Fix', undefined, 0, undefined],
    ['fix~claude-code', 'persona-request', 'Fix (claude-code)', 'fix', 2, 60_000],
    ['fix~codex', 'persona-request', 'Fix (codex)', 'fix', 2, 60_000],
    ['fix~~keep', 'keep', 'Fix: keep the work', 'fix', 0, undefined],
  ]);
  expect(steps.map(({ step }) => step.rollback)).toEqual([false, false, false, false]);
});

test('people read who is asked and what counts', () => {
  const workflow = workflowOf('providers: [claude-code, codex], wait_for: majority');
  expect(describeWorkflow(workflow)).toContain(
    'asks lead-engineer of claude-code, codex: more than half of them have to pass',
  );
  expect(workflowGraph(workflow)).toContain('Fix (majority)');
});
