// How many requests a run costs, from the label to the pull request that is ready, counted route by route at the server.
import { expect, test } from 'vitest';
import { countRequests } from '../support/count-requests.ts';

const most = 40;
/** One edit of the comment more than where all is over in a minute. */
const mostInHours = 41;
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
  expect(reads + writes, table).toBeLessThanOrEqual(mostInHours);
});

/**
 * A request for each check of the last head instead of one for all of them, and for those of the heads before; a reading of the conversation
 * for each persona.
 */
const mostOneByOne = 51;

test('project-loop on a server that makes checks one at a time: a request for each, and no reading beside it', async () => {
  const { state, reads, writes, byRoute, table } = await countRequests(3_000, { withoutBatches: true });
  console.log(`one check at a time: ${reads} reads and ${writes} writes\n${table}`);
  expect(state.status).toBe('succeeded');
  expect(byRoute.get('POST /repos/{owner}/{repo}/check-runs') ?? 0).toBeGreaterThan(7);
  expect(byRoute.get('GET /repos/{owner}/{repo}/commits/{ref}/check-runs') ?? 0).toBe(0);
  expect(reads + writes, table).toBeLessThanOrEqual(mostOneByOne);
});
