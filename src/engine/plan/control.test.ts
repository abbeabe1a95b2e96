import { describe, expect, test } from 'vitest';
import {
  approval,
  builtIn,
  done,
  failed,
  gate,
  git,
  parallel,
  persona,
  scripted,
  spec,
  workflow,
} from '../../../test/support/run-builder.ts';
import { playOn, setUpRun, stateOf, statuses, story } from '../../../test/support/play-run.ts';
import type { Play } from '../../../test/support/play-run.ts';
import type { RunId, Sha, StepPath } from '../../support/index.ts';
import { refuseControl } from '../index.ts';
import type { By, FollowUp, RunState, StepExecutor } from '../index.ts';
import type { Control } from './control.ts';

const ada: By = { login: 'ada', from: 'comment' };
const at = (path: string): StepPath => path as StepPath; // ids are paths outside loops

async function control(play: Play, data: Control, by: By = ada): Promise<RunState> {
  await play.journal.post(play.spec.id, { type: 'control.requested', data: { ...data, by } });
  return playOn(play);
}
async function approve(play: Play, step: string, approved = true): Promise<RunState> {
  await play.journal.post(play.spec.id, { type: 'approval.decided', step: at(step), data: { approved, by: ada } });
  return playOn(play);
}
const ask = (id: string, after: readonly string[] = []) => approval(id, after);

describe('rerun', () => {
  test('does a step and what depends on it again; what does not stays; attempts go on counting', async () => {
    const executor = scripted({ plan: ({ attempt }) => done({ outputs: { n: attempt } }) });
    const flow = workflow([persona('read'), persona('plan'), persona('code', ['plan']), ask('ok', ['code'])]);
    const play = await setUpRun(spec(flow), executor);
    await playOn(play);
    const again = await control(play, { verb: 'rerun', step: 'plan' });
    expect(statuses(again)).toEqual({ read: 'succeeded', plan: 'succeeded', code: 'succeeded', ok: 'waiting' });
    expect(executor.calls.toSorted()).toEqual(['code#1', 'code#2', 'plan#1', 'plan#2', 'read#1']);
    expect(again.stateKeys['plan_result']).toEqual({ n: 2 });
    expect((await approve(play, 'ok')).status).toBe('succeeded');
  });

  test('looks effects up before it repeats them', async () => {
    const done_: string[] = [];
    const executor = scripted({
      tell: async (context) => {
        await context.effect({
          key: 'comment',
          what: 'comment',
          lookUp: async () => (done_.length > 0 ? 'there' : undefined),
          apply: async () => {
            done_.push('comment');
            return 'new';
          },
        });
        return done();
      },
    });
    const play = await setUpRun(spec(workflow([git('tell'), ask('ok', ['tell'])])), executor);
    await playOn(play);
    await control(play, { verb: 'rerun', step: 'tell' });
    expect(executor.calls).toEqual(['tell#1', 'tell#2']);
    expect(done_).toEqual(['comment']);
  });

  test('of a child opens its parallel again, its sibling stays', async () => {
    const executor = scripted();
    const flow = workflow([parallel('both', [git('a'), git('b')]), approval('ok', ['both'])]);
    const play = await setUpRun(spec(flow), executor);
    await playOn(play);
    const state = await control(play, { verb: 'rerun', step: 'a' });
    expect(executor.calls.toSorted()).toEqual(['a#1', 'a#2', 'b#1']);
    expect(statuses(state)).toEqual({ both: 'succeeded', a: 'succeeded', b: 'succeeded', ok: 'waiting' });
  });

  test('aborts a step that runs', async () => {
    const reasons: string[] = [];
    const { promise: begun, resolve } = Promise.withResolvers<undefined>();
    const executor: StepExecutor = {
      execute: (context) =>
        context.attempt > 1
          ? Promise.resolve(done())
          : new Promise((_answer, refuse) => {
              context.signal.addEventListener('abort', () => {
                reasons.push('aborted');
                refuse(context.signal.reason as Error);
              });
              resolve(undefined);
            }),
    };
    const play = await setUpRun(spec(workflow([persona('code')])), executor);
    const playing = playOn(play);
    await begun;
    await play.journal.post(play.spec.id, {
      type: 'control.requested',
      data: { verb: 'rerun', step: 'code', by: ada },
    });
    expect((await playing).status).toBe('succeeded');
    expect(reasons).toEqual(['aborted']);
    expect(stateOf(play).steps.get(at('code'))?.attempts).toBe(2);
  });
});

describe('retry', () => {
  test('starts what failed again while the run still lives, and tells it why it failed', async () => {
    const errors: (string | undefined)[] = [];
    const executor = scripted({
      code: (context) => {
        errors.push(context.lastError?.message);
        return context.attempt === 1 ? failed('no disk') : done();
      },
    });
    const flow = workflow([persona('code'), git('next', ['code'])], { finally: [approval('look')] });
    const play = await setUpRun(spec(flow), executor);
    expect(statuses(await playOn(play))).toEqual({ code: 'failed', next: 'skipped', look: 'waiting' });
    expect(statuses(await control(play, { verb: 'retry' }))).toEqual({
      code: 'succeeded',
      next: 'succeeded',
      look: 'waiting',
    });
    expect(errors).toEqual([undefined, 'no disk']);
    expect((await approve(play, 'look')).status).toBe('succeeded');
  });
});

describe('skip', () => {
  const flow = workflow([
    approval('first'),
    persona('lint', ['first'], { onFailure: 'continue' }),
    git('ship', ['lint']),
  ]);

  test('leaves an optional step out; what depends on it goes on and the run says it is not all', async () => {
    const executor = scripted();
    const play = await setUpRun(spec(flow), executor);
    await playOn(play);
    const waiting = await control(play, { verb: 'skip', step: 'lint' }, { ...ada, reason: 'too slow' });
    expect(waiting.steps.get(at('lint'))?.skipped).toEqual({ reason: 'person', because: 'Skipped by ada: too slow' });
    const ended = await approve(play, 'first');
    expect(executor.calls).toEqual(['ship#1']);
    expect(ended).toMatchObject({ status: 'degraded' });
  });

  test('is refused for a step that is not optional, with the reason', async () => {
    const play = await setUpRun(spec(flow), scripted());
    const state = await playOn(play);
    expect(refuseControl(state, { verb: 'skip', step: 'ship' })).toBe(
      '"ship" is not optional: only steps with `on_failure: continue` or `advisory: true` can be skipped',
    );
    expect(statuses(await control(play, { verb: 'skip', step: 'ship' }))).toMatchObject({ ship: 'pending' });
  });
});

test('stop starts nothing new, runs `finally` and says who stopped it', async () => {
  const executor = scripted();
  const flow = workflow([persona('plan'), approval('ok', ['plan']), persona('code', ['ok'])], {
    onFailure: [git('tell')],
    finally: [git('tidy'), builtIn('settle', ['tidy'])],
  });
  const play = await setUpRun(spec(flow), executor);
  await playOn(play);
  const ended = await control(play, { verb: 'stop' }, { ...ada, reason: 'enough' });
  expect(ended).toMatchObject({ status: 'cancelled', reason: 'Stopped by ada: enough' });
  expect(executor.calls).toEqual(['plan#1', 'tidy#1', 'settle#1']);
});

describe('budget', () => {
  const usage = { costUsd: '2', source: 'provider', complete: true } as const;
  const flow = workflow([persona('plan'), approval('ok', ['plan']), persona('code', ['ok'])], {
    budget: { costUsd: 1 },
  });

  test('raised while it waits: the run goes on', async () => {
    const executor = scripted({ plan: () => done({ usage }) });
    const play = await setUpRun(spec(flow), executor);
    await playOn(play);
    await control(play, { verb: 'budget', value: { usd: 5 } });
    expect((await approve(play, 'ok')).status).toBe('succeeded');
  });

  test('not raised: the run stops at it', async () => {
    const play = await setUpRun(spec(flow), scripted({ plan: () => done({ usage }) }));
    await playOn(play);
    expect(await approve(play, 'ok')).toMatchObject({ status: 'failed', reason: 'Budget reached: cost_usd 2 of 1' });
  });
});

describe('a gate', () => {
  const says = (verdict: 'pass' | 'fail', summary: string) => done({ verdict, summary });
  const flow = (maxAttempts: number) =>
    workflow([
      persona('code'),
      persona('qa', ['code']),
      gate('checked', ['qa'], { rework: 'code', maxAttempts }),
      git('ship', ['checked']),
    ]);

  test('sends work back with the reason until the verdict passes', async () => {
    const told: (string | undefined)[] = [];
    const executor = scripted({
      code: (context) => {
        told.push(context.lastError?.message);
        return done();
      },
      qa: ({ attempt }) => (attempt < 3 ? says('fail', `bug ${attempt}`) : says('pass', 'fine')),
    });
    const play = await setUpRun(spec(flow(3)), executor);
    const ended = await playOn(play);
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect(told).toEqual([undefined, 'Step "qa" says fail: bug 1', 'Step "qa" says fail: bug 2']);
    expect(executor.calls).toEqual(['code#1', 'qa#1', 'code#2', 'qa#2', 'code#3', 'qa#3', 'ship#1']);
    expect(ended.steps.get(at('checked'))?.result).toMatchObject({ verdict: 'pass', outputs: { looks: 3 } });
  });

  test('calls a person once when it stays shut', async () => {
    const executor = scripted({ qa: ({ attempt }) => says('fail', `bug ${attempt}`) });
    const play = await setUpRun(spec(flow(2)), executor);
    const ended = await playOn(play);
    expect(ended).toMatchObject({
      status: 'failed',
      escalated: '"checked" needs a person. The gate stays shut after 2 looks: Step "qa" says fail: bug 2',
    });
    expect(executor.calls).toEqual(['code#1', 'qa#1', 'code#2', 'qa#2']);
    expect(story(play).filter((line) => line.startsWith('escalated'))).toHaveLength(1);
  });

  test('stops when rework leads to the same words', async () => {
    const executor = scripted({ qa: () => says('fail', 'same bug') });
    const ended = await playOn(await setUpRun(spec(flow(9)), executor));
    expect(ended.reason).toContain('the rework led to the same result');
    expect(executor.calls).toEqual(['code#1', 'qa#1', 'code#2', 'qa#2']);
  });

  test('does not open on a step that gave no verdict', async () => {
    const play = await setUpRun(spec(workflow([git('qa'), gate('checked', ['qa'])])), scripted());
    expect((await playOn(play)).reason).toContain('"qa" has given no verdict (succeeded)');
  });
});

describe('a linked run from a step on', () => {
  const flow = workflow([
    persona('plan'),
    persona('code', ['plan'], { params: { plan: '{{ steps.plan.outputs.text }}' } }),
    persona('qa', ['code']),
  ]);
  const base = 'c'.repeat(40) as Sha; // any commit

  async function linked(
    change: (told: FollowUp) => Partial<FollowUp> = () => ({}),
  ): Promise<{ calls: readonly string[]; state: RunState }> {
    const before = await setUpRun(
      spec(flow, { baseSha: base }),
      scripted({ plan: () => done({ outputs: { text: 'a' } }) }),
    );
    const finished = await playOn(before);
    const reusable = Object.fromEntries(
      [...finished.steps.values()].map(({ path, attempts, inputHash = '', result = { outputs: {} } }) => [
        path,
        { attempt: attempts, inputHash, result },
      ]),
    );
    const told: FollowUp = {
      run: finished.id,
      kind: 'rerun',
      rerunFrom: at('qa'),
      facts: finished.facts,
      reusable,
    };
    const followUp = { ...told, ...change(told) };
    const executor = scripted({ plan: () => done({ outputs: { text: 'b' } }) });
    const state = await playOn(await setUpRun(spec(flow, { baseSha: base, followUp }), executor));
    return { calls: executor.calls, state };
  }

  test('takes earlier results over and marks them', async () => {
    const { calls, state } = await linked();
    expect(calls).toEqual(['qa#1']);
    expect(state).toMatchObject({ status: 'succeeded' });
    expect(state.steps.get(at('code'))?.reusedFrom).toMatchObject({ attempt: 1, run: expect.any(String) as RunId });
  });

  test('does a step again when what it depends on came out differently, or the base moved', async () => {
    const withoutPlan = await linked(({ reusable: { plan: _plan, ...reusable } }) => ({ reusable }));
    expect(withoutPlan.calls).toEqual(['plan#1', 'code#1', 'qa#1']);
    expect((await linked(() => ({ facts: {} }))).calls).toEqual(['plan#1', 'code#1', 'qa#1']);
  });
});
