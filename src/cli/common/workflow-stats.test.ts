import { expect, test } from 'vitest';
import type { RunStatus, RunSummary } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import { workflowMessages } from './messages-records.ts';
import { statsOf } from './workflow-stats.ts';

function run(workflow: string, status: RunStatus, more: Partial<RunSummary> = {}): RunSummary {
  // an id is not looked at
  const id = 'rabcdefghijklmno' as RunId;
  return { id, status, workflow, workflowName: workflow, taskTitle: '', createdAt: 0, currentSteps: [], ...more };
}

test('how often, how it went last, how long and for how much: of the runs that have ended', () => {
  const stats = statsOf([
    run('fix', 'succeeded', { startedAt: 1_000, finishedAt: 3_000, costUsd: '0.5' }),
    run('fix', 'succeeded', { startedAt: 1_000, finishedAt: 2_000, costUsd: '0.1' }),
    run('fix', 'succeeded', { startedAt: 1_000, finishedAt: 2_000 }),
    run('fix', 'failed', { startedAt: 4_000, finishedAt: 9_000 }),
    run('fix', 'cancelled', { finishedAt: 500, repository: 'acme/shop' }),
    run('fix', 'running', { startedAt: 9_500 }),
    run('look', 'degraded', { startedAt: 1, finishedAt: 2 }),
    run('new', 'queued'),
  ]);
  expect(Object.fromEntries(stats)).toEqual({
    fix: {
      runs: 5,
      repositories: 2,
      succeeded: 3,
      last: { status: 'failed', finishedAt: 9_000 },
      averageMs: 1_800,
      averageCostUsd: 0.3,
      costKnownOf: 2,
    },
    look: {
      runs: 1,
      repositories: 1,
      succeeded: 0,
      last: { status: 'degraded', finishedAt: 2 },
      averageMs: 1,
      costKnownOf: 0,
    },
  });
});

test('a run with a price that nobody knows is no cheap run: the average is of the others, and says so', () => {
  const stats = statsOf([
    run('fix', 'succeeded', { costUsd: '0.1', costComplete: true, tokens: 100 }),
    run('fix', 'succeeded', { costUsd: '0.2', costComplete: true, tokens: 300 }),
    run('fix', 'timed_out', { costUsd: '0', costComplete: false, tokens: 0 }),
    run('fix', 'failed', { costUsd: '7', costComplete: false }),
    run('lost', 'timed_out', { costUsd: '0', costComplete: false }),
    run('old', 'succeeded', { costUsd: '0' }),
    run('free', 'succeeded', { costUsd: '0', costComplete: true }),
  ]);
  const told = (id: string) => {
    const of = stats.get(id);
    if (of === undefined) throw new Error(`no ${id}`);
    return workflowMessages.stats(of).split(' on average')[1];
  };
  expect(stats.get('fix')).toMatchObject({ averageCostUsd: 0.15, costKnownOf: 2, averageTokens: 200 });
  expect(['fix', 'lost', 'old', 'free'].map(told)).toEqual([
    ' · $0.15 (average of 2 known) · 200 tokens',
    ' · cost unknown',
    ' · cost unknown',
    '',
  ]);
});
