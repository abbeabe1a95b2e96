import { describe, expect, test } from 'vitest';
import {
  conditional,
  done,
  failed,
  git,
  parallel,
  persona,
  scripted,
  spec,
  workflow,
} from '../../test/support/run-builder.ts';
import { playOn, playRun, setUpRun, stateOf, statuses, story } from '../../test/support/play-run.ts';
import { driveRun } from './index.ts';

describe('a run', () => {
  test('goes from step to step, and a result and the next start are one append', async () => {
    const executor = scripted();
    const play = await setUpRun(spec(workflow([git('a'), git('b', ['a']), git('c', ['b'])])), executor);
    const state = await playOn(play);
    expect(state.status).toBe('succeeded');
    expect(executor.calls).toEqual(['a#1', 'b#1', 'c#1']);
    expect(story(play)).toMatchInlineSnapshot(`
      [
        "run.created",
        "run.started",
        "step.started a#1",
        "step.succeeded a#1",
        "step.started b#1",
        "step.succeeded b#1",
        "step.started c#1",
        "step.succeeded c#1",
        "run.finished",
      ]
    `);
    // started+a, a+b, b+c, c, end
    expect(play.journal.writes()).toBe(5);
  });

  test('gives a step what the steps before it found out, and its own parameters with values in them', async () => {
    const seen: unknown[] = [];
    const executor = scripted({
      plan: () => done({ outputs: { risk: 'low' }, summary: 'Three steps', verdict: 'pass' }),
      code: (context) => {
        seen.push(
          context.input,
          context.upstream.map(({ path }) => path),
        );
        return done();
      },
    });
    const code = persona('code', ['plan'], {
      params: {
        risk: '{{steps.plan.outputs.risk}}',
        about: '#{{task.number}}: {{context.state.get("plan_result").summary}}',
      },
      timeout: '{{variables.patience}}',
    });
    const flow = workflow([persona('plan'), code], { variables: { patience: '30m' } });
    const state = await playRun(spec(flow), executor);
    expect(state.status).toBe('succeeded');
    expect(seen).toEqual([{ params: { risk: 'low', about: '#7: Three steps' }, timeout: '30m' }, ['plan']]);
    expect(state.steps.get(code.id as never)?.timeoutMs).toBe(1_800_000);
  });

  test('fails a step whose references have no value before it costs anything', async () => {
    const executor = scripted({ plan: () => done() });
    const flow = workflow([
      persona('plan'),
      persona('code', ['plan'], { params: { x: '{{steps.plan.outputs.nothing}}' } }),
    ]);
    const state = await playRun(spec(flow), executor);
    expect(executor.calls).toEqual(['plan#1']);
    expect(state.status).toBe('failed');
    expect(state.reason).toContain('Cannot evaluate the input of step "code"');
  });

  test('ends degraded when a permissive workflow lets such a reference pass', async () => {
    const flow = workflow([persona('code', [], { params: { x: '{{steps.code.outputs.nothing}}' } })], {
      permissive: true,
    });
    const state = await playRun(spec(flow), scripted());
    expect(state.status).toBe('degraded');
    expect(state.reason).toContain('steps.code.outputs.nothing');
  });

  test('stops at the first failure, lets what runs go on to its end and skips the rest', async () => {
    let slow: (() => void) | undefined;
    const executor = scripted({
      bad: () => failed('no'),
      slow: () => new Promise((resolve) => (slow = () => resolve(done()))),
    });
    const flow = workflow([git('bad'), git('slow'), git('later', ['slow'])]);
    const play = await setUpRun(spec(flow), executor, {
      onEvents: (state) => {
        if ([...state.steps.values()].some((step) => step.status === 'failed')) slow?.();
      },
    });
    const state = await playOn(play);
    expect(statuses(state)).toEqual({ bad: 'failed', slow: 'succeeded', later: 'skipped' });
    expect(state.steps.get('later' as never)?.skipped?.reason).toBe('run_failed');
    expect(state).toMatchObject({ status: 'failed', reason: 'Step "bad" failed: no' });
  });

  test('runs independent branches on when it collects errors', async () => {
    const executor = scripted({ bad: () => failed('no') });
    const flow = workflow([git('bad'), git('after-bad', ['bad']), git('good'), git('after-good', ['good'])]);
    const state = await playRun(spec(flow), executor, { collectErrors: true });
    expect(statuses(state)).toEqual({
      bad: 'failed',
      'after-bad': 'skipped',
      good: 'succeeded',
      'after-good': 'succeeded',
    });
    expect(state.status).toBe('failed');
  });

  test('skips through a chain, and is not green when its last step was skipped that way', async () => {
    const flow = workflow([
      persona('plan'),
      persona('code', ['plan'], { condition: "context.state.get('plan_result').ok === true" }),
      persona('qa', ['code']),
      git('finish', ['qa']),
    ]);
    const state = await playRun(spec(flow), scripted());
    expect(statuses(state)).toEqual({ plan: 'succeeded', code: 'skipped', qa: 'skipped', finish: 'skipped' });
    expect(state.reason).toBe('Nothing delivered: step "finish" was skipped because of a step before it');
    expect(state.status).toBe('failed');
  });

  test('runs a step after a skipped one when the file says so, and joins exclusive branches with any', async () => {
    const flow = workflow([
      git('a'),
      git('b', ['a'], { condition: 'false' }),
      git('c', ['b'], { onSkippedDependency: 'run' }),
      git('d', ['a', 'b'], { onSkippedDependency: 'any' }),
      git('e', ['b'], { onSkippedDependency: 'any' }),
    ]);
    const state = await playRun(spec(flow), scripted());
    expect(statuses(state)).toEqual({ a: 'succeeded', b: 'skipped', c: 'succeeded', d: 'succeeded', e: 'skipped' });
  });

  test('takes one list of a conditional and skips the other', async () => {
    const flow = workflow([
      conditional('size', "task.title === 'Fix it'", { then: [git('x'), git('y', ['x'])], else: [git('z')] }),
      git('end', ['size']),
    ]);
    const state = await playRun(spec(flow), scripted());
    expect(statuses(state)).toEqual({
      size: 'succeeded',
      x: 'succeeded',
      y: 'succeeded',
      z: 'skipped',
      end: 'succeeded',
    });
    expect(state.steps.get('z' as never)?.skipped?.reason).toBe('branch');
  });

  test('waits for every child of a parallel and joins their verdicts', async () => {
    const executor = scripted({
      code: () => done({ verdict: 'pass', outputs: { remarks: 1 } }),
      security: () => done({ verdict: 'unknown' }),
    });
    const flow = workflow([
      parallel('reviews', [persona('code'), persona('security')]),
      git('finish', ['reviews'], { condition: "context.state.get('reviews_status') === 'pass'" }),
    ]);
    const state = await playRun(spec(flow), executor);
    expect(state.steps.get('reviews' as never)?.result).toMatchObject({
      verdict: 'unknown',
      outputs: { code: { remarks: 1 } },
    });
    expect(statuses(state)).toMatchObject({ reviews: 'succeeded', finish: 'skipped' });
    expect(state.status).toBe('failed');
  });

  test('gives an any to the first success and cancels the others', async () => {
    const aborted: string[] = [];
    const executor = scripted({
      slow: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            aborted.push((signal.reason as Error).message);
            reject(signal.reason as Error);
          }),
        ),
      no: () => done({ verdict: 'fail' }),
      yes: async () => done({ verdict: 'pass', outputs: { best: true } }),
    });
    const flow = workflow([
      parallel('race', [persona('slow'), persona('no'), persona('yes')], { waitFor: 'any' }),
      git('next', ['race']),
    ]);
    const state = await playRun(spec(flow), executor);
    expect(statuses(state)).toEqual({
      race: 'succeeded',
      slow: 'cancelled',
      no: 'succeeded',
      yes: 'succeeded',
      next: 'succeeded',
    });
    expect(state.steps.get('slow' as never)?.cancelledBecause).toBe('superseded');
    expect(aborted).toHaveLength(1);
    expect(state.status).toBe('succeeded');
  });

  test('fails an any with all errors when nobody succeeds', async () => {
    const executor = scripted({ a: () => failed('no disk'), b: () => done({ verdict: 'fail' }) });
    const state = await playRun(
      spec(workflow([parallel('race', [persona('a'), persona('b')], { waitFor: 'any' })])),
      executor,
    );
    expect(state.reason).toBe('Step "race" failed: "a": no disk; "b": verdict fail');
  });

  test('goes on after an optional step failed, and says so', async () => {
    const executor = scripted({ lint: () => failed('style') });
    const state = await playRun(
      spec(workflow([git('lint', [], { onFailure: 'continue' }), git('next', ['lint'])])),
      executor,
    );
    expect(statuses(state)).toEqual({ lint: 'failed', next: 'succeeded' });
    expect(state).toMatchObject({ status: 'degraded', reason: 'Done, but optional steps did not succeed: lint' });
  });

  test('runs the steps of on_error before what depends on the failed step', async () => {
    const executor = scripted({ a: () => failed('oops') });
    const a = git('a', [], {
      onError: { fallback: 'continue', steps: [git('repair', [], { config: { why: '{{error.message}}' } })] },
    });
    const play = await setUpRun(spec(workflow([a, git('b', ['a'])])), executor);
    const state = await playOn(play);
    expect(executor.calls).toEqual(['a#1', 'repair#1', 'b#1']);
    expect(state.steps.get('repair' as never)?.input).toEqual({ params: {}, config: { why: 'oops' } });
    expect(state.status).toBe('degraded');
  });

  test('runs on_failure after a failure and finally in any case', async () => {
    const handlers = {
      onFailure: [git('tell', [], { config: { why: '{{error.step}}: {{error.message}}' } })],
      finally: [git('tidy', [], { config: { how: '{{run.status}}' } })],
    };
    const bad = await playRun(spec(workflow([git('a')], handlers)), scripted({ a: () => failed('oops') }));
    expect(bad.steps.get('tell' as never)?.input).toMatchObject({ config: { why: 'a: oops' } });
    expect(bad.steps.get('tidy' as never)?.input).toMatchObject({ config: { how: 'failed' } });
    const good = await playRun(spec(workflow([git('a')], handlers)), scripted());
    expect(statuses(good)).toEqual({ a: 'succeeded', tell: 'skipped', tidy: 'succeeded' });
    expect(good.status).toBe('succeeded');
  });

  test('ends early with success when a step says there is nothing to do', async () => {
    const executor = scripted({ look: () => done({ stop: 'Already fixed in #6' }) });
    const state = await playRun(
      spec(workflow([persona('look'), persona('code', ['look']), git('finish', ['code'])])),
      executor,
    );
    expect(statuses(state)).toEqual({ look: 'succeeded', code: 'skipped', finish: 'skipped' });
    expect(state).toMatchObject({ status: 'succeeded', reason: 'Already fixed in #6' });
  });

  test('answers with the outputs of the workflow', async () => {
    const executor = scripted({ qa: () => done({ verdict: 'pass', summary: 'All green', outputs: { tests: 12 } }) });
    const flow = workflow(
      [
        persona('qa', [], { outputs: { count: '{{steps.qa.outputs.tests}}' } }),
        git('note', ['qa'], { config: { n: "{{context.state.get('count')}}" } }),
      ],
      {
        outputs: { summary: '{{steps.qa.summary}}', missing: '{{steps.qa.outputs.nothing}}' },
      },
    );
    const state = await playRun(spec(flow), executor);
    expect(state.outputs).toEqual({ summary: 'All green', missing: null });
    expect(state.steps.get('note' as never)?.input).toMatchObject({ config: { n: 12 } });
  });

  test('waits its turn for a lock that another run has', async () => {
    const play = await setUpRun(spec(workflow([git('a')]), { lockKey: 'issue-7' }), scripted());
    // the first in the line
    const other = spec(workflow([git('a')]), { priority: 1 });
    await play.journal.start(other);
    await (await play.journal.claim(other.id)).lock('issue-7');
    const claim = await play.journal.claim(play.spec.id);
    const { driveRun } = await import('./drive.ts');
    await driveRun(claim, play.deps);
    expect(story(play)).toEqual(['run.created']);
    await playOn({ ...play, spec: other });
    expect((await playOn(play)).status).toBe('succeeded');
  });
});

test('a cancel that comes between the last look and the end is not lost', async () => {
  const play = await setUpRun(spec(workflow([git('a')])), scripted());
  const claim = await play.journal.claim(play.spec.id);
  let looks = 0;
  const hasty: typeof claim = {
    ...claim,
    // nobody tells this driver what is posted: what it saw last is what counts
    onExternal: () => () => undefined,
    async finish(...end) {
      looks += 1;
      const by = { login: 'ada', from: 'comment' } as const;
      if (looks === 1) await play.journal.post(play.spec.id, { type: 'run.cancel_requested', data: { by } });
      return claim.finish(...end);
    },
  };
  await driveRun(hasty, play.deps);
  expect(looks).toBe(2);
  expect(stateOf(play).status).toBe('cancelled');
  expect(story(play).slice(-3)).toEqual(['step.succeeded a#1', 'run.cancel_requested', 'run.finished']);
});
