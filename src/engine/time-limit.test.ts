// The minutes of a run end what is at work, whatever it is; what waits for people does not count.
import { describe, expect, test } from 'vitest';
import {
  approval,
  builtIn,
  conditional,
  failed,
  foreach,
  git,
  parallel,
  persona,
  scripted,
  spec,
  workflow,
} from '../../test/support/run-builder.ts';
import { playOn, setUpRun, stateOf, statuses } from '../../test/support/play-run.ts';
import type { Play } from '../../test/support/play-run.ts';
import type { StepPath } from '../support/index.ts';
import { driveRun } from './index.ts';
import type { RunSpec, Step, StepContext, StepOutcome, Workflow } from './index.ts';

const ada = { login: 'ada', from: 'comment' } as const;
const minute = 60_000;
const ask = 'ask' as StepPath; // a step of a workflow below
const outOfTime = 'Out of time: `budget.minutes` of the workflow allows 5 minutes of work';

/** A step that works until it is told to stop. */
function endless() {
  const { promise: begun, resolve } = Promise.withResolvers<StepContext>();
  const reasons: string[] = [];
  function execute(context: StepContext): Promise<StepOutcome> {
    resolve(context);
    return new Promise((_answer, refuse) => {
      context.signal.addEventListener('abort', () => {
        const reason = context.signal.reason as Error;
        reasons.push(reason.message);
        refuse(reason);
      });
    });
  }
  return { begun, reasons, execute };
}

function limited(steps: readonly Step[], more: Parameters<typeof workflow>[1] = {}): Workflow {
  return workflow(steps, { budget: { minutes: 5 }, ...more });
}

function withBudget(flow: Workflow, budget: RunSpec['settings']['budget']): RunSpec {
  const made = spec(flow);
  return { ...made, settings: { ...made.settings, budget } };
}

async function drive(play: Play): Promise<void> {
  return driveRun(await play.journal.claim(play.spec.id), play.deps);
}

/** Drives until the step works, moves the clock, and lets it end. */
async function overrun(flow: Workflow | RunSpec, path = 'code', ms = 5 * minute) {
  const slow = endless();
  const play = await setUpRun('workflow' in flow ? flow : spec(flow), scripted({ [path]: slow.execute }));
  const driven = drive(play);
  await slow.begun;
  play.clock.advance(ms);
  await driven;
  return { state: stateOf(play), reasons: slow.reasons, play };
}

describe('work that is under way is ended when the minutes of its run are over', () => {
  const slow = persona('code', [], { timeout: 60 * minute });
  const after = git('next', ['code']);
  test.each<[what: string, flow: Workflow, path: string, ended: Record<string, string>]>([
    ['a persona', limited([slow, after]), 'code', { code: 'timed_out', next: 'skipped' }],
    ['work in git', limited([git('code'), after]), 'code', { code: 'timed_out', next: 'skipped' }],
    [
      'one of several side by side',
      limited([parallel('both', [slow, git('quick')]), git('next', ['both'])]),
      'code',
      { both: 'timed_out', code: 'timed_out', quick: 'succeeded', next: 'skipped' },
    ],
    [
      'one of several of which the first would do',
      limited([parallel('both', [slow, approval('ask')], { waitFor: 'any' })]),
      'code',
      { both: 'timed_out', code: 'timed_out', ask: 'timed_out' },
    ],
    [
      'an item of a list',
      limited([foreach('all', [slow])]),
      'all.0.code',
      { all: 'timed_out', 'all.0.code': 'timed_out', 'all.1.code': 'skipped' },
    ],
    [
      'a branch',
      limited([conditional('if', 'true', { then: [slow], else: [git('other')] })]),
      'code',
      { if: 'timed_out', code: 'timed_out', other: 'skipped' },
    ],
    [
      'a list in a branch beside others',
      limited([parallel('both', [conditional('if', 'true', { then: [foreach('all', [slow])] }), git('quick')])]),
      'all.0.code',
      {
        both: 'timed_out',
        if: 'timed_out',
        all: 'timed_out',
        'all.0.code': 'timed_out',
        'all.1.code': 'skipped',
        quick: 'succeeded',
      },
    ],
    [
      'what the run may do without',
      limited([persona('code', [], { onFailure: 'continue' }), after]),
      'code',
      { code: 'timed_out', next: 'skipped' },
    ],
    [
      'what would be tried again',
      limited([persona('code', [], { retry: { ...slow.retry, limit: 3 } })]),
      'code',
      { code: 'timed_out' },
    ],
    [
      'what handles a failure',
      limited([git('first', [], { onError: { fallback: 'stop', steps: [git('code')] } })]),
      'code',
      { first: 'failed', code: 'timed_out' },
    ],
  ])('%s', async (_what, flow, path, ended) => {
    const fails = { first: () => failed('no') };
    const { begun, reasons, execute } = endless();
    const play = await setUpRun(spec(flow), scripted({ ...fails, [path]: execute }));
    const driven = drive(play);
    await begun;
    await play.clock.walk(5 * minute - 1);
    expect(reasons).toEqual([]);
    play.clock.advance(1);
    await driven;
    expect(reasons).toEqual([outOfTime]);
    expect(stateOf(play)).toMatchObject({ status: 'timed_out', reason: outOfTime });
    expect(statuses(stateOf(play))).toEqual(ended);
  });
});

describe('what waits is not waited for when the minutes of its run are over', () => {
  const timer = (): StepOutcome => ({ kind: 'waiting', for: 'timer', until: 1_900_000_000_000 });
  const ticket = (): StepOutcome => ({ kind: 'waiting', for: 'ticket', until: 1_900_000_000_000 });
  const retry = { ...persona('code').retry, limit: 5, initialMs: 10 * minute, maxMs: 60 * minute };
  test.each<[what: string, step: Step, answer: () => StepOutcome]>([
    ['a time', git('code'), timer],
    ['an answer of a service', persona('code'), ticket],
    ['a slot of a provider', persona('code'), timer],
    ['the next try', persona('code', [], { retry }), () => failed('busy', { class: 'transient' })],
  ])('%s', async (_what, waits, answer) => {
    const play = await setUpRun(spec(limited([waits, git('next', ['code'])])), scripted({ code: answer }));
    const startedAt = play.clock.now();
    const state = await playOn(play);
    expect(state).toMatchObject({ status: 'timed_out', reason: outOfTime });
    expect(statuses(state)).toEqual({ code: 'timed_out', next: 'skipped' });
    expect(play.clock.now() - startedAt).toBe(5 * minute);
  });
});

test.each<[whose: string, budget: RunSpec['settings']['budget'], told: string]>([
  ['the repository', { minutes: 3 }, '`budget.minutes` of the repository allows 3 minutes of work'],
  ['the operator', { minutes: 1, minutesFrom: 'operator' }, '`limits.minutes_per_run` of the operator allows 1 minute'],
  ['the job', { minutes: 3, jobMinutes: 0.025 }, '`timeout-minutes` of the job allows 1.5 seconds of work'],
  ['the workflow', { minutes: 30, jobMinutes: 60 }, '`budget.minutes` of the workflow allows 5 minutes of work'],
])('the least of all limits holds, and it is said whose it is: %s', async (_whose, budget, told) => {
  const { state } = await overrun(withBudget(limited([persona('code')]), budget));
  expect(state).toMatchObject({ status: 'timed_out', reason: expect.stringContaining(told) });
});

test('a timeout of a step that is shorter ends that step alone', async () => {
  const flow = limited([persona('code', [], { timeout: minute, onFailure: 'continue' }), git('next', ['code'])]);
  const { state } = await overrun(flow, 'code', minute);
  expect(statuses(state)).toEqual({ code: 'timed_out', next: 'succeeded' });
  expect(state.status).toBe('degraded');
});

describe('time that does not count', () => {
  test('waiting for a decision, also over a restart', async () => {
    const { begun, execute } = endless();
    const play = await setUpRun(spec(limited([approval('ask'), git('code', ['ask'])])), scripted({ code: execute }));
    play.clock.advance(60 * minute);
    const parked = await playOn(play);
    expect([parked.status, play.journal.wakeAt(play.spec.id)]).toEqual(['waiting', null]);
    play.clock.advance(48 * 60 * minute);
    // another process looks at it
    await drive(play);
    expect(stateOf(play).status).toBe('waiting');
    const decided = { approved: true, by: ada };
    await play.journal.post(play.spec.id, {
      type: 'approval.decided',
      step: ask,
      data: decided,
    });
    const driven = drive(play);
    await begun;
    play.clock.advance(5 * minute - 1);
    expect(stateOf(play).status).toBe('running');
    play.clock.advance(1);
    await driven;
    expect(stateOf(play).status).toBe('timed_out');
  });

  test('being paused, but for what still works', async () => {
    const slow = endless();
    const play = await setUpRun(spec(limited([git('code'), git('next', ['code'])])), scripted({ next: slow.execute }));
    await play.journal.post(play.spec.id, { type: 'run.paused', data: { by: ada } });
    await playOn(play);
    play.clock.advance(60 * minute);
    await play.journal.post(play.spec.id, { type: 'run.resumed', data: { by: ada } });
    const driven = drive(play);
    await slow.begun;
    await play.journal.post(play.spec.id, { type: 'run.paused', data: { by: ada } });
    play.clock.advance(5 * minute);
    await driven;
    expect(stateOf(play)).toMatchObject({ status: 'timed_out', reason: outOfTime });
  });
});

test('what is left after a crash is what was left by the clock on the wall', async () => {
  const slow = endless();
  const play = await setUpRun(spec(limited([git('code')])), scripted({ code: slow.execute }));
  const claim = await play.journal.claim(play.spec.id);
  const driven = driveRun(claim, play.deps);
  await slow.begun;
  play.clock.advance(3 * minute);
  // the process is gone: nothing of it writes any more
  const again = endless();
  const next = { ...play, deps: { ...play.deps, executor: scripted({ code: again.execute }) } };
  const taken = drive(next);
  await again.begun;
  play.clock.advance(2 * minute - 1);
  expect(again.reasons).toEqual([]);
  play.clock.advance(1);
  await Promise.all([taken, driven]);
  expect(stateOf(play)).toMatchObject({ status: 'timed_out', reason: outOfTime });
});

describe('what comes after', () => {
  test('`on_failure` and `finally` run, and ask no persona', async () => {
    const flow = limited([persona('code')], {
      onFailure: [git('tell'), persona('explain')],
      finally: [git('sweep'), builtIn('settle')],
    });
    const { state } = await overrun(flow);
    expect(statuses(state)).toEqual({
      code: 'timed_out',
      tell: 'succeeded',
      explain: 'failed',
      sweep: 'succeeded',
      settle: 'succeeded',
    });
    expect(state).toMatchObject({ status: 'timed_out', reason: outOfTime });
  });

  test('they have five minutes, together', async () => {
    const work = endless();
    const tell = endless();
    const flow = limited([persona('code')], { onFailure: [git('tell')], finally: [git('sweep')] });
    const play = await setUpRun(spec(flow), scripted({ code: work.execute, tell: tell.execute }));
    const driven = drive(play);
    await work.begun;
    play.clock.advance(5 * minute);
    await tell.begun;
    play.clock.advance(5 * minute - 1);
    expect(tell.reasons).toEqual([]);
    play.clock.advance(1);
    await driven;
    expect(statuses(stateOf(play))).toEqual({ code: 'timed_out', tell: 'timed_out', sweep: 'skipped' });
    expect(stateOf(play)).toMatchObject({ status: 'timed_out', reason: outOfTime });
  });

  test('also where the limit comes while they run; what was delivered before stays delivered', async () => {
    const sweep = endless();
    const play = await setUpRun(
      spec(limited([git('code')], { finally: [git('sweep')] })),
      scripted({ sweep: sweep.execute }),
    );
    const driven = drive(play);
    await sweep.begun;
    play.clock.advance(10 * minute - 1);
    expect(sweep.reasons).toEqual([]);
    play.clock.advance(1);
    await driven;
    expect(statuses(stateOf(play))).toEqual({ code: 'succeeded', sweep: 'timed_out' });
    expect(stateOf(play)).toMatchObject({ status: 'timed_out', reason: outOfTime });
  });
});

test('who goes on with a run gives it its minutes anew, and the job that does its own', async () => {
  const slow = endless();
  const play = await setUpRun(spec(limited([persona('code')])), scripted({ code: slow.execute }));
  const driven = drive(play);
  await slow.begun;
  await play.clock.walk(4 * minute);
  const given = { verb: 'budget', value: { job_minutes: 2 }, by: ada } as const;
  await play.journal.post(play.spec.id, { type: 'control.requested', data: given });
  await play.clock.walk(2 * minute - 1);
  expect(slow.reasons).toEqual([]);
  await play.clock.walk(1);
  await driven;
  expect(stateOf(play).reason).toBe('Out of time: `timeout-minutes` of the job allows 2 minutes of work');
});
