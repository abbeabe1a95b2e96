import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { playOn, playRun, setUpRun, stateOf, statuses } from '../../test/support/play-run.ts';
import {
  conditional,
  done,
  failed,
  foreach,
  git,
  parallel,
  persona,
  spec,
  workflow,
} from '../../test/support/run-builder.ts';
import type { JsonObject, StepPath } from '../support/index.ts';
import { fold, foldRun, isRunOver, isStepOver } from './index.ts';
import { IllegalTransition } from './model/errors.ts';
import type { NewEvent, RunState, StepContext, StepExecutor, StepOutcome, Workflow } from './index.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

/** Executes steps by what they are given, and knows what was in flight. */
function worker(answer: (context: StepContext) => StepOutcome | Promise<StepOutcome> = () => done()): {
  readonly executor: StepExecutor;
  readonly calls: string[];
  readonly most: () => number;
} {
  const calls: string[] = [];
  let running = 0;
  let most = 0;
  return {
    calls,
    most: () => most,
    executor: {
      async execute(context) {
        calls.push(`${context.path}#${context.attempt}`);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return answer(context);
      },
    },
  };
}

function said(context: StepContext): StepOutcome {
  return done({ outputs: { for: (context.input['params'] as JsonObject)['item'] ?? null } });
}

function at(state: RunState, path: string) {
  return state.steps.get(path as StepPath);
}

const each = (more: Parameters<typeof foreach>[2] = {}): Workflow =>
  workflow([foreach('each', [persona('review', [], { params: { item: '{{item}}' } })], { items: names, ...more })]);

describe('a list of items', () => {
  test('is worked on three at a time, and its results stand in the order of the items', async () => {
    const { executor, calls, most } = worker(said);
    const state = await playRun(spec(each({ concurrency: 3 })), executor);
    expect(state.status).toBe('succeeded');
    expect(most()).toBe(3);
    expect(calls).toEqual(names.map((_, index) => `each.${index}.review#1`));
    const { results, ...counts } = at(state, 'each')?.result?.outputs ?? {};
    expect(counts).toEqual({ count: 10, succeeded: 10, failed: 0, skipped: 0, errors: [] });
    expect(results).toEqual(
      names.map((item, index) => ({ index, item, status: 'succeeded', outputs: { review: { for: item } } })),
    );
  });

  test('is known by its own name, with its place and the steps for the same item', async () => {
    const params = {
      said: '{{file.path}} {{index}} {{steps.read.outputs.text}} {{context.state.get("read_result").text}}',
    };
    const flow = workflow([
      foreach('each', [git('read'), git('write', ['read'], { params })], {
        items: '{{inputs.files}}',
        as: 'file',
        concurrency: 2,
      }),
    ]);
    const inputs: unknown[] = [];
    const { executor } = worker((context) => {
      if (context.step.id === 'write') inputs.push((context.input['params'] as JsonObject)['said']);
      return done({ outputs: { text: `T${context.path}` } });
    });
    const files = [{ path: 'x.ts' }, { path: 'y.ts' }];
    const state = await playRun(spec(flow, { inputs: { files } }), executor);
    expect(state.reason).toBe('All steps are done');
    expect(inputs).toEqual(['x.ts 0 Teach.0.read Teach.0.read', 'y.ts 1 Teach.1.read Teach.1.read']);
  });

  test('that is empty is done at once, and says so', async () => {
    const { executor, calls } = worker();
    const state = await playRun(spec(each({ items: [] })), executor);
    expect([state.status, at(state, 'each')?.result?.summary]).toEqual([
      'succeeded',
      'No items: nothing had to be done',
    ]);
    expect(calls).toEqual([]);
  });

  test.each([
    ['{{task.title}}', '`items` of step "each" gives the text "Fix it", not a list'],
    ['{{task.fields}}', '`items` of step "each" gives an object, not a list'],
    ['{{inputs.many}}', '`items` of step "each" gives 1001 items: more than 1000'],
  ])('that is none fails before it costs anything: %s', async (items, message) => {
    const { executor, calls } = worker();
    const many = Array.from({ length: 1_001 }, (_, index) => index);
    const state = await playRun(spec(each({ items }), { inputs: { many } }), executor);
    expect(state.reason).toBe(`Step "each" failed: ${message}`);
    expect(calls).toEqual([]);
  });

  test('with a fail verdict among its items has that verdict', async () => {
    const { executor } = worker(({ path }) => done({ verdict: path === 'each.4.review' ? 'fail' : 'pass' }));
    const state = await playRun(spec(each({ concurrency: 3 })), executor);
    expect(at(state, 'each')?.result?.verdict).toBe('fail');
    expect(state.reason).toBe('Step "review [4]" says fail');
  });
});

describe('an item that fails', () => {
  const broken = ({ path }: StepContext): StepOutcome => (path === 'each.2.review' ? failed('no paper') : done());

  test('lets no further one begin; those that are worked on go on', async () => {
    const { executor, calls } = worker(broken);
    const state = await playRun(spec(each({ concurrency: 3 })), executor);
    expect(calls).toEqual([0, 1, 2, 3, 4].map((index) => `each.${index}.review#1`));
    expect(at(state, 'each')?.error?.message).toBe('1 of 10 items failed: "review [2]": no paper');
    expect(state.reason).toBe('Step "review [2]" failed: no paper');
    expect(at(state, 'each.9.review')?.skipped).toEqual({
      reason: 'run_failed',
      because: 'item "each.2" failed before',
    });
    expect([...state.steps.values()].every(({ status }) => isStepOver(status))).toBe(true);
  });

  test('with `continue` the others are done, and the run says which failed', async () => {
    const { executor } = worker(broken);
    const state = await playRun(spec(each({ concurrency: 3, onItemFailure: 'continue' })), executor);
    expect([state.status, state.reason]).toEqual(['degraded', 'Done, but optional steps did not succeed: review [2]']);
    const outputs = at(state, 'each')?.result?.outputs ?? {};
    expect([outputs['count'], outputs['succeeded'], outputs['failed'], outputs['errors']]).toEqual([
      10,
      9,
      1,
      [{ index: 2, step: 'each.2.review', message: 'no paper' }],
    ]);
    expect(at(state, 'each')?.result?.summary).toBe('9 of 10 items done; failed: each.2');
  });

  test('with all the others fails the step', async () => {
    const { executor } = worker(() => failed('no paper'));
    const state = await playRun(spec(each({ items: ['a', 'b'], onItemFailure: 'continue' })), executor);
    expect(state.reason).toBe(
      'Step "each" failed: 2 of 2 items failed: "review [0]": no paper; "review [1]": no paper',
    );
  });
});

describe('containers in one another', () => {
  test('a foreach in a parallel, a conditional in a foreach, a foreach in a foreach', async () => {
    const inner = foreach('inner', [git('leaf', [], { params: { what: '{{outer}}/{{inner}}/{{index}}' } })], {
      items: '{{outer.parts}}',
      as: 'inner',
      concurrency: 2,
    });
    const choice = conditional('choice', 'outer.parts.length > 1', { then: [git('many')], else: [git('one')] });
    const flow = workflow([
      parallel('both', [
        git('beside'),
        foreach('outer', [choice, { ...inner, dependencies: ['choice'] }], {
          items: [{ parts: ['x', 'y'] }, { parts: ['z'] }],
          as: 'outer',
        }),
      ]),
    ]);
    const { executor, calls } = worker();
    const state = await playRun(spec(flow), executor);
    expect(state.reason).toBe('All steps are done');
    expect(calls.map((call) => call.replace('#1', '')).toSorted()).toEqual([
      'beside',
      'outer.0.inner.0.leaf',
      'outer.0.inner.1.leaf',
      'outer.0.many',
      'outer.1.inner.0.leaf',
      'outer.1.one',
    ]);
    expect(statuses(state)['outer.0.one']).toBe('skipped');
    expect([...state.steps.keys()].indexOf('outer.0.inner.1.leaf' as StepPath)).toBeLessThan(
      [...state.steps.keys()].indexOf('outer.1.choice' as StepPath),
    );
  });
});

describe('what people ask', () => {
  const by = { login: 'ada', from: 'comment' } as const;

  async function inTheMiddle(control: NewEvent, flow: Workflow): Promise<{ state: RunState; calls: string[] }> {
    let isAsked = false;
    const { executor, calls } = worker(({ step, attempt, path }) => {
      if (step.id === 'hold' && !isAsked) return { kind: 'waiting', for: 'answer', until: null };
      return path === 'each.1.review' && attempt === 1 ? failed('once') : done({ outputs: { n: attempt } });
    });
    const play = await setUpRun(spec(flow), executor);
    await playOn(play);
    isAsked = true;
    calls.length = 0;
    // a control is an external event
    await play.journal.post(play.spec.id, control as never);
    await playOn(play);
    await play.journal.post(play.spec.id, { type: 'question.answered', data: { answer: 'go', by } });
    return { state: await playOn(play), calls };
  }

  const held = (more: Parameters<typeof foreach>[2]): Workflow =>
    workflow([
      foreach('each', [persona('review'), git('note', ['review'])], {
        items: ['a', 'b', 'c'],
        onItemFailure: 'continue',
        ...more,
      }),
      git('hold', ['each']),
    ]);

  test('one item is done again, and the others stay as they are', async () => {
    const control: NewEvent = { type: 'control.requested', data: { verb: 'rerun', step: 'each.1', by } };
    const { state, calls } = await inTheMiddle(control, held({}));
    expect(calls.slice(0, 2)).toEqual(['each.1.review#2', 'each.1.note#1']);
    expect(calls.every((call) => call.startsWith('each.1.') || call.startsWith('hold'))).toBe(true);
    expect(at(state, 'each')?.result?.outputs['succeeded']).toBe(3);
    expect(state.status).toBe('succeeded');
  });

  test('one step of an item is tried again', async () => {
    const control: NewEvent = { type: 'control.requested', data: { verb: 'retry', step: 'each.1.review', by } };
    const { state } = await inTheMiddle(control, held({}));
    expect([state.status, at(state, 'each.1.review')?.attempts, at(state, 'each.0.review')?.attempts]).toEqual([
      'succeeded',
      2,
      1,
    ]);
  });
});

describe('the journal', () => {
  const events = (...more: NewEvent[]): Parameters<typeof foldRun>[0] =>
    [{ type: 'run.created', data: { spec: spec(each({ items: ['a'] })) } } as const, ...more].map((event, index) => ({
      ...(event as NewEvent),
      run: 'r' as never,
      seq: index + 1,
      at: index,
    }));
  const opened: NewEvent = {
    type: 'step.started',
    step: 'each' as StepPath,
    attempt: 1,
    data: { input: {}, inputHash: 'h' },
  };

  test('refuses what is said of an item that never was, with run, event and path', () => {
    const late: NewEvent = { type: 'step.skipped', step: 'each.7.review' as StepPath, data: { reason: 'person' } };
    expect(() => foldRun(events({ type: 'run.started', data: {} }, opened, late))).toThrow(
      'Cannot take in step.skipped, event 4 of run r: the run has no step "each.7.review"',
    );
  });

  test('refuses items of a step that has none, or is not open', () => {
    const expanded = (parent: string): NewEvent => ({
      type: 'steps.expanded',
      data: { parent: parent as StepPath, items: ['a'] },
    });
    expect(() => foldRun(events(expanded('each')))).toThrow(IllegalTransition);
    expect(() => foldRun(events(opened, expanded('each.0.review')))).toThrow(IllegalTransition);
  });

  test('keeps counting attempts when items go and come back', () => {
    const items = (list: readonly string[]): NewEvent => ({
      type: 'steps.expanded',
      data: { parent: 'each' as StepPath, items: list },
    });
    const head = { step: 'each.1.review' as StepPath, attempt: 1 };
    let state = foldRun(
      events(opened, items(['a', 'b']), { type: 'step.started', ...head, data: { input: {}, inputHash: 'h' } }),
    );
    state = fold(state, [{ ...items(['a']), run: 'r' as never, seq: state.seq + 1, at: 9 }]);
    expect(state.steps.has('each.1.review' as StepPath)).toBe(false);
    const late: NewEvent = { type: 'effect.done', ...head, data: { key: 'k', result: null } };
    state = fold(state, [{ ...late, run: 'r' as never, seq: state.seq + 1, at: 9 }]);
    state = fold(state, [{ ...items(['a', 'c']), run: 'r' as never, seq: state.seq + 1, at: 9 }]);
    expect([at(state, 'each.1.review')?.status, at(state, 'each.1.review')?.attempts]).toEqual(['pending', 1]);
  });
});

describe('whatever happens to the process', () => {
  const ending = (state: RunState): unknown => ({
    status: state.status,
    reason: state.reason,
    steps: [...state.steps.values()].map(({ path, status, result, error, skipped }) => ({
      path,
      status,
      result,
      error,
      skipped,
    })),
  });

  test.each(['stop', 'continue'] as const)(
    'ten items with one that fails end the same at every write at which it dies: %s',
    async (onItemFailure) => {
      const flow = each({ concurrency: 3, onItemFailure });
      const pushes = (applied: string[]): StepExecutor =>
        worker(async (context) => {
          if (context.path === 'each.4.review') return failed('no paper');
          const key = `push:${context.path}`;
          await context.effect({
            key,
            what: key,
            lookUp: async () => (applied.includes(key) ? key : undefined),
            apply: async () => {
              applied.push(key);
              return key;
            },
          });
          return done({ outputs: { key } });
        }).executor;
      const undisturbed: string[] = [];
      const calm = await setUpRun(spec(flow), pushes(undisturbed));
      const expected = ending(await playOn(calm));
      for (let deadly = 1; deadly <= calm.journal.writes(); deadly += 1) {
        const applied: string[] = [];
        const play = await setUpRun(spec(flow, { id: calm.spec.id }), pushes(applied), {
          beforeWrite: (n) => {
            if (n === deadly) play.journal.crash();
          },
        });
        await playOn(play).catch(() => undefined);
        const state = isRunOver(stateOf(play).status) ? stateOf(play) : await playOn(play);
        if (onItemFailure === 'continue') expect(ending(state), `died before write ${deadly}`).toEqual(expected);
        expect(new Set(applied).size, `died before write ${deadly}`).toBe(applied.length);
        const found = [...state.steps.values()].filter(({ result }) => result?.outputs['key'] !== undefined);
        expect(found.map(({ path }) => `push:${path}`).toSorted()).toEqual(applied.toSorted());
        expect([state.status, state.steps.size]).toEqual([stateOf(calm).status, 11]);
      }
    },
  );

  test('any number of items ends as a simple model says', async () => {
    const run = fc.record({
      fails: fc.array(fc.boolean(), { maxLength: 12 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      onItemFailure: fc.constantFrom('stop' as const, 'continue' as const),
      deadly: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ fails, concurrency, onItemFailure, deadly }) => {
        const flow = each({ items: fails.map((_, index) => index), concurrency, onItemFailure });
        const { executor, most } = worker(({ path }) =>
          fails[Number(path.split('.')[1])] === true ? failed('no') : done(),
        );
        const play = await setUpRun(spec(flow), executor, {
          beforeWrite: (n) => {
            if (deadly.includes(n)) play.journal.crash();
          },
        });
        while (!isRunOver(stateOf(play).status)) await playOn(play).catch(() => undefined);
        const state = stateOf(play);
        const bad = fails.filter(Boolean).length;
        const model =
          bad === 0 ? 'succeeded' : onItemFailure === 'stop' || bad === fails.length ? 'failed' : 'degraded';
        expect(state.status).toBe(model);
        expect(state.steps.size).toBe(1 + fails.length);
        expect(most()).toBeLessThanOrEqual(concurrency);
        const items = fails.map((isBad, index) => ({ isBad, step: at(state, `each.${index}.review`) }));
        for (const { isBad, step } of items) {
          if (step?.status === 'skipped') expect([onItemFailure, step.attempts]).toEqual(['stop', 0]);
          else expect(step?.status).toBe(isBad ? 'failed' : 'succeeded');
        }
        const begun = items.filter(({ step }) => step?.status !== 'skipped').length;
        const firstBad = fails.indexOf(true);
        if (onItemFailure === 'stop' && firstBad !== -1) expect(begun).toBeLessThanOrEqual(firstBad + concurrency + 1);
        if (onItemFailure === 'continue') expect(begun).toBe(fails.length);
      }),
      { numRuns: 60 },
    );
  });
});
