// What bounds a list of items: timeouts, money, people who cancel, skip and say no; and that what items left behind is joined once.
import { describe, expect, test } from 'vitest';
import { playOn, playRun, setUpRun, stateOf } from '../../test/support/play-run.ts';
import { approval, done, foreach, git, persona, spec, workflow } from '../../test/support/run-builder.ts';
import type { StepPath } from '../support/index.ts';
import type { NewEvent, RunState, StepContext, StepExecutor, StepOutcome } from './index.ts';

const by = { login: 'ada', from: 'comment' } as const;
const hour = 3_600_000;

function at(state: RunState, path: string) {
  return state.steps.get(path as StepPath);
}

function looks(state: RunState): Readonly<Record<string, string>> {
  return Object.fromEntries([...state.steps.values()].map(({ path, status }) => [path, status]));
}

/** Executes everything at once, and remembers what. */
function eager(answer: (context: StepContext) => StepOutcome | Promise<StepOutcome> = () => done()) {
  const calls: string[] = [];
  const executor: StepExecutor = {
    async execute(context) {
      calls.push(context.path);
      return answer(context);
    },
  };
  return { calls, executor };
}

const usage = { costUsd: '0.4', inputTokens: 1, outputTokens: 1, source: 'provider', complete: true } as const;

describe('a limit', () => {
  test('of time around the whole list ends the items that are worked on, and those that never began', async () => {
    const flow = workflow([foreach('each', [persona('look')], { items: ['a', 'b', 'c'], timeout: hour })]);
    const { executor, calls } = eager(({ path, signal }) => {
      if (path !== 'each.1.look') return done();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
        // once it is known how long it may take
        setImmediate(() => play.clock.advance(hour));
      });
    });
    const play = await setUpRun(spec(flow), executor);
    const state = await playOn(play);
    expect(calls).toEqual(['each.0.look', 'each.1.look']);
    expect(state.status).toBe('timed_out');
    expect(looks(state)).toEqual({
      each: 'timed_out',
      'each.0.look': 'succeeded',
      'each.1.look': 'timed_out',
      'each.2.look': 'timed_out',
    });
  });

  test('of time on the step of an item fails that item alone', async () => {
    const step = persona('look', [], { timeout: hour });
    const flow = workflow([foreach('each', [step], { items: ['a', 'b'], onItemFailure: 'continue' })]);
    const { executor } = eager(({ path, signal }) => {
      if (path !== 'each.0.look') return done();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
        // once it is known how long it may take
        setImmediate(() => play.clock.advance(hour));
      });
    });
    const play = await setUpRun(spec(flow), executor);
    const state = await playOn(play);
    expect(looks(state)).toEqual({ each: 'succeeded', 'each.0.look': 'timed_out', 'each.1.look': 'succeeded' });
    expect(at(state, 'each')?.result?.outputs).toMatchObject({ succeeded: 1, failed: 1 });
    expect(state.status).toBe('degraded');
  });

  test('of money lets no further item begin once it is reached', async () => {
    const flow = workflow([foreach('each', [persona('look')], { items: ['a', 'b', 'c', 'd', 'e'] })], {
      budget: { costUsd: 1 },
    });
    const { executor, calls } = eager(() => done({ usage }));
    const state = await playRun(spec(flow), executor);
    expect(calls).toEqual(['each.0.look', 'each.1.look', 'each.2.look']);
    expect([state.status, state.budgetExceeded]).toMatchObject(['failed', { which: 'cost_usd', limit: 1, used: 1.2 }]);
    expect([at(state, 'each.2.look')?.status, at(state, 'each.4.look')?.status]).toEqual(['succeeded', 'skipped']);
  });
});

describe('people', () => {
  const gated = workflow([
    foreach('each', [approval('ok'), git('go', ['ok'])], {
      items: ['a', 'b', 'c'],
      concurrency: 2,
      onItemFailure: 'continue',
    }),
  ]);
  const decided = (path: string, approved: boolean): NewEvent => ({
    type: 'approval.decided',
    step: path as StepPath,
    data: { approved, by },
  });

  test('answer the gate of each item alone, in any order', async () => {
    const { executor, calls } = eager();
    const play = await setUpRun(spec(gated), executor);
    const asked = await playOn(play);
    const gates = (state: RunState) => [0, 1, 2].map((index) => at(state, `each.${index}.ok`)?.approval?.isOpen);
    expect([asked.status, gates(asked)]).toEqual(['waiting', [true, true, undefined]]);
    await play.journal.post(play.spec.id, decided('each.1.ok', true) as never); // a decision comes from outside
    const second = await playOn(play);
    // its place is taken by the next item
    expect([calls, gates(second)]).toEqual([['each.1.go'], [true, false, true]]);
    await play.journal.post(play.spec.id, decided('each.2.ok', true) as never); // from outside as well
    await play.journal.post(play.spec.id, decided('each.0.ok', false) as never); // from outside as well
    const state = await playOn(play);
    expect(calls).toEqual(['each.1.go', 'each.2.go']);
    expect([state.status, at(state, 'each.0.go')?.status]).toEqual(['degraded', 'skipped']);
    expect(at(state, 'each')?.result?.outputs).toMatchObject({ succeeded: 2, failed: 1 });
  });

  test('cancel the run while items wait: no item is left open', async () => {
    const { executor } = eager();
    const play = await setUpRun(spec(gated), executor);
    await playOn(play);
    await play.journal.post(play.spec.id, { type: 'run.cancel_requested', data: { by } });
    const state = await playOn(play);
    expect(state.status).toBe('cancelled');
    expect(new Set(Object.values(looks(state)))).toEqual(new Set(['cancelled']));
  });

  test('skip a step of one item, and the others are done', async () => {
    const optional = git('note', ['go'], { onFailure: 'continue' });
    const flow = workflow([foreach('each', [git('go'), optional], { items: ['a', 'b'] })]);
    const play = await setUpRun(spec(flow), {
      async execute({ path }) {
        if (path === 'each.0.go' && !isAsked) return { kind: 'waiting', for: 'answer', until: null };
        return done();
      },
    });
    let isAsked = false;
    await playOn(play);
    isAsked = true;
    const skip = { verb: 'skip', step: 'each.0.note' as StepPath, by } as const;
    await play.journal.post(play.spec.id, { type: 'control.requested', data: skip });
    await play.journal.post(play.spec.id, { type: 'question.answered', data: { answer: 'go', by } });
    const state = await playOn(play);
    expect(looks(state)).toMatchObject({ 'each.0.note': 'skipped', 'each.1.note': 'succeeded', each: 'succeeded' });
  });
});

describe('what items left behind', () => {
  /** Does something outside for each item, and joins; `broken`: the joining fails. */
  function joining(isBroken = false) {
    const joined: string[] = [];
    const executor: StepExecutor = {
      async execute({ path, effect }) {
        await effect({ key: path, what: path, lookUp: async () => undefined, apply: async () => path });
        return done();
      },
      async join({ path, state }) {
        joined.push(`${path}: ${[...state.steps.values()].filter(({ status }) => status === 'succeeded').length}`);
        if (isBroken) throw new Error('no branch');
      },
    };
    return { executor, joined };
  }
  const flow = (concurrency: number) =>
    workflow([foreach('each', [git('go')], { items: ['a', 'b', 'c'], concurrency }), git('after', ['each'])]);

  test('is joined once, when all of them have ended and nothing after them has begun', async () => {
    const { executor, joined } = joining();
    const state = await playRun(spec(flow(3)), executor);
    expect([state.status, joined]).toEqual(['succeeded', ['each: 3']]);
  });

  test('is in order where they were done one after another', async () => {
    const { executor, joined } = joining();
    await playRun(spec(flow(1)), executor);
    expect(joined).toEqual([]);
  });

  test('stays as it came where it cannot be joined: no work is lost for its order', async () => {
    const { executor, joined } = joining(true);
    const state = await playRun(spec(flow(3)), executor);
    expect([state.status, joined]).toEqual(['succeeded', ['each: 3']]);
  });

  test('is joined by the next driver when the process died at any write', async () => {
    const calm = joining();
    const first = await setUpRun(spec(flow(3)), calm.executor);
    await playOn(first);
    for (let deadly = 1; deadly <= first.journal.writes(); deadly += 1) {
      const { executor, joined } = joining();
      const play = await setUpRun(spec(flow(3)), executor, {
        beforeWrite: (n) => {
          if (n === deadly) play.journal.crash();
        },
      });
      await playOn(play).catch(() => undefined);
      if (stateOf(play).finishedAt === undefined) await playOn(play);
      expect(looks(stateOf(play)), `died before write ${deadly}`).toEqual(looks(stateOf(first)));
      expect([1, 2], `died before write ${deadly}`).toContain(joined.length);
      expect(new Set(joined)).toEqual(new Set(['each: 3']));
    }
  });
});
