import { defined } from '../support/index.ts';
import { describe, expect, test } from 'vitest';
import { approval, done, git, parallel, persona, scripted, spec, workflow } from '../../test/support/run-builder.ts';
import { playOn, setUpRun, stateOf, statuses, story } from '../../test/support/play-run.ts';
import type { Play } from '../../test/support/play-run.ts';
import type { Sha, StepPath } from '../support/index.ts';
import { approvedCommits } from './index.ts';
import { stepConclusion } from './plan/conclusion.ts';
import type { By, Facts, RunState } from './index.ts';

const ada: By = { login: 'ada', from: 'comment' };
const bob: By = { login: 'bob', from: 'check' };
const week = 7 * 24 * 3_600_000;
// Any commit will do: the engine compares them only.
const first = 'a'.repeat(40) as Sha;
const second = 'b'.repeat(40) as Sha;
const merge = 'merge' as StepPath;

function atHead(headSha: Sha): { readonly facts: Facts } {
  return { facts: { headSha } };
}

async function decideOn(
  play: Play,
  step: string,
  more: { approved?: boolean; by?: By; sha?: Sha } = {},
): Promise<RunState> {
  const { approved = true, by = ada, sha } = more;
  await play.journal.post(play.spec.id, {
    type: 'approval.decided',
    step: step as StepPath,
    data: { approved, by, ...defined({ sha }) },
  });
  return playOn(play);
}

describe('a step that needs approval', () => {
  const flow = workflow([
    persona('code'),
    git('merge', ['code'], { approval: { by: ['acme/leads', 'not_requester'], onTimeout: 'reject' } }),
  ]);
  const code = (): ReturnType<typeof done> => done(atHead(first));

  test('waits parked for a week and two restarts, starts once approved, and remembers who approved which commit', async () => {
    const executor = scripted({ code });
    const play = await setUpRun(spec(flow), executor);
    const asked = await playOn(play);
    expect(asked).toMatchObject({ status: 'waiting', parkedSince: expect.any(Number) as number });
    expect(asked.steps.get(merge)).toMatchObject({
      status: 'waiting',
      attempts: 0,
      waitingFor: { for: 'approval', until: null, message: 'May "merge" start?' },
      approval: { sha: first, by: ['acme/leads', 'not_requester'], asked: 1, isOpen: true },
    });
    expect(stepConclusion(asked.steps.get(merge)!, flow.steps[1]!)).toBe('action_required');
    play.clock.advance(week);
    await playOn(play);
    await playOn(play);
    expect(executor.calls).toEqual(['code#1']);
    const ended = await decideOn(play, 'merge', { sha: first });
    expect(ended).toMatchObject({ status: 'succeeded', waitedForPeopleMs: week });
    expect(executor.calls).toEqual(['code#1', 'merge#1']);
    expect(approvedCommits(ended, merge)).toEqual([first]);
    expect(story(play).filter((line) => line.includes('merge'))).toEqual([
      'approval.requested merge',
      'step.waiting merge',
      'approval.decided merge',
      'step.started merge#1',
      'step.succeeded merge#1',
    ]);
  });

  test('fails with who rejected it and why', async () => {
    const executor = scripted({ code });
    const play = await setUpRun(spec(flow), executor);
    await playOn(play);
    const ended = await decideOn(play, 'merge', { approved: false, by: { ...bob, reason: 'not today' } });
    expect(ended).toMatchObject({ status: 'failed', reason: 'Step "merge" failed: Rejected by bob: not today' });
    expect(ended.steps.get(merge)?.error).toMatchObject({ class: 'failed', code: 'engine/rejected' });
    expect(executor.calls).toEqual(['code#1']);
    expect(approvedCommits(ended, merge)).toEqual([]);
  });

  test('takes the first of two decisions that come at once', async () => {
    const play = await setUpRun(spec(flow), scripted({ code }));
    await playOn(play);
    await play.journal.post(play.spec.id, {
      type: 'approval.decided',
      step: merge,
      data: { approved: false, by: bob },
    });
    const ended = await decideOn(play, 'merge');
    expect(ended.status).toBe('failed');
    expect(ended.steps.get(merge)?.approval?.decided?.by).toEqual(bob);
  });

  test('is asked about again when the branch moved on: the old decision is void, a new one names the commit', async () => {
    const executor = scripted({ code });
    const play = await setUpRun(spec(flow), executor);
    await playOn(play);
    await play.journal.post(play.spec.id, { type: 'facts.changed', data: { headSha: second } });
    const late = await decideOn(play, 'merge', { sha: first });
    expect(late.steps.get(merge)?.approval).toMatchObject({ sha: second, asked: 2, isOpen: true });
    expect((await decideOn(play, 'merge')).status).toBe('waiting');
    expect((await decideOn(play, 'merge', { sha: first })).status).toBe('waiting');
    expect(executor.calls).toEqual(['code#1']);
    const ended = await decideOn(play, 'merge', { sha: second });
    expect(ended.status).toBe('succeeded');
    expect(approvedCommits(ended, merge)).toEqual([second]);
    expect(story(play).filter((line) => line.startsWith('approval.requested'))).toHaveLength(2);
  });

  test('may be paused and cancelled while it waits', async () => {
    const play = await setUpRun(spec(flow), scripted({ code }));
    await playOn(play);
    await play.journal.post(play.spec.id, { type: 'run.paused', data: { by: ada } });
    expect((await decideOn(play, 'merge')).steps.get(merge)?.status).toBe('waiting');
    await play.journal.post(play.spec.id, { type: 'run.cancel_requested', data: { by: ada } });
    expect(statuses(await playOn(play))).toEqual({ code: 'succeeded', merge: 'cancelled' });
  });

  test('a parallel opens only after approval', async () => {
    const executor = scripted();
    const flow = workflow([parallel('both', [git('a'), git('b')], { approval: { by: [], onTimeout: 'reject' } })]);
    const play = await setUpRun(spec(flow), executor);
    expect(statuses(await playOn(play))).toEqual({ both: 'waiting', a: 'pending', b: 'pending' });
    expect(statuses(await decideOn(play, 'both'))).toEqual({ both: 'succeeded', a: 'succeeded', b: 'succeeded' });
  });
});

describe('nobody decides in time', () => {
  const timeout = 2 * 3_600_000;
  async function unanswered(onTimeout: 'reject' | 'approve' | 'escalate'): Promise<Play> {
    const step = git('merge', [], { approval: { by: [], timeout, onTimeout } });
    const play = await setUpRun(spec(workflow([step])), scripted());
    await playOn(play);
    return play;
  }

  test('reject: the step fails', async () => {
    const state = stateOf(await unanswered('reject'));
    expect(state.reason).toBe('Step "merge" failed: Nobody decided about "merge" within 2 h 0 m');
  });

  test('approve: it goes on, and that counts as no approval of a person', async () => {
    const state = stateOf(await unanswered('approve'));
    expect(state.status).toBe('succeeded');
    expect(state.steps.get(merge)?.approval?.decided).toMatchObject({ approved: true, by: { from: 'troupe' } });
    expect(approvedCommits(state, merge)).toEqual([]);
  });

  test('escalate: a person is called once and the gate waits on', async () => {
    const play = await unanswered('escalate');
    expect(stateOf(play)).toMatchObject({
      status: 'waiting',
      escalated: 'Nobody decided about "merge" within 2 h 0 m',
    });
    play.clock.advance(week);
    expect((await decideOn(play, 'merge')).status).toBe('succeeded');
    expect(story(play).filter((line) => line.startsWith('escalated'))).toHaveLength(1);
  });
});

test('an approval step asks its own question and tells later steps who approved', async () => {
  const ask = approval('release', ['code'], {
    message: 'Release {{ steps.code.outputs.version }}?',
    params: { version: '{{ steps.code.outputs.version }}' },
  });
  const executor = scripted({ code: () => done({ outputs: { version: '2.0' } }) });
  const after = git('ship', ['release'], { params: { by: '{{ steps.release.outputs.by }}' } });
  const play = await setUpRun(spec(workflow([persona('code'), ask, after])), executor);
  const asked = await playOn(play);
  expect(asked.steps.get('release' as StepPath)?.waitingFor?.message).toBe('Release 2.0?');
  const ended = await decideOn(play, 'release', { by: { ...ada, reason: 'ship it' } });
  expect(ended.steps.get('release' as StepPath)?.result).toEqual({
    outputs: { approved: true, by: 'ada', reason: 'ship it' },
    summary: 'Approved by ada: ship it',
  });
  expect(ended.steps.get('ship' as StepPath)?.input).toMatchObject({ params: { by: 'ada' } });
  expect(executor.calls).toEqual(['code#1', 'ship#1']);
});
