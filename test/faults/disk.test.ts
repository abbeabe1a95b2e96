// A disk that is full, has no file left or may not be written, in the middle of a run: everything waits, /readyz tells, and all goes on by itself.
import { expect, test } from 'vitest';
import { harms, tellOnDisk } from '../support/disk-story.ts';
import { hasSmallDisks } from '../support/requirements.ts';

/** Points of the story at which the one thing or the other is written: the inbox, git, the journal of a run. */
test.runIf(hasSmallDisks).each([
  ['no room', 'after journal.start'],
  ['no room', 'before git.commit'],
  ['no more files', 'before append step.checkpoint(fix)'],
  ['read-only', 'before git.push'],
] as const)('%s, %s: nothing is lost, nothing is doubled, and /readyz tells', async (harm, at) => {
  const told = await tellOnDisk(harms[harm], at);
  expect(told).toMatchObject({ harmed: true, toldLast: 200, stuck: 0 });
  expect(told.told.at(-1)).toBe(503);
  expect(told.ending).toMatchObject({
    status: 'succeeded',
    personaRuns: 1,
    pulls: [{ state: 'open', draft: false }],
    branches: 2,
    checks: ['troupe / quick / Fix: success', 'troupe / quick / Mark: success', 'troupe / quick: success'],
    openChecks: 0,
    comments: ['run'],
    labels: ['reviewed'],
    complaints: [],
  });
});
