import { expect, test } from 'vitest';
import { wishOfKey } from './keys.ts';

const quiet = { asking: false, paused: false };

test.each([
  ['p', quiet, 'pause'],
  ['p', { asking: false, paused: true }, 'resume'],
  ['c', quiet, 'ask-cancel'],
  ['y', quiet, undefined],
  ['y', { asking: true, paused: false }, 'cancel'],
  ['c', { asking: true, paused: false }, 'back'],
  ['\u0003', { asking: true, paused: false }, 'interrupt'],
  ['x', quiet, undefined],
] as const)('%j, %j: %s', (key, at, wish) => {
  expect(wishOfKey(key, at)).toBe(wish);
});
