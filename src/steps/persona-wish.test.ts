// Stories of personas that would end a run, in places where that must not work, and one where it does. Real git, real engine.
import { afterEach, expect, test } from 'vitest';
import { makePersonaWorld, resultOf } from '../../test/support/persona-world.ts';
import type { PersonaWorld } from '../../test/support/persona-world.ts';
import { playRun } from '../../test/support/play-run.ts';
import { parallel, persona } from '../../test/support/run-builder.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

const stops = (status = 'pass', edits = ''): string =>
  `{ status: ${status}, summary: S, outputs: { risk: low }, next: { action: stop, reason: Done before }${edits} }`;
const reviewer = { persona: 'code-reviewer' };
const goesOn = expect.stringMatching(/would end the run here \(Done before\), but it goes on: /);

test('first of all, and nothing was changed: the run ends there with success', async () => {
  world = await makePersonaWorld({ answers: `look: ${stops()}\n"*": { status: pass, summary: Done }` });
  const steps = [persona('look', [], reviewer), persona('next', ['look'])];
  const state = await playRun(await world.specOf(steps), world.executor);
  expect(state).toMatchObject({ status: 'succeeded', reason: 'Done before' });
  expect(resultOf(state, 'look')).toMatchObject({ stop: 'Done before', noop: 'Done before', verdict: 'pass' });
  expect(state.steps.get('next' as never)?.status).toBe('skipped');
});

test('beside another step, after a change, with a verdict that is no pass: the run goes on', async () => {
  world = await makePersonaWorld({
    answers: `a: ${stops()}\nb: { status: pass, summary: B, outputs: { risk: low } }\ncode: { status: pass, summary: C, edits: { c.txt: c } }\nafter: ${stops()}\nno: ${stops('fail')}`,
  });
  const steps = [
    parallel('both', [persona('a', [], reviewer), persona('b', [], reviewer)]),
    persona('code', ['both']),
    persona('after', ['code'], reviewer),
    persona('no', ['after'], reviewer),
  ];
  const state = await playRun(await world.specOf(steps), world.executor);
  for (const path of ['a', 'after', 'no']) {
    expect(resultOf(state, path)?.stop).toBeUndefined();
    expect(resultOf(state, path)?.warnings).toEqual([goesOn]);
  }
  expect(resultOf(state, 'code')?.filesChanged).toEqual(['c.txt']);
  expect(state.status).toBe('failed');
});

test('at the end of the run: how it ended stays', async () => {
  world = await makePersonaWorld({
    answers: `look: { status: pass, summary: L, outputs: { risk: low } }\nlast: ${stops()}`,
  });
  const spec = await world.specOf([persona('look', [], reviewer)]);
  const workflow = { ...spec.workflow, finally: [persona('last', [], reviewer)] };
  const state = await playRun({ ...spec, workflow }, world.executor);
  expect(resultOf(state, 'last')).toMatchObject({ warnings: [goesOn] });
  expect(state).toMatchObject({ status: 'succeeded', reason: 'All steps are done' });
});
