import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createImpatientClock } from '../../test/support/impatient-clock.ts';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { eventually } from '../../test/support/patience.ts';
import { persona, spec, workflow } from '../../test/support/run-builder.ts';
import { foldRun } from '../engine/index.ts';
import type { NewEvent, RunEvent } from '../engine/index.ts';
import { createGitStore } from '../git/index.ts';
import type { GitRepository } from '../git/index.ts';
import { createRedactor, runIdOf, silentLogger, TroupeError } from '../support/index.ts';
import type { Clock, StepPath } from '../support/index.ts';
import { isHeld, isLeft, readKept } from './kept-run.ts';
import { createRunStates } from './run-states.ts';
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

/** A clock whose short waits end at once; what is longer is for the test to call. */
function calledClock() {
  const short = createImpatientClock();
  let later: (() => void) | undefined;
  const clock: Clock = {
    now: () => short.now(),
    after(ms, callback) {
      if (ms < 60_000) return short.after(ms, callback);
      later = callback;
      return () => (later = undefined);
    },
  };
  return { clock, advance: short.advance, minutePasses: () => later?.() };
}

/** The states as one process keeps them. `fail` breaks pushes: before they reach the remote, or only their answer. */
async function process(name: string) {
  const store = createGitStore({ dir: `${world.dir}/${name}`, redactor: createRedactor() });
  const repository = await store.open({ key: '1', cloneUrl: world.remote });
  const fail: ('before' | 'after')[] = [];
  const lost: string[] = [];
  let events: readonly RunEvent[] = begun;
  const { clock, advance, minutePasses } = calledClock();
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
  };
  const states: RunStates = createRunStates({
    repository: () => Promise.resolve(flaky),
    store: { journal: { read: () => Promise.resolve([...events]) }, surfaces: { of: () => Promise.resolve([]) } },
    job,
    holder: name,
    leaseMs: 150_000,
    author,
    clock,
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
    /** A minute passes in which nothing happens to the run. */
    async minute() {
      advance(60_000);
      minutePasses();
      await states.flush();
    },
    advance,
    now: () => clock.now(),
    readFile: repository.readFile.bind(repository),
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
  expect(one.lost).toEqual([]);
  expect(await one.refs()).toHaveLength(1);
});

test('while nothing happens the lease is renewed each minute, and nothing else is sent again', async () => {
  const [one, two] = [await process('one'), await process('two')];
  await one.states.claim(run);
  const [state] = await one.refs();
  const claimed = one.now();
  for (let minutes = 0; minutes < 5; minutes += 1) await one.minute();
  const [kept] = await two.states.all();
  expect(kept).toMatchObject({ run, driven: true, since: claimed, renewedAt: one.now(), events: begun });
  expect(kept !== undefined && isHeld(kept, one.now() + 149_000)).toBe(true);
  expect(kept !== undefined && isLeft(kept, one.now() + 151_000)).toBe(true);
  // a clock that was far ahead holds nobody off
  expect(kept !== undefined && isLeft(kept, one.now() - 3_600_000)).toBe(true);
  const [lease] = await one.refs();
  expect(lease?.sha).not.toBe(state?.sha);
  expect(execFileSync('git', ['--git-dir', world.remote, 'rev-list', '--count', lease?.sha ?? '']).toString()).toBe(
    '2\n',
  );
  expect(one.lost).toEqual([]);
});

test('a renewal that GitHub does not take stops nothing; the next one holds again', async () => {
  const [one, two] = [await process('one'), await process('two')];
  await one.states.claim(run);
  one.fail.push('before', 'after', 'before');
  for (let minutes = 0; minutes < 4; minutes += 1) await one.minute();
  expect([one.lost, one.fail]).toEqual([[], []]);
  expect(await two.states.all()).toMatchObject([{ run, driven: true, renewedAt: one.now() }]);
});

test('whose run was taken over while GitHub did not answer stops at its next word', async () => {
  const [one, two] = [await process('one'), await process('two')];
  await one.states.claim(run);
  one.fail.push('before');
  await one.minute();
  await two.states.all();
  expect(await two.states.claim(run)).toBe('kept');
  await one.minute();
  expect([one.lost, two.lost]).toEqual([[run], []]);
  const refs = await two.refs();
  // nothing of the first arrives any more
  await one.goOn(ended);
  await one.minute();
  expect(await two.refs()).toEqual(refs);
});

test('who waits or has ended renews nothing', async () => {
  const one = await process('one');
  await one.states.claim(run);
  await one.goOn(journal(...begun, { type: 'run.parked', data: { until: null } }));
  const refs = await one.refs();
  await one.minute();
  expect(await one.refs()).toEqual(refs);
});

test('a state is read for thirty days after the end, and then a later job removes it', async () => {
  const [one, two, three] = [await process('one'), await process('two'), await process('three')];
  await one.states.claim(run);
  await one.goOn(ended);
  const day = 24 * 60 * 60_000;
  // the run ended when time began
  two.advance(29 * day - two.now());
  expect(await two.states.all()).toMatchObject([{ run, state: { status: 'succeeded' } }]);
  three.advance(31 * day - three.now());
  expect((await three.states.all()).map((kept) => kept.run)).not.toContain(run);
  await three.states.claim(runIdOf('a third'));
  const left = async (): Promise<string[]> => (await three.refs()).map(({ ref }) => ref);
  await eventually(async () => expect(await left()).toEqual([`refs/troupe/runs/${runIdOf('a third')}`]));
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
