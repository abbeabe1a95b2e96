// Stories of `run` steps: real commands, real git, and what they leave behind.
import { afterEach, expect, test } from 'vitest';
import { checkWorkflow, stepKinds } from '../definition/index.ts';
import type { Step } from '../definition/index.ts';
import { errorOf, makePersonaWorld, resultOf, withSettings } from '../../test/support/persona-world.ts';
import type { PersonaWorld } from '../../test/support/persona-world.ts';
import { playRun } from '../../test/support/play-run.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

const trusted = { trusted: true };

/** The steps of a file, as a run has them. */
function stepsOf(...lines: readonly string[]): readonly Step[] {
  const text = ['branch: false', 'steps:', ...lines.map((line) => `  - ${line}`), ''].join('\n');
  const checked = checkWorkflow({ id: 'fix', file: 'fix.yml', text }, { kinds: stepKinds });
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings, null, 2));
  return checked.workflow.steps;
}

async function make(): Promise<PersonaWorld> {
  world = await makePersonaWorld({ answers: 'code: { status: pass, summary: Done }' });
  return world;
}

test('commands run one after the other, and later steps read what came of them', async () => {
  await make();
  const steps = stepsOf(
    '{ id: checks, type: run, commands: [[sh, -c, "echo made > made.txt"], [sh, -c, "cat made.txt; echo \\"# tests 2\\"; echo \\"# pass 2\\"; echo \\"# fail 0\\""]] }',
    '{ id: next, type: run, dependencies: [checks], commands: [[sh, -c, "echo got $CODE; ls"]], env: { CODE: "{{steps.checks.outputs.exitCode}}" } }',
  );
  const state = await playRun(await withSettings(world.specOf(steps), trusted), world.executor);
  expect(state.status).toBe('succeeded');
  expect(resultOf(state, 'checks')).toMatchObject({
    outputs: { exitCode: 0, output: expect.stringContaining('made\n') },
    evidence: [
      { by: 'troupe', exitCode: 0 },
      { by: 'troupe', exitCode: 0, tests: { passed: 2, failed: 0 } },
    ],
  });
  const next = resultOf(state, 'next')?.outputs['output'];
  expect(next).toMatch(/^got 0\n/);
  // what a command made is not kept
  expect(next).not.toContain('made.txt');
  expect(world.artifacts.get('checks.1.run.txt')).toContain('$ sh -c');
});

test('a code other than 0 fails the step, the rest is not run, and a step that asks for failures is', async () => {
  await make();
  const steps = stepsOf(
    '{ id: checks, type: run, commands: [[sh, -c, "echo two are red; exit 3"], [sh, -c, "echo never"]] }',
    '{ id: tell, type: run, dependencies: [checks], condition: failure(), commands: [[echo, told]] }',
  );
  const state = await playRun(await withSettings(world.specOf(steps), trusted), world.executor);
  expect(state.status).toBe('failed');
  expect(errorOf(state, 'checks')).toMatchObject({
    code: 'run/failed',
    message: '`sh -c echo two are red; exit 3` exited with 3. It said: two are red',
  });
  expect(world.artifacts.get('checks.1.run.txt')).not.toContain('never');
  expect(resultOf(state, 'tell')?.outputs['output']).toBe('told');
});

test("people's words reach a command as a variable, and no shell reads them", async () => {
  await make();
  const steps = stepsOf(
    '{ id: say, type: run, commands: [[sh, -c, "printf %s \\"$TITLE\\""]], env: { TITLE: "{{task.title}}" } }',
  );
  const spec = await withSettings(world.specOf(steps), trusted);
  const title = '$(touch /tmp/pwned) `id`; "quoted" ${HOME}';
  const state = await playRun({ ...spec, task: { ...spec.task, title } }, world.executor);
  expect(resultOf(state, 'say')?.outputs['output']).toBe(title);
});

test('for who may not push nothing runs without walls, whoever trusts the repository', async () => {
  await make();
  const spec = await withSettings(world.specOf(stepsOf('{ id: say, type: run, commands: [[echo, hi]] }')), trusted);
  const state = await playRun({ ...spec, requester: { login: 'eve', outsider: true } }, world.executor);
  const isBoundary = world.services.sandbox(undefined).isBoundary;
  expect(errorOf(state, 'say')?.code).toBe(isBoundary ? undefined : 'run/untrusted');
});

test('a template in a command, or in what says which program runs, is an error that says where it belongs', async () => {
  await make();
  const text = [
    'steps:',
    '  - { id: a, type: run, commands: [[echo, "{{task.title}}"]] }',
    '  - { id: b, type: run, commands: [[echo]], env: { NODE_OPTIONS: "{{task.body}}", NAME: "{{task.body}}" } }',
    '  - { id: c, run: npm test }',
    '',
  ].join('\n');
  const { findings } = checkWorkflow({ id: 'fix', file: 'fix.yml', text }, { kinds: stepKinds });
  expect(findings.map(({ code, path, hint }) => `${path} ${code}: ${hint}`)).toMatchInlineSnapshot(`
    [
      "steps[0].commands[0][1] security/template-in-a-command: Give it as a variable, \`env: { TITLE: "{{task.title}}" }\`, and let the program read that.",
      "steps[1].env.NODE_OPTIONS security/template-in-a-command: Give it a name of your own.",
      "steps[2] schema/missing-key: Say what the step is: persona-request, git-operation, conditional, foreach, parallel, github, approval, question, delay, run, gate.",
      "steps[2].run schema/foreign-word: Write \`type: run\` and \`commands: [[npm, test]]\`.",
    ]
  `);
});
