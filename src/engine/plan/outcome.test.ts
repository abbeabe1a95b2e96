import { describe, expect, test } from 'vitest';
import { builtIn, git, parallel, persona, spec, workflow } from '../../../test/support/run-builder.ts';
import type { StepPath } from '../../support/index.ts';
import { foldRun, outcomeOf } from '../index.ts';
import { stepConclusion } from './conclusion.ts';
import type { NewEvent, RunState, Step, StepResult, StepState, Workflow } from '../index.ts';

type Ended =
  | Partial<StepResult>
  | { readonly failed: string; readonly code?: string }
  | { readonly timedOut: true }
  | { readonly skipped: 'condition' | 'dependency' };

/** A run whose steps ended like this. */
function ended(flow: Workflow, ends: Readonly<Record<string, Ended>>, before: readonly NewEvent[] = []): RunState {
  const events: NewEvent[] = [
    { type: 'run.created', data: { spec: spec(flow) } },
    { type: 'run.started', data: {} },
    ...before,
  ];
  for (const [id, end] of Object.entries(ends)) events.push(...endOf(id as StepPath, end));
  return foldRun(events.map((event, index) => ({ ...event, run: 'r' as never, seq: index + 1, at: 1_000 + index })));
}

function endOf(step: StepPath, end: Ended): NewEvent[] {
  if ('skipped' in end) return [{ type: 'step.skipped', step, data: { reason: end.skipped } }];
  const started: NewEvent = { type: 'step.started', step, attempt: 1, data: { input: {}, inputHash: '' } };
  if ('failed' in end)
    return [
      started,
      {
        type: 'step.failed',
        step,
        attempt: 1,
        data: { error: { class: 'failed', code: end.code ?? 'x', message: end.failed } },
      },
    ];
  if ('timedOut' in end) return [started, { type: 'step.cancelled', step, attempt: 1, data: { reason: 'timed_out' } }];
  return [started, { type: 'step.succeeded', step, attempt: 1, data: { result: { outputs: {}, ...end } } }];
}

const ok = {};
const pass = { verdict: 'pass' } as const;
const cancel: NewEvent = { type: 'run.cancel_requested', data: { by: { login: 'ada', from: 'comment' } } };
const chain = workflow([persona('plan'), persona('qa', ['plan']), git('finish', ['qa'])]);
const optional = workflow([git('lint', [], { onFailure: 'continue' }), git('finish', ['lint'])]);
const advisory = workflow([
  persona('plan'),
  persona('style', [], { advisory: true }),
  git('finish', ['plan', 'style']),
]);
const race = workflow([parallel('race', [persona('a'), persona('b')], { waitFor: 'any' })]);

describe('how a run ends', () => {
  test.each<[string, RunState, string, string]>([
    ['everything passed', ended(chain, { plan: ok, qa: pass, finish: ok }), 'succeeded', 'All steps are done'],
    [
      'cancelled, before any other rule',
      ended(chain, { plan: { failed: 'x' } }, [cancel]),
      'cancelled',
      'Cancelled by ada',
    ],
    [
      'a step took too long',
      ended(chain, { plan: { timedOut: true }, qa: { skipped: 'dependency' } }),
      'timed_out',
      'Step "plan" took longer than its timeout',
    ],
    ['a step failed', ended(chain, { plan: { failed: 'no answer' } }), 'failed', 'Step "plan" failed: no answer'],
    [
      'timed out stands before failed',
      ended(workflow([git('a'), git('b')]), { a: { failed: 'x' }, b: { timedOut: true } }),
      'timed_out',
      'Step "b" took longer than its timeout',
    ],
    [
      'a persona says fail',
      ended(chain, { plan: ok, qa: { verdict: 'fail', summary: '2 tests red' }, finish: ok }),
      'failed',
      'Step "qa" says fail: 2 tests red',
    ],
    [
      'a persona says fail and the finish refuses for that: the one that said no decided',
      ended(chain, {
        plan: ok,
        qa: { verdict: 'fail', summary: '2 tests red' },
        finish: { failed: 'Cannot run "finish": "qa" says fail', code: 'step/verdict-against' },
      }),
      'failed',
      'Step "qa" says fail: 2 tests red',
    ],
    [
      'a persona says fail, its work is rolled back and nothing is left to finish: the same',
      ended(chain, {
        plan: ok,
        qa: { verdict: 'fail', summary: '2 tests red' },
        finish: {
          failed: 'Nothing delivered: the branch does not differ from its base',
          code: 'step/nothing-delivered',
        },
      }),
      'failed',
      'Step "qa" says fail: 2 tests red',
    ],
    [
      'a persona does not know',
      ended(chain, { plan: ok, qa: { verdict: 'unknown', verdictReason: 'no `verify` is set' }, finish: ok }),
      'failed',
      'Step "qa" says unknown: no `verify` is set',
    ],
    [
      'an advisory persona says fail',
      ended(advisory, { plan: ok, style: { verdict: 'fail' }, finish: ok }),
      'degraded',
      'Done, but optional steps did not succeed: style',
    ],
    [
      'the last step was skipped through a dependency',
      ended(chain, { plan: ok, qa: { skipped: 'condition' }, finish: { skipped: 'dependency' } }),
      'failed',
      'Nothing delivered: step "finish" was skipped because of a step before it',
    ],
    [
      'the same, but a persona declared that there is nothing to do',
      ended(chain, { plan: { noop: 'fixed in #6' }, qa: { skipped: 'condition' }, finish: { skipped: 'dependency' } }),
      'degraded',
      'Nothing to do: fixed in #6',
    ],
    [
      'the last step was skipped by its own condition',
      ended(chain, { plan: ok, qa: pass, finish: { skipped: 'condition' } }),
      'succeeded',
      'All steps are done',
    ],
    [
      'every step was skipped',
      ended(workflow([git('a'), git('b')]), { a: { skipped: 'condition' }, b: { skipped: 'condition' } }),
      'failed',
      'Nothing delivered: every step was skipped',
    ],
    [
      'an optional step failed',
      ended(optional, { lint: { failed: 'x' }, finish: ok }),
      'degraded',
      'Done, but optional steps did not succeed: lint',
    ],
    [
      'an optional step timed out',
      ended(optional, { lint: { timedOut: true }, finish: ok }),
      'degraded',
      'Done, but optional steps did not succeed: lint',
    ],
    [
      'a step could not deliver all it should',
      ended(chain, { plan: ok, qa: pass, finish: { shortfall: 'Branch pushed, but no pull request' } }),
      'degraded',
      'Branch pushed, but no pull request',
    ],
    [
      'a step could not deliver all it should, and an optional one failed',
      ended(optional, { lint: { failed: 'x' }, finish: { shortfall: 'Branch pushed, but no pull request' } }),
      'degraded',
      'Branch pushed, but no pull request. Done, but optional steps did not succeed: lint',
    ],
    ['a step ended the run early', ended(chain, { plan: { stop: 'Already fixed' } }), 'succeeded', 'Already fixed'],
    [
      'the loser of a race says fail',
      ended(race, { a: { verdict: 'fail' }, b: pass, race: { outputs: { winner: 'b' } } }),
      'succeeded',
      'All steps are done',
    ],
    [
      'a step of finally failed',
      ended(workflow([git('a')], { finally: [git('tidy')] }), { a: ok, tidy: { failed: 'locked' } }),
      'failed',
      'Step "tidy" failed: locked',
    ],
    [
      'only our own steps did something',
      ended(workflow([builtIn('prepare'), git('a', ['prepare'])]), { prepare: ok, a: { skipped: 'condition' } }),
      'failed',
      'Nothing delivered: every step was skipped',
    ],
  ])('%s', (_name, state, ...[status, reason]) => {
    expect(outcomeOf(state)).toMatchObject({ status, reason });
  });
});

describe('what the check of a step concludes', () => {
  const step: Step = persona('qa');
  const of = (end: Ended): StepState => {
    const state = ended(workflow([step]), { qa: end }).steps.get('qa' as StepPath);
    if (state === undefined) throw new Error('qa is there');
    return state;
  };
  test.each<[string, StepState, string | undefined]>([
    ['passed', of(pass), 'success'],
    ['done, without a verdict', of(ok), 'success'],
    ['verdict fail', of({ verdict: 'fail' }), 'failure'],
    ['verdict unknown', of({ verdict: 'unknown' }), 'failure'],
    ['declared no-op', of({ noop: 'nothing to do' }), 'neutral'],
    ['a no-op does not hide a fail', of({ noop: 'x', verdict: 'fail' }), 'failure'],
    ['skipped', of({ skipped: 'condition' }), 'skipped'],
    ['failed', of({ failed: 'x' }), 'failure'],
    ['timed out', of({ timedOut: true }), 'timed_out'],
    [
      'waits for a person',
      { ...of(ok), status: 'waiting', waitingFor: { for: 'approval', until: null } },
      'action_required',
    ],
    ['waits for a provider', { ...of(ok), status: 'waiting', waitingFor: { for: 'ticket', until: null } }, undefined],
    ['runs', { ...of(ok), status: 'running' }, undefined],
  ])('%s', (_name, state, conclusion) => {
    expect(stepConclusion(state, step)).toBe(conclusion);
  });
});
