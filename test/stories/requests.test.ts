// How many requests a run costs, from the label to the pull request that is ready, counted route by route at the server.
import { expect, test } from 'vitest';
import { countRequests } from '../support/count-requests.ts';

const most = 40;
const minute = 60_000;

test('project-loop with personas that answer in three seconds', async () => {
  const { state, reads, writes, table } = await countRequests(3_000);
  console.log(`three seconds each: ${reads} reads and ${writes} writes\n${table}`);
  expect(state.status).toBe('succeeded');
  expect(reads + writes, table).toBeLessThanOrEqual(most);
});

test('project-loop with personas that take four minutes each, shown all the while', async () => {
  const { state, reads, writes, table, ms } = await countRequests(4 * minute);
  console.log(`four minutes each: ${reads} reads and ${writes} writes\n${table}`);
  expect(state.status).toBe('succeeded');
  expect(ms).toBeGreaterThanOrEqual(20 * minute);
  expect(reads + writes, table).toBeLessThanOrEqual(most);
});
