import { expect, test } from 'vitest';
import { createCircuits } from './circuit.ts';

const minute = 60_000;

test('six failures in a row leave the provider alone for two minutes; then one asks, the others wait', () => {
  const circuits = createCircuits();
  for (let n = 0; n < 5; n += 1) expect(circuits.ended('claude', 'failed', n)).toBeUndefined();
  expect(circuits.blockedUntil('claude', 5)).toBeUndefined();
  expect(circuits.ended('claude', 'failed', 5)).toBe(5 + 2 * minute);
  expect(circuits.blockedUntil('claude', 6)).toBe(5 + 2 * minute);
  expect(circuits.blockedUntil('codex', 6)).toBeUndefined();
  const later = 5 + 2 * minute;
  expect(circuits.blockedUntil('claude', later)).toBeUndefined();
  expect(circuits.blockedUntil('claude', later)).toBe(later + 15_000);
  expect(circuits.ended('claude', 'failed', later)).toBe(later + 2 * minute);
  const again = later + 2 * minute;
  expect(circuits.blockedUntil('claude', again)).toBeUndefined();
  expect(circuits.ended('claude', 'well', again)).toBeUndefined();
  expect(circuits.blockedUntil('claude', again)).toBeUndefined();
  expect(circuits.ended('claude', 'failed', again)).toBeUndefined();
});

test('eight failures within five minutes are enough, whatever succeeds between them; old ones count no more', () => {
  const circuits = createCircuits();
  for (let n = 0; n < 7; n += 1) {
    expect(circuits.ended('claude', 'failed', n)).toBeUndefined();
    circuits.ended('claude', 'well', n);
  }
  expect(circuits.ended('claude', 'failed', 8)).toBe(8 + 2 * minute);
  const slow = createCircuits();
  for (let n = 0; n < 20; n += 1) {
    expect(slow.ended('claude', 'failed', n * minute)).toBeUndefined();
    slow.ended('claude', 'well', n * minute);
  }
});

test('a request that was cancelled lets the next one ask', () => {
  const circuits = createCircuits();
  for (let n = 0; n < 6; n += 1) circuits.ended('claude', 'failed', 0);
  expect(circuits.blockedUntil('claude', 2 * minute)).toBeUndefined();
  circuits.ended('claude', 'unclear', 2 * minute);
  expect(circuits.blockedUntil('claude', 2 * minute)).toBeUndefined();
});
