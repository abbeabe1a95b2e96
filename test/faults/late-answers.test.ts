// A sample of test/long/late-answers.test.ts: GitHub does a write minutes after nobody waited for its answer, and in the end everything is there once.
import { expect, test } from 'vitest';
import { lateWrites, tellWithLate } from '../support/late-answers.ts';
import type { LateWrite } from '../support/late-answers.ts';

// the keys of a constant are its type's keys; checks are made together or one by one
const all = (Object.keys(lateWrites) as LateWrite[]).filter((write) => write !== 'a check');

test('every kind of write that nobody answers, and that GitHub does after 60 s, is there once', async () => {
  const wanted = await tellWithLate();
  expect(wanted.ending).toMatchObject({
    status: 'succeeded',
    personaRuns: 1,
    openChecks: 0,
    issues: ['Look after it', expect.any(String)],
    releases: ['v0.1.0'],
    deployments: ['staging'],
    complaints: [],
  });
  const told = await tellWithLate(all, 'after 60 s');
  expect(told.late.toSorted()).toEqual(all.toSorted());
  expect(told.ending).toEqual(wanted.ending);
});

test('what a process died over comes after the next one has made it again: one of each stays', async () => {
  const wanted = await tellWithLate();
  const writes = ['a comment of a step', 'an issue'] as const;
  const told = await tellWithLate(writes, 'after 120 s', { dies: true });
  expect(told.late).toEqual(writes);
  expect(told.ending).toEqual(wanted.ending);
});
