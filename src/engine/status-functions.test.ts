// `success() failure() always() cancelled()` in the conditions of steps, held against what GitHub documents for jobs that `need` others:
// https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
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
import { playOn, playRun, setUpRun, statuses } from '../../test/support/play-run.ts';
import type { RunState, Step } from './index.ts';

type Before = keyof typeof before;

/** What stands before the step `asked`, and what becomes of it. */
const before = {
  'a step that succeeded': [git('a')],
  'a step that failed': [git('broken')],
  'a step that failed and may': [git('broken', [], { onFailure: 'continue' })],
  'a step whose condition is false': [git('a', [], { condition: 'false' })],
  'a step that was skipped behind a failure': [git('broken'), git('a', ['broken'])],
  'a step that always runs, behind a failure': [git('broken'), git('a', ['broken'], { condition: 'always()' })],
  'a step whose run was cancelled': [git('cancels')],
  'a failure beside it, and a success': [git('broken'), git('slow')],
  'a judge who said no': [persona('judge')],
} satisfies Record<string, readonly Step[]>;

const runs = true;
const skipped = false;

/** Before, condition, whether Actions runs it, and where Troupe does otherwise: what it does, and why. */
const rows: readonly (readonly [Before, string | undefined, boolean, (readonly [boolean, string])?])[] = [
  ['a step that succeeded', undefined, runs],
  ['a step that succeeded', 'success()', runs],
  ['a step that succeeded', 'failure()', skipped],
  ['a step that succeeded', 'always()', runs],
  ['a step that succeeded', 'cancelled()', skipped],
  ['a step that succeeded', 'false', skipped],
  ['a step that failed', undefined, skipped],
  ['a step that failed', 'task.number === 7', skipped],
  ['a step that failed', 'success() || task.number === 7', runs],
  ['a step that failed', 'failure()', runs],
  ['a step that failed', 'failure() && task.number === 8', skipped],
  ['a step that failed', 'always()', runs],
  ['a step that failed', '!failure()', skipped],
  ['a step that failed', '!success()', runs],
  ['a step that failed and may', undefined, runs],
  ['a step that failed and may', 'failure()', skipped],
  ['a step whose condition is false', undefined, skipped],
  ['a step whose condition is false', '!failure() && !cancelled()', runs],
  ['a step that was skipped behind a failure', 'failure()', runs],
  ['a step that always runs, behind a failure', undefined, skipped],
  ['a step whose run was cancelled', 'always()', runs],
  ['a step whose run was cancelled', 'cancelled()', runs],
  ['a step whose run was cancelled', '!cancelled()', skipped],
  ['a failure beside it, and a success', undefined, runs, [skipped, 'a run begins nothing more once it has failed']],
  ['a failure beside it, and a success', 'failure()', skipped],
  ['a failure beside it, and a success', '!cancelled()', runs],
  [
    'a judge who said no',
    'failure()',
    skipped,
    [runs, 'a verdict of no is a red check, which Actions has no word for'],
  ],
  ['a judge who said no', 'success()', runs, [skipped, 'the same']],
];

describe('status functions', () => {
  test.each(rows.map(([name, condition, actions, differs]) => ({ name, condition, actions, differs })))(
    'after $name, `$condition`',
    async ({ name, condition, actions, differs }) => {
      const steps: readonly Step[] = before[name];
      const last = steps.find(({ id }) => id === 'a' || id === 'slow') ?? steps.at(-1);
      const state = await play([
        ...steps,
        git('asked', [last?.id ?? ''], condition === undefined ? {} : { condition }),
      ]);
      const expected = differs === undefined ? actions : differs[0];
      expect(statuses(state)['asked'] === 'succeeded').toBe(expected);
      const verdict = name.includes('cancelled') ? 'cancelled' : hasFailed(name) ? 'failed' : undefined;
      if (verdict !== undefined) expect(state.status).toBe(verdict);
    },
  );

  test('the run ends as its failed step says, whatever ran after it', async () => {
    const state = await play([git('broken'), git('tell', ['broken'], { condition: 'failure()' })]);
    expect(state).toMatchObject({ status: 'failed', reason: 'Step "broken" failed: no' });
  });

  test('what comes after a step that always runs is still behind the failure, also where errors are collected', async () => {
    const flow = workflow([
      git('broken'),
      git('sweep', ['broken'], { condition: 'always()' }),
      git('ship', ['sweep']),
      git('merge', ['sweep'], { onSkippedDependency: 'any' }),
    ]);
    const state = await playRun(spec(flow), scripted({ broken: () => failed('no') }), { collectErrors: true });
    expect(statuses(state)).toEqual({ broken: 'failed', sweep: 'succeeded', ship: 'skipped', merge: 'skipped' });
  });

  test('a step that only cleans up makes no run green in which nothing was delivered', async () => {
    const state = await play([
      git('a', [], { condition: 'task.number === 8' }),
      git('ship', ['a']),
      git('sweep', ['ship'], { condition: 'always()' }),
    ]);
    expect(statuses(state)).toEqual({ a: 'skipped', ship: 'skipped', sweep: 'succeeded' });
    expect(state).toMatchObject({ status: 'failed', reason: expect.stringContaining('step "ship" was skipped') });
  });

  test('a step for failures that was not needed is no step that was left undone', async () => {
    const state = await play([
      git('a'),
      git('off', ['a'], { condition: 'false' }),
      git('tell', ['off'], { condition: 'failure()' }),
    ]);
    expect(statuses(state)).toEqual({ a: 'succeeded', off: 'skipped', tell: 'skipped' });
    expect(state.status).toBe('succeeded');
  });

  test('a conditional that asks is decided after a failure, and what stands in it runs', async () => {
    const state = await play([
      git('broken'),
      conditional('how', 'success()', {
        dependencies: ['broken'],
        then: [git('good')],
        else: [git('bad'), git('worse', ['bad'])],
      }),
    ]);
    expect(statuses(state)).toEqual({
      broken: 'failed',
      how: 'succeeded',
      good: 'skipped',
      bad: 'succeeded',
      worse: 'succeeded',
    });
    expect(state.reason).toBe('Step "broken" failed: no');
  });

  test('inside steps at the same time it asks about those before it there', async () => {
    const state = await play([
      parallel('both', [git('broken'), git('tell', ['broken'], { condition: 'failure()' }), git('other')]),
    ]);
    expect(statuses(state)).toMatchObject({ broken: 'failed', tell: 'succeeded', other: 'succeeded', both: 'failed' });
  });

  test('a cancelled run asks no persona and waits for nobody', async () => {
    const state = await play([
      git('cancels'),
      persona('report', ['cancels'], { condition: 'always()' }),
      git('signed', ['cancels'], { condition: 'always()', approval: { by: [], onTimeout: 'reject' } }),
      git('sweep', ['cancels'], { condition: 'always()' }),
    ]);
    expect(statuses(state)).toEqual({
      cancels: 'cancelled',
      report: 'cancelled',
      signed: 'cancelled',
      sweep: 'succeeded',
    });
  });
});

function hasFailed(name: Before): boolean {
  return before[name].some(({ id, onFailure }: Step) => id === 'judge' || (id === 'broken' && onFailure === 'stop'));
}

/** Plays a run of these steps: `broken` fails, `judge` says no, and while `cancels` is at work somebody cancels. */
async function play(steps: readonly Step[]): Promise<RunState> {
  const { promise: broke, resolve: breaks } = Promise.withResolvers<void>();
  const playing = await setUpRun(
    spec(workflow(steps)),
    scripted({
      broken: () => failed('no'),
      judge: () => done({ verdict: 'fail', verdictReason: 'no tests' }),
      async cancels({ signal }) {
        await playing.journal.post(playing.spec.id, {
          type: 'run.cancel_requested',
          data: { by: { login: 'ada', from: 'comment' } },
        });
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return done();
      },
      async slow() {
        await broke;
        return done();
      },
    }),
    {
      onEvents(_, events) {
        if (events.some(({ type }) => type === 'step.failed')) breaks();
      },
    },
  );
  return playOn(playing);
}
