// Who goes first, and what everybody else is told.
import { expect, test } from 'vitest';
import type { RunId } from '../support/index.ts';
import { linePriority, placesInLine } from './line.ts';
import type { RunSummary } from './model/types.ts';

function run(id: string, change: Partial<RunSummary> = {}): RunSummary {
  return {
    id: id as RunId, // told apart by name
    status: 'queued',
    workflow: 'feature',
    workflowName: 'feature',
    repository: 'acme/shop',
    taskTitle: id,
    createdAt: 1,
    currentSteps: [],
    ...change,
  };
}

const limits = { concurrentRuns: 4, concurrentPerRepository: 2 };

/** `place run → what it waits for`, in the order of the line. */
function told(live: readonly RunSummary[]): string[] {
  return [...placesInLine(live, limits)].map(([id, place]) =>
    place.waitsFor === 'runs'
      ? `${place.position} ${id} → ${place.runs.map((one) => one.id).join(', ')}`
      : `${place.position} ${id} → ${place.limit} in the ${place.waitsFor}`,
  );
}

test('the golden order: trigger priority, then the task’s, then age; each is told what it waits for', () => {
  const live = [
    run('working', { status: 'running', startedAt: 1, lockKey: 'issue-1' }),
    run('parked', { status: 'waiting', startedAt: 1, lockKey: 'issue-2' }),
    run('old', { createdAt: 10, priority: linePriority(0, undefined), lockKey: 'issue-1' }),
    run('older', { createdAt: 9, priority: linePriority(0, 'medium'), lockKey: 'issue-1' }),
    run('urgent', { createdAt: 20, priority: linePriority(0, 'critical'), lockKey: 'issue-1' }),
    run('low', { createdAt: 2, priority: linePriority(0, 'low'), lockKey: 'issue-2' }),
    run('hotfix', { createdAt: 30, priority: linePriority(10, 'low'), lockKey: 'issue-3' }),
    run('high', { createdAt: 25, priority: linePriority(0, 'HIGH'), lockKey: 'issue-4' }),
    run('paused', { createdAt: 1, status: 'paused', priority: linePriority(99, 'p0'), lockKey: 'issue-3' }),
    run('elsewhere', { createdAt: 40, repository: 'acme/other', lockKey: 'issue-5' }),
    run('third', { createdAt: 50, repository: 'acme/third', lockKey: 'issue-6' }),
  ];
  // hotfix takes the second place of the repository and is not told to wait
  expect(told(live)).toEqual([
    '1 urgent → working',
    '2 high → 2 in the repository',
    '2 older → working, urgent',
    '3 old → working, urgent, older',
    '4 third → 4 in the server',
    '1 low → parked',
  ]);
});

test('whoever has begun, is paused, or goes on at once stands in no line', () => {
  expect(told([run('a'), run('b', { status: 'paused' }), run('c', { status: 'waiting', startedAt: 1 })])).toEqual([]);
});

test('without limits only groups make anybody wait', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) => run(id, { createdAt: index, lockKey: 'one' }));
  expect([...placesInLine(many).keys()]).toEqual(['b', 'c', 'd', 'e', 'f']);
  expect([...placesInLine(many.map(({ lockKey: _group, ...rest }) => rest))]).toEqual([]);
});
