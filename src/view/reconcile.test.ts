import { afterAll, beforeAll, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { startViewGitHub } from '../../test/support/view-github.ts';
import type { Fail, ViewGitHub } from '../../test/support/view-github.ts';
import type { RunState } from '../engine/index.ts';
import { silentLogger, TroupeError } from '../support/index.ts';
import { createReconciler } from './reconcile.ts';
import { renderView } from './render-view.ts';
import { showRun } from './shown/shown-run.ts';
import { headA, headB, headC, memorySurfaces, ran, runId, runOf, runs, startedAt } from './testing.ts';
import type { Sha } from '../support/index.ts';

let server: ViewGitHub;
beforeAll(async () => void (server = await startViewGitHub()));
afterAll(() => server.close());

async function world(fail?: Fail) {
  const github = await server.repository([headA, headB, headC], fail);
  const clock = createManualClock(startedAt);
  const surfaces = memorySurfaces();
  const reconciler = createReconciler({ surfaces, api: github.api, clock, log: silentLogger });
  async function show(state: RunState) {
    const shown = await surfaces.of(runId);
    return reconciler.reconcile(renderView({ run: showRun({ state }), shown, now: clock.now() }));
  }
  return { ...github, clock, surfaces, show };
}

const facts = (headSha: Sha) => ({ ...runOf('running', {}).facts, headSha });

test('a first pass creates the roll-up, the running step and the comment; a second one asks for nothing', async () => {
  const { show, calls } = await world();
  const state = runOf('running', { prepare: ran(0, 1), plan: runs(1) });
  expect(await show(state)).toMatchObject({ settled: true });
  expect(calls).toEqual(['create troupe / project-loop', 'create troupe / project-loop / Plan', 'createComment']);
  await show(state);
  expect(calls).toHaveLength(3);
});

test.each(['before', 'after'] as const)(
  'an answer that is lost %s the write was applied never doubles anything',
  async (when) => {
    let lost = 3;
    const { show, calls, checks, comments, clock } = await world((call) => {
      if (!call.startsWith('create') || lost === 0) return undefined;
      lost -= 1;
      return when;
    });
    const state = runOf('running', { prepare: ran(0, 1), plan: runs(1) });
    const first = await show(state);
    expect(first).toEqual({ settled: false, nextAt: clock.now() + 5_000 });
    clock.advance(5_000);
    expect(await show(state)).toMatchObject({ settled: true });
    expect(checks().map(({ name }) => name)).toEqual(['troupe / project-loop', 'troupe / project-loop / Plan']);
    expect(comments().length).toBe(1);
    expect(calls.filter((call) => call.startsWith('find'))).toEqual(['findCheckRuns', 'findComment']);
  },
);

test('a process that died between the create and its record finds what it made', async () => {
  const { show, surfaces, checks, comments } = await world();
  const state = runOf('running', { prepare: ran(0, 1), plan: runs(1) });
  await show(state);
  for (const [key, row] of surfaces.rows) surfaces.rows.set(key, { ...row, githubId: null, seenHash: '' });
  await show(state);
  expect(checks().length).toBe(2);
  expect(comments().length).toBe(1);
});

test.each([
  ['is wanted still', headA],
  ['is of a head that the branch has left', headB],
] as const)('what a process that died had on its way is waited for, when it %s', async (_what, head) => {
  let isOnItsWay = true;
  const { api, show, checks, comments, clock } = await world((call) =>
    isOnItsWay && call.startsWith('create') ? 'before' : undefined,
  );
  const steps = { prepare: ran(0, 1), plan: runs(1) };
  await show(runOf('running', steps));
  isOnItsWay = false;
  const now = runOf('running', steps, { facts: facts(head) });
  clock.advance(1_000);
  expect(await show(now)).toMatchObject({ settled: false, nextAt: clock.now() + 4_000 });
  const late = { headSha: headA, status: 'in_progress', title: '', summary: '' } as const;
  await api.createCheckRun({ ...late, name: 'troupe / project-loop', externalId: `${runId}:run:1` });
  await api.createCheckRun({ ...late, name: 'troupe / project-loop / Plan', externalId: `${runId}:plan:1` });
  clock.advance(4_000);
  expect(await show(now)).toMatchObject({ settled: true });
  const open = checks().filter(({ status }) => status !== 'completed');
  expect(open.map(({ name, headSha }) => [name, headSha])).toEqual([
    ['troupe / project-loop', head],
    ['troupe / project-loop / Plan', head],
  ]);
  expect(checks().length).toBe(head === headA ? 2 : 4);
  expect(comments().length).toBe(1);
});

test('what asks people comes after the comment of the run, also when a process died over that', async () => {
  const { show, comments, surfaces, clock } = await world();
  const approval = {
    message: 'Ship it?',
    inputHash: '0',
    by: ['ada'],
    expires: null,
    asked: 1,
    askedAt: startedAt,
    isOpen: true,
  };
  const waitingFor = { for: 'approval', until: null, message: approval.message } as const;
  const state = runOf('waiting', { prepare: ran(0, 1), finish: { status: 'waiting', waitingFor, approval } });
  const planned = { run: runId, key: 'comment', headSha: '', githubId: null, wantedHash: '', seenHash: '' };
  await surfaces.put({ ...planned, annotationsSent: 0, closed: false, updatedAt: clock.now() });
  expect(await show(state)).toEqual({ settled: false, nextAt: clock.now() + 5_000 });
  expect(comments()).toEqual([]);
  clock.advance(5_000);
  expect((await show(state)).settled).toBe(true);
  expect(comments().map(({ body }) => body.split('\n')[0])).toEqual([
    `<!-- troupe:run=${runId} -->`,
    `<!-- troupe:run=${runId} notice:gate:finish -->`,
  ]);
});

test('a comment that somebody deleted is written once more', async () => {
  const { show, comments, deleteComments, clock } = await world();
  await show(runOf('running', { prepare: ran(0, 1), plan: runs(1) }));
  await deleteComments();
  clock.advance(60_000);
  await show(runOf('running', { prepare: ran(0, 1), plan: ran(1, 60), implement: runs(60) }));
  expect(comments().length).toBe(1);
});

test('an archived repository is left in peace', async () => {
  const { show, calls } = await world(() => new TroupeError('github/archived', 'archived'));
  const state = runOf('running', { prepare: ran(0, 1), plan: runs(1) });
  expect((await show(state)).settled).toBe(true);
  expect((await show(runOf('failed', { prepare: ran(0, 1), plan: { status: 'failed' } }))).settled).toBe(true);
  expect(calls.length).toBeLessThanOrEqual(2);
});

test('GitHub is down: the run asks again later and catches up', async () => {
  let isDown = true;
  const { show, checks, clock } = await world(() =>
    isDown ? new TroupeError('github/unavailable', 'down', { class: 'transient' }) : undefined,
  );
  const state = runOf('running', { prepare: ran(0, 1), plan: runs(1) });
  expect(await show(state)).toEqual({ settled: false, nextAt: clock.now() + 15_000 });
  isDown = false;
  clock.advance(15_000);
  expect((await show(state)).settled).toBe(true);
  expect(checks().length).toBe(2);
});

test('300 updates of progress are at most one edit per 5 seconds, and the last text wins', async () => {
  const { show, calls, comments, clock } = await world();
  let due: number | undefined;
  for (let second = 0; second < 300; second += 1) {
    const state = runOf('running', { prepare: ran(0, 1), plan: runs(1), implement: runs(second / 10) });
    due = (
      await show({ ...state, spec: { ...state.spec, workflow: { ...state.spec.workflow, name: `Loop ${second}` } } })
    ).nextAt;
    clock.advance(100);
  }
  expect(calls.filter((call) => call === 'updateComment').length).toBeLessThanOrEqual(6);
  clock.advance((due ?? 0) - clock.now());
  const last = runOf('running', { prepare: ran(0, 1), plan: runs(1), implement: runs(29.9) });
  await show({ ...last, spec: { ...last.spec, workflow: { ...last.spec.workflow, name: 'Loop 299' } } });
  expect(comments()[0]?.body).toContain('Loop 299');
});

test('edits get rarer with the age of the run, but its end is told at once', async () => {
  const { show, calls, clock } = await world();
  await show(runOf('running', { plan: runs(1) }));
  clock.advance(90_000);
  await show(runOf('running', { plan: ran(1, 90), implement: runs(90) }));
  clock.advance(10_000);
  const held = await show(runOf('running', { plan: ran(1, 90), implement: ran(90, 100), qa: runs(100) }));
  expect(held).toEqual({ settled: false, nextAt: clock.now() + 20_000 });
  const before = calls.length;
  await show(
    runOf('cancelled', { plan: ran(1, 90), implement: ran(90, 100), qa: { status: 'cancelled' } }, { facts: {} }),
  );
  expect(calls.slice(before)).toContain('updateComment');
});

test('when the branch moves on, open checks of the old head are concluded cancelled', async () => {
  const { show, checks } = await world();
  const before = { prepare: ran(0, 1), plan: ran(1, 2) };
  await show(runOf('running', { ...before, implement: runs(2) }));
  const made = ran(2, 9, { result: { outputs: {}, sha: headB } });
  await show(runOf('running', { ...before, implement: made, qa: runs(9) }, { facts: facts(headB) }));
  const lines = checks().map(
    ({ name, headSha, conclusion, externalId }) => `${name} on ${headSha[0]}: ${conclusion} ${externalId.slice(17)}`,
  );
  expect(lines).toEqual([
    'troupe / project-loop on a: cancelled run:1',
    'troupe / project-loop / Implement on a: cancelled implement:1',
    'troupe / project-loop on b: null run:2',
    'troupe / project-loop / Implement on b: success implement:2',
    'troupe / project-loop / QA on b: null qa:1',
  ]);
});

test('a gate is a completed check, and going on is a new check run', async () => {
  const { show, checks } = await world();
  const waiting = { status: 'waiting', waitingFor: { for: 'approval', until: null, message: 'Deploy?' } } as const;
  await show(runOf('waiting', { plan: { ...runs(1), ...waiting } }));
  await show(runOf('running', { plan: runs(1) }));
  const plans = checks().filter(({ name }) => name.endsWith('Plan'));
  expect(plans.map(({ status, conclusion, externalId }) => [status, conclusion, externalId])).toEqual([
    ['completed', 'action_required', `${runId}:plan:1`],
    ['in_progress', null, `${runId}:plan:2`],
  ]);
  expect(plans[0]?.actions.map(({ label }) => label)).toEqual(['Approve', 'Reject']);
});

test('annotations are sent once, also when the answer is lost', async () => {
  let lose = false;
  const { show, checks, clock } = await world((call) =>
    lose && call === 'update troupe / project-loop / Plan' ? 'after' : undefined,
  );
  await show(runOf('running', { plan: runs(1) }));
  const findings = Array.from({ length: 60 }, (_, index) => ({
    path: 'a.js',
    startLine: index + 1,
    level: 'warning' as const,
    message: `remark ${index}`,
  }));
  const done = runOf('running', {
    plan: ran(1, 5, { result: { outputs: {}, findings, verdict: 'pass' } }),
    implement: runs(5),
  });
  lose = true;
  expect((await show(done)).settled).toBe(false);
  lose = false;
  clock.advance(60_000);
  expect((await show(done)).settled).toBe(true);
  expect(checks().find(({ name }) => name.endsWith('Plan'))?.annotations).toHaveLength(60);
});

test('a run of six steps and two commits takes few requests, and ends with all checks concluded on the last head', async () => {
  const { show, calls, checks, clock } = await world();
  const done = { prepare: ran(0, 1), plan: ran(1, 10) };
  const made = { ...done, implement: ran(10, 40, { result: { outputs: {}, sha: headB } }) };
  const judged = { ...made, qa: ran(40, 60, { result: { outputs: {}, verdict: 'pass', sha: headB } as const }) };
  const reviewed = { ...judged, reviews: ran(60, 90), review: ran(60, 80), security: ran(60, 90) };
  const passes: readonly RunState[] = [
    runOf('running', { prepare: runs(0) }, { facts: {} }),
    runOf('running', { ...done, plan: runs(1) }),
    runOf('running', { ...done, implement: runs(10) }),
    runOf('running', { ...made, qa: runs(40) }, { facts: facts(headB) }),
    runOf('running', { ...judged, reviews: runs(60), review: runs(60), security: runs(60) }, { facts: facts(headB) }),
    runOf(
      'running',
      { ...judged, reviews: runs(60), review: ran(60, 80), security: runs(60) },
      { facts: facts(headB) },
    ),
    runOf('running', { ...reviewed, finish: runs(90) }, { facts: facts(headC) }),
    runOf('succeeded', { ...reviewed, finish: ran(90, 95) }, { facts: facts(headC), finishedAt: clock.now() + 95_000 }),
  ];
  for (const state of passes) {
    await show(state);
    clock.advance(12_000);
  }
  expect(calls.length).toBeLessThanOrEqual(30);
  const final = checks().filter(({ headSha }) => headSha === headC);
  expect(final.map(({ name, conclusion }) => [name, conclusion])).toEqual([
    ['troupe / project-loop', 'success'],
    ['troupe / project-loop / Plan', 'success'],
    ['troupe / project-loop / Implement', 'success'],
    ['troupe / project-loop / QA', 'success'],
    ['troupe / project-loop / Code review', 'success'],
    ['troupe / project-loop / Security review', 'success'],
    ['troupe / project-loop / Finish', 'success'],
  ]);
  expect(checks().every(({ status }) => status === 'completed')).toBe(true);
});
