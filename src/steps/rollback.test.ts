// Stories of `rollback: true`: what is taken off the branch again, what is left, and what people hear of it. Real git, real processes.
import { afterEach, expect, test } from 'vitest';
import { errorOf, makePersonaWorld, resultOf } from '../../test/support/persona-world.ts';
import type { PersonaWorld, PersonaWorldOptions } from '../../test/support/persona-world.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { playOn, playRun, setUpRun } from '../../test/support/play-run.ts';
import { builtIn, foreach, parallel, persona } from '../../test/support/run-builder.ts';
import { ClaimLost } from '../engine/index.ts';
import type { RunState, StepExecutor } from '../engine/index.ts';
import type { SandboxRun } from '../personas/index.ts';
import { isObject } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import type { Step } from '../definition/index.ts';
import { createExecutor, createStepKinds } from './index.ts';
import { allowedMs } from '../../test/support/patience.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

async function make(options: PersonaWorldOptions): Promise<PersonaWorld> {
  world = await makePersonaWorld(options);
  return world;
}

const editing = (status: string): string => `code: { status: ${status}, summary: Sums, edits: { sum.txt: "2\\n" } }`;
const red = [['sh', '-c', 'test ! -e sum.txt']];

function headOf(state: RunState): string | undefined {
  return world.git.head(state.facts.branch ?? '');
}

test.each([
  ['a verdict of fail', 'fail', {}],
  ['a red verify', 'pass', { verify: red }],
  ['tests that nobody ran', 'pass', { expect: ['tests'] }],
  ['a word that says neither', 'perhaps', {}],
] as const)('%s: the commit is off the branch again, and the step says so', async (_what, status, more) => {
  await make({ answers: editing(status) });
  const state = await playRun(await world.specOf([persona('code', [], { rollback: true, ...more })]), world.executor);
  expect(state.status).toBe('failed');
  const result = resultOf(state, 'code');
  expect(result?.verdict).not.toBe('pass');
  expect(result).toMatchObject({
    filesChanged: [],
    undone: expect.stringMatching(/^Rolled back: `.*` is at [0-9a-f]{7} again/),
  });
  expect(world.file(state, 'sum.txt')).toBeUndefined();
  expect(state.facts.headSha).toBe(headOf(state));
  expect(state.facts.headTree).toBe(world.git.git('rev-parse', `${headOf(state)}^{tree}`));
});

test('a pass stays, and so does what a step pushed that asks for no rollback', async () => {
  await make({ answers: `${editing('pass')}\nno: { status: fail, summary: No, edits: { no.txt: "n\\n" } }` });
  const steps = [persona('code', [], { rollback: true }), persona('no', ['code'])];
  const state = await playRun(await world.specOf(steps), world.executor);
  expect([world.file(state, 'sum.txt'), world.file(state, 'no.txt')]).toEqual(['2', 'n']);
});

test('the next attempt starts on the branch as it was, and its work stays', async () => {
  await make({
    answers:
      'code:\n  - { status: fail, summary: Not yet, edits: { a.txt: "1\\n" } }\n  - { status: pass, summary: Now, edits: { b.txt: "2\\n" } }',
  });
  const retry = { ...persona('x').retry, limit: 1, initialMs: 1, maxMs: 1 };
  const step = persona('code', [], { rollback: true, onFailure: 'retry', retry });
  const state = await playRun(await world.specOf([step]), world.executor);
  expect(state.status).toBe('succeeded');
  expect([world.file(state, 'a.txt'), world.file(state, 'b.txt')]).toEqual([undefined, '2']);
});

test('the same answer after a rollback is pushed again', async () => {
  const same = '{ status: fail, summary: S, edits: { a.txt: "1\\n" } }';
  await make({ answers: `code:\n  - ${same}\n  - ${same.replace('fail', 'pass')}` });
  const retry = { ...persona('x').retry, limit: 1, initialMs: 1, maxMs: 1 };
  const step = persona('code', [], { rollback: true, onFailure: 'retry', retry });
  const state = await playRun(await world.specOf([step]), world.executor);
  expect(state.status).toBe('succeeded');
  expect(world.file(state, 'a.txt')).toBe('1');
  expect(headOf(state)).toBe(resultOf(state, 'code')?.sha);
});

test('a step beside it keeps its work', async () => {
  const late = allowedMs(1_000) / 1_000;
  await make({
    answers: `bad: { status: fail, summary: B, edits: { bad.txt: "b\\n" }, delay: ${late} }\ngood: { status: pass, summary: G, edits: { good.txt: "g\\n" }, delay: ${late} }`,
  });
  const steps = [parallel('both', [persona('bad', [], { rollback: true }), persona('good')])];
  const state = await playRun(await world.specOf(steps), world.executor);
  expect(resultOf(state, 'bad')?.undone).toMatch(/^Rolled back/);
  expect([world.file(state, 'bad.txt'), world.file(state, 'good.txt')]).toEqual([undefined, 'g']);
});

test('what somebody else pushed on top is left, with what it stands on, and that is said', async () => {
  await make({ answers: editing('pass') });
  const branch = 'troupe/7-fix-it';
  const executor = whileVerifying((run) => {
    world.git.commit(branch, { 'theirs.txt': 't\n' });
    return run;
  });
  const steps = [persona('code', [], { rollback: true, verify: red })];
  const state = await playRun(await world.specOf(steps), executor);
  expect(state.facts.branch).toBe(branch);
  expect(resultOf(state, 'code')).toMatchObject({
    verdict: 'fail',
    undone: `Not rolled back, \`${branch}\` is as the step left it: somebody else has pushed since.`,
  });
  expect([world.file(state, 'sum.txt'), world.file(state, 'theirs.txt')]).toEqual(['2', 't']);
});

test.each([
  ['of the main list', (step: Step) => step, 'code'],
  ['for an item', (step: Step) => foreach('each', [step], { items: [1], dependencies: ['first'] }), 'each.0.code'],
] as const)(
  'a step %s whose verify ran out of the step’s time: the end of the run takes its commit back',
  async (_where, stands, path) => {
    await make({ answers: `first: { status: pass, summary: F, edits: { first.txt: "f\\n" } }\n${editing('pass')}` });
    const hangs = persona('code', path === 'code' ? ['first'] : [], {
      rollback: true,
      verify: [['sleep', '60']],
      timeout: 50_000,
    });
    const spec = await world.specOf([persona('first'), stands(hangs)]);
    const settled = { ...spec, workflow: { ...spec.workflow, finally: [builtIn('settle')] } };
    const clock = createManualClock();
    const executor = whileVerifying((run) => {
      queueMicrotask(() => clock.advance(50_000));
      return run;
    });
    const state = await playOn(await setUpRun(settled, executor, { clock }));
    expect(state.steps.get(path as StepPath)?.status).toBe('timed_out');
    expect([world.file(state, 'first.txt'), world.file(state, 'sum.txt')]).toEqual(['f', undefined]);
    expect(state.facts.headSha).toBe(headOf(state));
    expect(resultOf(state, 'settle')?.summary).toContain('Rolled back');
  },
);

test('a step that failed says it in its error', async () => {
  await make({ answers: editing('pass') });
  const steps = [persona('code', [], { rollback: true, expect: ['outputs'] })];
  const state = await playRun(await world.specOf(steps), world.executor);
  expect(errorOf(state, 'code')).toMatchObject({
    code: 'step/no-outputs',
    message: expect.stringMatching(
      /handed over none\. Rolled back: `.*` is at [0-9a-f]{7} again, as before the step\.$/,
    ),
  });
});

test('killed before any write after the answer, the branch ends as it was and nobody is asked twice', async () => {
  await make({ answers: editing('pass') });
  const steps = [persona('code', [], { rollback: true, verify: red })];
  const calm = await setUpRun(await world.specOf(steps), world.executor);
  await playOn(calm);
  const events = await calm.journal.read(calm.spec.id);
  const answered = events.findLastIndex(({ type }) => type === 'step.checkpoint');
  const crash = async (crashAt: number): Promise<void> => {
    let dead = false;
    const spec = await world.specOf(steps, { task: { ...calm.spec.task, slug: `crash-${crashAt}` } });
    const play = await setUpRun(spec, world.executor, {
      beforeWrite(n) {
        dead ||= n === crashAt;
        if (dead) throw new ClaimLost(play.spec.id);
      },
    });
    await playOn(play).catch(() => undefined);
    dead = false;
    const state = await playOn(play);
    expect(`${crashAt} ${state.status} ${resultOf(state, 'code')?.verdict}`).toBe(`${crashAt} failed fail`);
    expect(`${crashAt} ${resultOf(state, 'code')?.undone}`).toMatch(/^\d+ Rolled back/);
    expect(world.file(state, 'sum.txt')).toBeUndefined();
    expect(state.facts.headSha).toBe(headOf(state));
  };
  for (let crashAt = answered; crashAt < events.length; crashAt += 1) await crash(crashAt);
});

test('a verify that was red, and is green after a crash: a pass has its commit on the branch', async () => {
  await make({ answers: editing('pass') });
  const steps = [persona('code', [], { rollback: true, verify: red })];
  const calm = await setUpRun(await world.specOf(steps), world.executor);
  await playOn(calm);
  const events = await calm.journal.read(calm.spec.id);
  const planned = events.findIndex(
    ({ type, data }) => type === 'effect.planned' && keyOf(data).startsWith('rollback:'),
  );
  expect(planned).toBeGreaterThan(0);
  for (const crashAt of [planned, planned + 1, planned + 2, planned + 3]) {
    let dead = false;
    const spec = await world.specOf(steps, { task: { ...calm.spec.task, slug: `flaky-${crashAt}` } });
    const play = await setUpRun(spec, world.executor, {
      beforeWrite(n) {
        dead ||= n === crashAt;
        if (dead) throw new ClaimLost(play.spec.id);
      },
    });
    await playOn(play).catch(() => undefined);
    dead = false;
    const executor = whileVerifying((run) => ({ ...run, command: ['true'] }));
    const state = await playOn({ ...play, deps: { ...play.deps, executor } });
    const { verdict } = resultOf(state, 'code') ?? {};
    expect(`${crashAt} ${verdict} ${world.file(state, 'sum.txt')}`).toBe(
      `${crashAt} ${verdict === 'pass' ? 'pass 2' : 'fail undefined'}`,
    );
  }
});

/** The executor, with something that happens at the moment a command is verified. */
function whileVerifying(change: (run: SandboxRun) => SandboxRun): StepExecutor {
  return createExecutor(createStepKinds(), {
    ...world.services,
    sandbox: (wanted) => {
      const real = world.services.sandbox(wanted);
      return { ...real, run: (run) => real.run(change(run)) };
    },
  });
}

function keyOf(data: unknown): string {
  return isObject(data) ? String(data['key']) : '';
}
