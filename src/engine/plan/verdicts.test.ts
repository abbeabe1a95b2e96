import { describe, expect, test } from 'vitest';
import { done, failed, git, parallel, persona, scripted, spec, workflow } from '../../../test/support/run-builder.ts';
import { playRun } from '../../../test/support/play-run.ts';
import type { Sha, StepPath } from '../../support/index.ts';
import { blockedVerdicts, upstreamVerdicts } from '../index.ts';
import type { StepOutcome, Workflow } from '../index.ts';

const tree = (digit: string): Sha => digit.repeat(40) as Sha;

/** What stands against `merge`, as `step: why`. */
async function against(flow: Workflow, script: Record<string, () => StepOutcome>): Promise<string[]> {
  const state = await playRun(spec(flow), scripted(script));
  return blockedVerdicts(state, 'merge' as StepPath).map(({ path, why }) => `${path}: ${why}`);
}

describe('a merge', () => {
  const reviews = workflow([
    persona('plan'),
    persona('code', ['plan']),
    persona('qa', ['code']),
    parallel('reviews', [persona('review'), persona('style', [], { advisory: true })], {
      dependencies: ['qa'],
      condition: "context.state.get('qa_status') === 'pass'",
    }),
    git('merge', ['reviews'], { onSkippedDependency: 'run' }),
  ]);
  const code = (): StepOutcome =>
    done({ filesChanged: ['a.ts'], sha: tree('a'), tree: tree('1'), facts: { headTree: tree('1') } });
  const judge =
    (verdict: 'pass' | 'fail' | 'unknown', of = tree('1')): (() => StepOutcome) =>
    () =>
      done({ verdict, tree: of });

  test('has nothing against it when all judges passed the tree that is there', async () => {
    const plan = judge('pass', tree('0'));
    expect(
      await against(reviews, { plan, code, qa: judge('pass'), review: judge('pass'), style: judge('fail') }),
    ).toEqual([]);
  });

  test('has a fail upstream against it, and what was skipped because of one', async () => {
    expect(await against(reviews, { code, qa: judge('fail') })).toEqual(['qa: fail', 'review: skipped']);
  });

  test('has an unknown, and a judge that broke, against it', async () => {
    expect(await against(reviews, { code, qa: judge('pass'), review: judge('unknown') })).toEqual(['review: unknown']);
    const broken = workflow([persona('qa', [], { onFailure: 'continue' }), git('merge', ['qa'])]);
    expect(await against(broken, { qa: () => failed('no answer') })).toEqual(['qa: unknown']);
  });

  test('has a pass of another tree against it, whatever it says', async () => {
    const flow = workflow([
      persona('code'),
      persona('qa', ['code'], { unjudged: ['docs/**'] }),
      persona('docs', ['qa']),
      git('merge', ['docs']),
    ]);
    const docs = (): StepOutcome => done({ filesChanged: ['docs/a.md'], facts: { headTree: tree('2') } });
    const state = await playRun(spec(flow), scripted({ code, qa: judge('pass'), docs }));
    const [blocked] = blockedVerdicts(state, 'merge' as StepPath);
    expect(blocked).toMatchObject({ path: 'qa', why: 'stale', tree: tree('1'), step: { unjudged: ['docs/**'] } });
  });

  test('of the winner of a race does not hear of the losers', async () => {
    const flow = workflow([parallel('race', [persona('a'), persona('b')], { waitFor: 'any' }), git('merge', ['race'])]);
    const state = await playRun(spec(flow), scripted({ a: judge('fail'), b: judge('pass') }));
    expect(upstreamVerdicts(state, 'merge' as StepPath)).toEqual([]);
    expect(state.status).toBe('succeeded');
  });
});
