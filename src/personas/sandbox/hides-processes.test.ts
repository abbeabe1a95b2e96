import { expect, test } from 'vitest';
import { hidesProcesses } from './hides-processes.ts';

test.each([
  ['proc /proc proc rw,nosuid,relatime 0 0', false],
  ['proc /proc proc rw,relatime,hidepid=invisible 0 0', true],
  ['proc /proc proc rw,relatime,hidepid=2 0 0', true],
  ['proc /proc proc rw,hidepid=off 0 0', false],
  ['proc /proc proc rw,hidepid=0 0 0', false],
  // what is mounted later lies over what was there
  ['proc /proc proc rw,hidepid=2 0 0\nproc /proc proc rw 0 0', false],
  ['proc /other/proc proc rw,hidepid=2 0 0', false],
  ['', false],
])('%s: %s', (mounts, hidden) => {
  expect(hidesProcesses(mounts)).toBe(hidden);
});
