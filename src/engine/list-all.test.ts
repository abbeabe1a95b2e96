import { expect, test } from 'vitest';
import { listAll } from './list-all.ts';
import { liveStatuses } from './model/statuses.ts';
import type { RunQuery, RunSummary } from './model/types.ts';

test('all pages are read, with the same question', async () => {
  const asked: RunQuery[] = [];
  const pages: Readonly<Record<string, { readonly items: readonly RunSummary[]; readonly next?: string }>> = {
    start: { items: [run('a'), run('b')], next: 'b' },
    b: { items: [run('c')], next: 'c' },
    c: { items: [] },
  };
  const list = (query: RunQuery) => {
    asked.push(query);
    return Promise.resolve(pages[query.after ?? 'start'] ?? { items: [] });
  };
  expect((await listAll({ list }, { status: liveStatuses, repositoryId: 7 })).map(({ id }) => id)).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(asked.map(({ after, repositoryId, status }) => [after, repositoryId, status])).toEqual([
    [undefined, 7, liveStatuses],
    ['b', 7, liveStatuses],
    ['c', 7, liveStatuses],
  ]);
});

function run(id: string): RunSummary {
  // only its id is looked at
  return { id } as RunSummary;
}
