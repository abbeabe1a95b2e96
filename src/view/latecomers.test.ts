import { afterAll, beforeAll, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { startViewGitHub } from '../../test/support/view-github.ts';
import type { Fail, ViewGitHub } from '../../test/support/view-github.ts';
import type { RunState } from '../engine/index.ts';
import { silentLogger, TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { createReconciler } from './reconcile.ts';
import { renderView } from './render-view.ts';
import { showRun } from './shown/shown-run.ts';
import { headA, headB, memorySurfaces, ran, runId, runOf, runs, startedAt } from './testing.ts';

let server: ViewGitHub;
beforeAll(async () => void (server = await startViewGitHub()));
afterAll(() => server.close());

async function world(fail?: Fail) {
  const github = await server.repository([headA, headB], fail);
  const clock = createManualClock(startedAt);
  const surfaces = memorySurfaces();
  const reconciler = createReconciler({ surfaces, api: github.api, clock, log: silentLogger });
  async function show(state: RunState) {
    const shown = await surfaces.of(runId);
    return reconciler.reconcile(renderView({ run: showRun({ state }), shown, now: clock.now() }));
  }
  return { ...github, clock, surfaces, show };
}

/** The first call of this name gets no answer in time, and is not done meanwhile. */
function unanswered(name: string): Fail {
  let left = 1;
  return (call) => {
    if (call !== name || left === 0) return undefined;
    left -= 1;
    return new TroupeError('github/unclear', 'no answer', { class: 'transient', mayComeLate: true });
  };
}

const facts = (headSha: Sha) => ({ headSha });
const working = runOf('running', { prepare: ran(0, 1), plan: runs(1) }, { facts: facts(headA) });
const done = runOf('succeeded', { prepare: ran(0, 1), plan: ran(1, 9) }, { facts: facts(headA) });
const mark = `<!-- troupe:run=${runId} -->`;

test('a comment that nobody answered to is looked for during five minutes before it is written again', async () => {
  const { show, comments, clock } = await world(unanswered('createComment'));
  const looks: number[] = [];
  let shown = await show(working);
  while (!shown.settled) {
    looks.push(Math.round(((shown.nextAt ?? 0) - startedAt) / 1_000));
    clock.advance((shown.nextAt ?? 0) - clock.now());
    expect(comments()).toEqual([]);
    shown = await show(working);
  }
  expect(looks).toEqual([5, 15, 30, 60, 120, 180, 300]);
  expect(comments()).toHaveLength(1);
});

test('what comes in these minutes is taken for what was wanted', async () => {
  const { show, api, comments, checks, clock } = await world(unanswered('createComment'));
  await show(working);
  await api.createComment(1, `${mark}\nlate`);
  clock.advance(5_000);
  expect(await show(done)).toMatchObject({ settled: true });
  expect(comments()).toHaveLength(1);
  expect(comments()[0]?.body).not.toContain('late');
  expect(checks().every(({ status }) => status === 'completed')).toBe(true);
});

test('what comes after them is removed, and the comment that people know stays', async () => {
  const { show, api, comments, surfaces, clock } = await world(unanswered('createComment'));
  await show(working);
  clock.advance(301_000);
  await show(working);
  const [known] = comments();
  await api.createComment(1, `${mark}\nlate`);
  for (let shown = await show(done); shown.nextAt !== undefined; shown = await show(done)) {
    expect(shown.settled).toBe(true);
    clock.advance(shown.nextAt - clock.now());
  }
  expect(comments().map(({ id }) => id)).toEqual([known?.id]);
  expect([...surfaces.rows.values()].filter(({ doubt }) => doubt !== undefined)).toEqual([]);
});

test('an edit that comes after the last one does not open a check again', async () => {
  const name = 'troupe / project-loop / Plan';
  const { show, api, checks, surfaces, clock } = await world(unanswered(`update ${name}`));
  await show(working);
  const plan = () => checks().find((check) => check.name === name);
  const before = plan();
  await show(done);
  clock.advance(5_000);
  expect(await show(done)).toMatchObject({ settled: true });
  const wanted = plan();
  expect(wanted).toMatchObject({ status: 'completed', conclusion: 'success' });
  const late = { name, headSha: headA, externalId: before?.externalId ?? '', title: 'late', summary: '' };
  await api.updateCheckRun(before?.id ?? 0, { ...late, status: 'in_progress' });
  clock.advance(60_000);
  await show(done);
  expect(plan()).toMatchObject({ status: 'completed', conclusion: 'success', title: wanted?.title });
  expect(surfaces.rows.size).toBeGreaterThan(0);
});

test('a check of an old head that comes when the branch has moved on is concluded', async () => {
  const { show, api, checks, clock } = await world(unanswered('create troupe / project-loop'));
  await show(working);
  const moved = { ...working, facts: facts(headB) };
  clock.advance(6_000);
  await show(moved);
  const late = { name: 'troupe / project-loop', headSha: headA, externalId: `${runId}:run:1`, title: '', summary: '' };
  clock.advance(60_000);
  await api.createCheckRun({ ...late, status: 'in_progress' });
  clock.advance(60_000);
  await show(moved);
  expect(checks().filter(({ headSha, status }) => headSha === headA && status !== 'completed')).toEqual([]);
});
