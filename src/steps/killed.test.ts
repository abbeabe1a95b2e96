// Stories of commands that a signal ends, or a limit of the operator: told by its name, and nobody's verdict. Real processes.
import { afterEach, expect, test } from 'vitest';
import { errorOf, makePersonaWorld, resultOf, withSettings } from '../../test/support/persona-world.ts';
import type { PersonaWorld, PersonaWorldOptions } from '../../test/support/persona-world.ts';
import { playRun } from '../../test/support/play-run.ts';
import { limitsMemory } from '../../test/support/requirements.ts';
import { persona } from '../../test/support/run-builder.ts';
import { createExecutor, createStepKinds } from './index.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

async function make(options: PersonaWorldOptions = {}): Promise<PersonaWorld> {
  world = await makePersonaWorld({
    answers: 'code: { status: pass, summary: Done, edits: { a.txt: "a\\n" } }',
    ...options,
  });
  return world;
}

const trusted = { trusted: true };

test('verify ended by a signal: no verdict, the signal by its name, and two more tries', async () => {
  await make();
  const verify = [['sh', '-c', 'echo "# tests 3"; echo "# pass 3"; kill -KILL $$']];
  const spec = withSettings(world.specOf([persona('code', [], { verify })]), trusted);
  const state = await playRun(await spec, world.executor);
  expect(resultOf(state, 'code')).toBeUndefined();
  expect(errorOf(state, 'code')).toMatchObject({
    class: 'transient',
    code: 'verify/killed',
    message: expect.stringMatching(
      /^Could not verify: .* was ended by SIGKILL.*: most often the machine ran out of memory/,
    ),
  });
  expect([state.usage.personaRuns, state.steps.get('code' as never)?.attempts]).toEqual([1, 3]);
});

test('verify that does not end in its time is out of time, not red', async () => {
  await make();
  const executor = createExecutor(createStepKinds(), {
    ...world.services,
    sandbox: (wanted) => {
      const real = world.services.sandbox(wanted);
      return { ...real, run: (run) => real.run({ ...run, timeoutMs: 50 }) };
    },
  });
  const spec = withSettings(world.specOf([persona('code', [], { verify: [['sleep', '60']] })]), trusted);
  const state = await playRun(await spec, executor);
  expect(state.status).toBe('timed_out');
  expect(errorOf(state, 'code')?.message).toMatch(/^Could not verify: `sleep 60` did not finish within/);
});

test('verify ended once, and green the next time: a pass, and the persona was asked once', async () => {
  await make();
  const verify = [['sh', '-c', 'exit 0']];
  let times = 0;
  const executor = createExecutor(createStepKinds(), {
    ...world.services,
    sandbox: (wanted) => {
      const real = world.services.sandbox(wanted);
      const isFirst = (): boolean => (times += 1) === 1;
      return {
        ...real,
        run: (run) => real.run(isFirst() ? { ...run, command: ['sh', '-c', 'kill -KILL $$'] } : run),
      };
    },
  });
  const spec = await withSettings(world.specOf([persona('code', [], { verify })]), trusted);
  const state = await playRun(spec, executor);
  expect(resultOf(state, 'code')).toMatchObject({ verdict: 'pass', filesChanged: ['a.txt'] });
  expect([state.usage.personaRuns, state.steps.get('code' as never)?.attempts]).toEqual([1, 2]);
});

test('setup ended by a signal is tried again, and says which', async () => {
  await make();
  const setup = { run: [['sh', '-c', 'echo fetching; kill -KILL $$']], timeoutMs: 20_000, cache: [], key: [] };
  const spec = withSettings(world.specOf([persona('code')]), { ...trusted, setup });
  const state = await playRun(await spec, world.executor);
  expect(errorOf(state, 'code')).toMatchObject({
    class: 'transient',
    code: 'setup/killed',
    message: expect.stringMatching(
      /was ended by SIGKILL.*: most often the machine ran out of memory\. It said: fetching/,
    ),
  });
  expect(state.steps.get('code' as never)?.attempts).toBe(3);
});

test('a shell persona ended by a signal has judged nothing, whatever it had written', async () => {
  const script = `echo '{"status":"pass","summary":"Done"}' > $TROUPE_RESULT_FILE; sh -c 'kill -SEGV $$'; exit $?`;
  await make({ script });
  const state = await playRun(await world.specOf([persona('code', [], { persona: 'code-reviewer' })]), world.executor);
  expect(resultOf(state, 'code')).toBeUndefined();
  expect(errorOf(state, 'code')).toMatchObject({
    class: 'transient',
    message: expect.stringContaining('Persona "code-reviewer": "sh" was ended by SIGSEGV: the program broke down'),
  });
});

test('a persona whose exit code is its answer: a signal is no fail', async () => {
  await make({ script: 'kill -KILL $$', result: 'exit-code' });
  const state = await playRun(await world.specOf([persona('code', [], { persona: 'code-reviewer' })]), world.executor);
  expect(errorOf(state, 'code')).toMatchObject({ class: 'transient', code: 'persona/transient' });
});

/** Takes more processes than it may, and would go on for long. */
const many = 'echo counting; i=0; while [ $i -lt 90 ]; do sleep 300 & i=$((i+1)); done; wait';
const raise = '`limits.command.processes` of the server file raises it, if the command needs so much';
const few = { processes: 48 };

test.runIf(limitsMemory)(
  'setup, verify and a persona that take more than they may: the limit by its name, a code of its own',
  async () => {
    await make({ limits: few });
    const setup = { run: [['sh', '-c', many]], timeoutMs: 60_000, cache: [], key: [] };
    const settingUp = await withSettings(world.specOf([persona('code')]), { ...trusted, setup });
    expect(errorOf(await playRun(settingUp, world.executor), 'code')).toMatchObject({
      class: 'failed',
      code: 'setup/limit',
      hint: raise,
      message: expect.stringMatching(/^Setup failed: `.*` took more than 48 processes and threads\. It said: counting/),
    });
    const verifying = await withSettings(
      world.specOf([persona('code', [], { verify: [['sh', '-c', many]] })]),
      trusted,
    );
    const state = await playRun(verifying, world.executor);
    expect(resultOf(state, 'code')).toBeUndefined();
    expect(errorOf(state, 'code')).toMatchObject({
      class: 'failed',
      code: 'verify/limit',
      hint: raise,
      message: expect.stringMatching(/^Could not verify: `.*` took more than 48 processes and threads/),
    });
    world.remove();
    await make({ script: `echo '{"status":"pass","summary":"Done"}' > $TROUPE_RESULT_FILE; ${many}`, limits: few });
    const asking = await world.specOf([persona('code', [], { persona: 'code-reviewer' })]);
    expect(errorOf(await playRun(asking, world.executor), 'code')).toMatchObject({
      class: 'failed',
      code: 'persona/limit',
      hint: raise,
      // a shell that is refused a process says so; one that is ended has no time to
      message: expect.stringMatching(/^Persona "code-reviewer": "sh" took more than 48 processes and threads/),
    });
  },
);
