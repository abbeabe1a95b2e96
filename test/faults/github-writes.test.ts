// A sample of test/long/github-writes.test.ts: a write to GitHub fails, and in the end everything is there once.
import { beforeAll, describe, expect, test } from 'vitest';
import { tellWithFault } from '../support/write-faults.ts';
import type { FailingName, Write, WriteEnding } from '../support/write-faults.ts';
import { allowedMs } from '../support/patience.ts';

const sample: readonly (readonly [Write, FailingName])[] = [
  ['open the pull request', 'answered 502 after it was applied'],
  ['create a check', 'connection reset after'],
  ['create checks together', 'connection reset after'],
  ['push the change', '401 once'],
];

describe('a write to GitHub that fails', () => {
  let wanted: WriteEnding;
  beforeAll(async () => {
    wanted = (await tellWithFault()).ending;
  });

  test('is told of in a story that ends well', () => {
    expect(wanted).toMatchObject({ status: 'succeeded', personaRuns: 1, openChecks: 0, branches: 2, complaints: [] });
  });

  test.each(sample)('%s: %s', async (write, failing) => {
    const told = await tellWithFault(write, failing);
    expect(told.harmed).toBeGreaterThan(0);
    expect(told.ending).toEqual(wanted);
    expect(told.neighbourMs).toBeLessThan(allowedMs(20_000));
  });
});
