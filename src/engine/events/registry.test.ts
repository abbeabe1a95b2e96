// What a store hands over as an event: known, of a version that is known, and of its shape, or an error that says which.
import { describe, expect, test } from 'vitest';
import { readEvent, storedData } from '../index.ts';

const at = { run: 'r1' as never, seq: 4, at: 1_000 };

describe('an event from a store', () => {
  test('is what was stored', () => {
    const data = { message: 'May it?', inputHash: 'h', by: [], expires: null };
    expect(storedData('approval.requested', data)).toBe(data);
    expect(readEvent({ ...at, type: 'approval.requested', data })).toEqual({ ...at, type: 'approval.requested', data });
  });

  test('keeps what a newer Troupe said beside it', () => {
    const data = { key: 'push', what: 'push', why: 'later' };
    expect(readEvent({ ...at, type: 'effect.planned', data })).toMatchObject({ data });
  });

  test.each([
    ['step.teleported', {}, 'Cannot read event 4 of run r1: this version of Troupe knows no "step.teleported"'],
    [
      'step.ready',
      { $version: 2 },
      'Cannot read event 4 of run r1: it is version 2 of "step.ready", which is newer than this Troupe',
    ],
    [
      'effect.planned',
      { key: 7, what: 'push' },
      'Cannot read event 4 of run r1: what is stored is no "effect.planned": /key must be string',
    ],
  ])('that is none is refused, never left out: %s', (type, data, message) => {
    expect(() => readEvent({ ...at, type, data })).toThrow(message);
  });
});
