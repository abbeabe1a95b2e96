import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  builtIn,
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
import { playOn, playRun, setUpRun, stateOf } from '../../test/support/play-run.ts';
import type { StepExecutor, RunState, Step, StepContext, StepOutcome, Workflow } from './index.ts';
import { isRunOver, isStepOver } from './index.ts';

const usage = { costUsd: '0.1', source: 'provider', complete: true } as const;

/** What must be the same however often the process died. */
function ending(state: RunState): unknown {
  return {
    status: state.status,
    reason: state.reason,
    outputs: state.outputs,
    facts: state.facts,
    stateKeys: state.stateKeys,
    steps: [...state.steps.values()].map(({ path, status, result, skipped, error }) => ({
      path,
      status,
      result,
      skipped,
      error,
    })),
  };
}

async function push(context: StepContext, applied: string[]): Promise<StepOutcome> {
  const key = `push:${context.path}`;
  const result = await context.effect({
    key,
    what: key,
    lookUp: async () => (applied.includes(key) ? key : undefined),
    apply: async () => {
      applied.push(key);
      return key;
    },
  });
  await context.checkpoint({ pushed: result });
  return done({ outputs: { result }, facts: { branch: 'troupe/7' } });
}

describe('a run whose process dies', () => {
  const flow = workflow(
    [
      builtIn('prepare'),
      persona('plan', ['prepare'], {
        retry: {
          limit: 1,
          transientLimit: 2,
          initialMs: 1_000,
          factor: 2,
          maxMs: 30_000,
          jitter: false,
          on: ['contract'],
        },
      }),
      conditional('size', 'steps.plan.outputs.large', {
        then: [git('branch')],
        else: [git('small')],
        dependencies: ['plan'],
      }),
      parallel('reviews', [persona('code'), persona('security')], { dependencies: ['size'] }),
      git('lint', ['plan'], { onFailure: 'continue', onError: { fallback: 'continue', steps: [git('fix')] } }),
      git('finish', ['reviews', 'lint']),
    ],
    {
      onFailure: [git('tell')],
      finally: [git('tidy'), builtIn('settle', ['tidy'])],
      outputs: { large: '{{steps.plan.outputs.large}}' },
    },
  );
  function steps(applied: string[]): StepExecutor {
    return scripted({
      plan: ({ lastError }) =>
        lastError === undefined ? failed('no JSON', { class: 'contract' }) : done({ outputs: { large: true }, usage }),
      branch: (context) => push(context, applied),
      code: () => done({ verdict: 'pass', usage }),
      security: () => done({ verdict: 'pass' }),
      lint: () => failed('style'),
      finish: (context) => push(context, applied),
    });
  }

  test('ends the same, with every effect done once, at whichever write it dies', async () => {
    const undisturbed: string[] = [];
    const calm = await setUpRun(spec(flow), steps(undisturbed));
    const expected = ending(await playOn(calm));
    const writes = calm.journal.writes();
    expect(writes).toBeGreaterThan(15);
    expect(undisturbed).toEqual(['push:branch', 'push:finish']);
    for (let deadly = 1; deadly <= writes; deadly += 1) {
      const applied: string[] = [];
      const play = await setUpRun(spec(flow, { id: calm.spec.id }), steps(applied), {
        beforeWrite: (n) => {
          if (n === deadly) play.journal.crash();
        },
      });
      await playOn(play).catch(() => undefined);
      const state = isRunOver(stateOf(play).status) ? stateOf(play) : await playOn(play);
      expect(ending(state), `died before write ${deadly}`).toEqual(expected);
      expect(applied, `died before write ${deadly}`).toEqual(undisturbed);
    }
  });
});

describe('any workflow', () => {
  interface Sketch {
    readonly kind: 'git' | 'persona' | 'parallel' | 'any' | 'conditional';
    readonly after: readonly number[];
    readonly condition?: string | undefined;
    readonly onFailure: 'stop' | 'continue' | 'retry';
    readonly policy: 'skip' | 'run' | 'any';
    readonly children: number;
    readonly handled: boolean;
  }
  const sketch = fc.record({
    kind: fc.constantFrom<Sketch['kind']>('git', 'persona', 'parallel', 'any', 'conditional'),
    after: fc.array(fc.nat(6), { maxLength: 2 }),
    condition: fc.option(fc.constantFrom('true', 'false', 'success()', "context.state.get('s0_status') === 'pass'"), {
      nil: undefined,
    }),
    onFailure: fc.constantFrom<Sketch['onFailure']>('stop', 'continue', 'retry'),
    policy: fc.constantFrom<Sketch['policy']>('skip', 'run', 'any'),
    children: fc.integer({ min: 1, max: 3 }),
    handled: fc.boolean(),
  });

  function stepOf(sketched: Sketch, index: number): Step {
    const id = `s${index}`;
    const more = {
      dependencies: [...new Set(sketched.after.filter((other) => other < index).map((other) => `s${other}`))],
      onFailure: sketched.onFailure,
      onSkippedDependency: sketched.policy,
      ...(sketched.handled ? { onError: { fallback: 'continue', steps: [git(`${id}h`)] } as const } : {}),
    };
    const guard = sketched.condition === undefined ? {} : { condition: sketched.condition };
    const children = Array.from({ length: sketched.children }, (_, n) =>
      n === 0 ? persona(`${id}c${n}`) : git(`${id}c${n}`),
    );
    if (sketched.kind === 'conditional')
      return conditional(id, sketched.condition ?? 'true', { then: children, else: [git(`${id}e`)], ...more });
    if (sketched.kind === 'parallel' || sketched.kind === 'any')
      return parallel(id, children, { ...more, ...guard, waitFor: sketched.kind === 'any' ? 'any' : 'all' });
    return sketched.kind === 'git' ? git(id, [], { ...more, ...guard }) : persona(id, [], { ...more, ...guard });
  }

  function outcomeFor(text: string, seed: number): StepOutcome {
    const dice = [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 997, seed) % 8;
    if (dice === 0) return failed('bad');
    if (dice === 1) return failed('busy', { class: 'transient' });
    if (dice === 2) return done({ verdict: 'fail' });
    if (dice === 3) return done({ verdict: 'unknown' });
    return done({ verdict: 'pass' });
  }

  const anyRun = fc.record({
    sketches: fc.array(sketch, { minLength: 1, maxLength: 7 }),
    seed: fc.nat(996),
    collectErrors: fc.boolean(),
  });
  function flowOf(sketches: readonly Sketch[]): Workflow {
    return workflow(sketches.map(stepOf), { onFailure: [git('tell')], finally: [git('tidy')] });
  }

  test('ends with every step ended, and tells of a failure exactly when there is one', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, async ({ sketches, seed, collectErrors }) => {
        const executor: StepExecutor = { execute: async (context) => outcomeFor(context.path, seed) };
        const state = await playRun(spec(flowOf(sketches)), executor, { collectErrors });
        expect(isRunOver(state.status)).toBe(true);
        for (const step of state.steps.values())
          expect(isStepOver(step.status), `${step.path} is ${step.status}`).toBe(true);
        const hasTold = state.steps.get('tell' as never)?.status === 'succeeded';
        const isRed = state.status === 'failed' && state.reason?.includes('tidy') !== true;
        if (isRed) expect(hasTold).toBe(outcomeFor('tell', seed).kind === 'succeeded');
        if (state.status === 'succeeded' || state.status === 'degraded') expect(hasTold).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('ends the same when the process dies at some writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRun,
        fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }),
        async ({ sketches, seed, collectErrors }, deadly) => {
          const executor: StepExecutor = { execute: async (context) => outcomeFor(context.path, seed) };
          const run = spec(flowOf(sketches));
          const calm = await playRun(run, executor, { collectErrors });
          const play = await setUpRun(run, executor, {
            collectErrors,
            beforeWrite: (n) => {
              if (deadly.includes(n)) play.journal.crash();
            },
          });
          for (let n = 0; n < 5 && !isRunOver(stateOf(play).status); n += 1) await playOn(play).catch(() => undefined);
          expect(ending(stateOf(play))).toEqual(ending(calm));
        },
      ),
      { numRuns: 150 },
    );
  });
});
