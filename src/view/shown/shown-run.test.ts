import { expect, test } from 'vitest';
import type { RunState, StepState } from '../../engine/index.ts';
import { showRun } from './shown-run.ts';
import { ran, runOf, runs, specOf, startedAt } from '../testing.ts';

const result = { outputs: {}, summary: 'Fixed it.' };
const failed = { class: 'failed' as const, code: 'step/failed', message: 'npm test ended with 1', hint: 'Run it.' };
const before = { prepare: ran(0, 1), plan: ran(1, 5, { result: { ...result, verdict: 'pass' } }) };
const ended = { finishedAt: startedAt + 60_000 };

const gate = { message: 'Go on?', inputHash: '0', by: [], expires: null, asked: 1, askedAt: startedAt, isOpen: true };

function waitingFor(kind: 'approval' | 'answer' | 'timer'): Partial<StepState> {
  const waiting = { for: kind, until: null, message: 'Go on?' } as NonNullable<StepState['waitingFor']>;
  const more = kind === 'approval' ? { approval: gate } : {};
  return { ...runs(9, { waitingFor: waiting, ...more }), status: 'waiting' };
}

/** Every state that people meet. */
const states: Readonly<Record<string, RunState>> = {
  queued: runOf('queued', {}),
  running: runOf('running', { ...before, implement: runs(5, { attempts: 2, progress: 'Reading' }) }),
  'tries again': runOf('waiting', {
    ...before,
    implement: { status: 'ready', attempts: 1, retryAt: startedAt + 9_000 },
  }),
  'waits for an approval': runOf('waiting', { ...before, implement: waitingFor('approval') }),
  'waits for an answer': runOf('waiting', { ...before, implement: waitingFor('answer') }),
  'waits for a time': runOf('waiting', { ...before, implement: waitingFor('timer') }),
  paused: runOf('paused', before, { paused: { login: 'octocat', from: 'github' } as NonNullable<RunState['paused']> }),
  succeeded: runOf(
    'succeeded',
    { ...before, implement: ran(5, 20, { result }), qa: ran(20, 30, { result: { outputs: {}, verdict: 'pass' } }) },
    ended,
  ),
  degraded: runOf(
    'degraded',
    { ...before, finish: ran(5, 9, { result }) },
    { ...ended, reason: 'Something optional failed' },
  ),
  failed: runOf(
    'failed',
    { ...before, implement: { ...ran(5, 9), status: 'failed', error: failed } },
    { ...ended, reason: 'Step "Implement" failed' },
  ),
  'says no': runOf(
    'failed',
    { ...before, qa: ran(5, 9, { result: { outputs: {}, verdict: 'fail', verdictReason: '2 tests are red' } }) },
    ended,
  ),
  'needs a person': runOf(
    'failed',
    { ...before, finish: { ...ran(5, 9), status: 'failed', error: { ...failed, code: 'github/not-mergeable' } } },
    ended,
  ),
  cancelled: runOf('cancelled', { ...before, implement: { ...ran(5, 9), status: 'cancelled' } }, ended),
  'timed out': runOf('timed_out', { ...before, implement: { ...ran(5, 9), status: 'timed_out' } }, ended),
  rehearsal: runOf('succeeded', before, { ...ended, spec: specOf({ rehearsal: true }) }),
  'its cost is known in part': runOf(
    'succeeded',
    { plan: ran(1, 5, { usage: [{ costUsd: '0.5', complete: true }, { complete: false }] as never }) },
    {
      ...ended,
      usage: { personaRuns: 2, inputTokens: 900, outputTokens: 200, costUsd: '0.5', complete: false },
    },
  ),
};

test.each(Object.entries(states))('%s', async (name, state) => {
  const shown = showRun({ state });
  // pure data: nothing is lost on the way through JSON
  expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`./golden/${name.replaceAll(' ', '-')}.json`);
});
