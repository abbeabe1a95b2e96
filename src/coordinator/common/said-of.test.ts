import { defined } from '../../support/index.ts';
import { expect, test } from 'vitest';
import { saidOf } from './said-of.ts';

test.each([
  ['Cannot read `tools`', 'Write a list', 'Cannot read `tools`. Write a list.'],
  [
    'Its file has mistakes',
    '`troupe personas own` tells them.',
    'Its file has mistakes. `troupe personas own` tells them.',
  ],
  ['Unknown key `bugdet`.', 'Did you mean `budget`?', 'Unknown key `bugdet`. Did you mean `budget`?'],
  ['Too many', undefined, 'Too many'],
])('%s, %s', (message, hint, said) => {
  expect(saidOf({ message, ...defined({ hint }) }, (text) => text)).toBe(said);
});
