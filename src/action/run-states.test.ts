import { afterEach, beforeEach, expect, test } from 'vitest';
import { createImpatientClock } from '../../test/support/impatient-clock.ts';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { persona, spec, workflow } from '../../test/support/run-builder.ts';
import { foldRun } from '../engine/index.ts';
import type { NewEvent, RunEvent } from '../engine/index.ts';
import { createGitStore } from '../git/index.ts';
import type { GitRepository } from '../git/index.ts';
import { createRedactor, runIdOf, silentLogger, TroupeError } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import { createRunStates, readKept } from './run-states.ts';
import type { RunStates } from './run-states.ts';

const run = runIdOf('test');
const look = 'look' as StepPath; // the id of the step below
const job = { runId: 1, name: 'troupe', step: '__troupe', attempt: 1 };
const author = { name: 'troupe', email: 'troupe@example.test' };
const begun = journal(
  { type: 'run.created', data: { spec: { ...spec(workflow([persona('look')])), id: run } } },
  { type: 'run.started', data: {} },
  { type: 'step.started', step: look, attempt: 1, data: { input: {}, inputHash: '' } },
);
const ended = journal(
  ...begun,
  { type: 'step.succeeded', step: look, attempt: 1, data: { result: { outputs: {} } } },
  { type: 'run.finished', data: { status: 'succeeded', reason: '', outputs: {} } },
);

function journal(...events: readonly NewEvent[]): RunEvent[] {
  return events.map((event, index) => ({ ...event, run, seq: index + 1, at: index }));
}

let world: GitWorld;
beforeEach(() => {
  world = makeGitWorld();
});
afterEach(() => world.remove());

/** The states as one process keeps them. `fail` breaks pushes: before they reach the remote, or only their answer. */
async function process(name: string) {
  const store = createGitStore({ dir: `${world.dir}/${name}`, redactor: createRedactor() });
  const repository = await store.open({ key: '1', cloneUrl: world.remote });
  const fail: ('before' | 'after')[] = [];
  const lost: string[] = [];
  let events: readonly RunEvent[] = begun;
  const broken = async <Answer>(push: () => Promise<Answer>): Promise<Answer> => {
    const when = fail.shift();
    const answer = when === 'before' ? undefined : await push();
    if (answer === undefined || when === 'after')
      throw new TroupeError('git/network', 'Connection reset by peer', { class: 'transient' });
    return answer;
  };
  const flaky: GitRepository = {
    ...repository,
    pushStateRef: (request) => broken(() => repository.pushStateRef(request)),
    deleteStateRef: async (...given) =>
      void (await broken(async () => (await repository.deleteStateRef(...given), true))),
  };
  const states: RunStates = createRunStates({
    repository: () => Promise.resolve(flaky),
    store: { journal: { read: () => Promise.resolve([...events]) }, surfaces: { of: () => Promise.resolve([]) } },
    job,
    author,
    clock: createImpatientClock(),
    log: silentLogger,
    redactor: createRedactor(),
    onLost: (id) => lost.push(id),
  });
  return {
    states,
    fail,
    lost,
    /** The run goes on, and what happened is kept. */
    async goOn(to: readonly RunEvent[]) {
      const before = events.length;
      events = to;
      states.changed(foldRun(to), to.slice(before));
      await states.flush();
    },
    refs: () => repository.listStateRefs('refs/troupe/runs'),
  };
}

test('of two processes that take a run at once one wins, and what the other does later changes nothing', async () => {
  const [one, two] = [await process('one'), await process('two')];
  expect((await Promise.all([one.states.claim(run), two.states.claim(run)])).toSorted()).toEqual(['kept', 'lost']);
  expect(await one.refs()).toHaveLength(1);
});

test('whoever takes a run over stops the one before', async () => {
  const [one, two] = [await process('one'), await process('two')];
  await one.states.claim(run);
  expect(await two.states.all()).toMatchObject([{ run, driven: true, job }]);
  expect(await two.states.claim(run)).toBe('kept');
  await one.goOn(ended.slice(0, 4));
  expect([one.lost, two.lost]).toEqual([[run], []]);
});

test('a push that did not arrive is tried again; one whose answer was lost counts', async () => {
  const one = await process('one');
  one.fail.push('before', 'after');
  expect(await one.states.claim(run)).toBe('kept');
  expect(await one.states.all()).toMatchObject([{ run, driven: true }]);
  one.fail.push('after');
  await one.goOn(ended);
  expect([one.lost, await one.refs()]).toEqual([[], []]);
});

test('no job begins a run that it could not take', async () => {
  const one = await process('one');
  one.fail.push(...Array.from({ length: 10 }, () => 'before' as const));
  await expect(one.states.claim(run)).rejects.toMatchObject({ code: 'action/not-claimed' });
  expect(await one.refs()).toEqual([]);
});

function stateOf(events: readonly RunEvent[]): object {
  return { version: 1, run, savedAt: 1, job, by: 'x', events, surfaces: [] };
}

test('only a state that we wrote is read', () => {
  const kept = stateOf(begun);
  expect(readKept(JSON.stringify(kept))).toMatchObject({ run, job: { runId: 1 } });
  for (const wrong of [
    '',
    '[]',
    '{}',
    JSON.stringify({ ...kept, version: 2 }),
    JSON.stringify({ ...kept, run: runIdOf('another') }),
    JSON.stringify({ ...kept, events: [] }),
    JSON.stringify({ ...kept, events: 'x' }),
  ])
    expect(readKept(wrong)).toBeUndefined();
});
