// What a store hands over as an event: known, of a version that is known, and of its shape, or an error that says which.
import { describe, expect, test } from 'vitest';
import { eventTypes, readEvent, storedData } from '../index.ts';

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
      'step.progress',
      { $version: 2 },
      'Cannot read event 4 of run r1: it is version 2 of "step.progress", which is newer than this Troupe',
    ],
    [
      'run.created',
      { spec: { id: 'r1', task: {}, workflow: { irVersion: 2 } } },
      'Cannot read event 4 of run r1: what is stored is no "run.created": /spec/workflow/irVersion must be equal to constant',
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

describe.each(eventTypes)('the event %s', (type) => {
  test('is refused by name where a newer Troupe wrote it', () => {
    expect(() => readEvent({ ...at, type, data: { $version: 99 } })).toThrow(`it is version 99 of "${type}"`);
  });

  test('is refused by name where its data are none', () => {
    expect(() => readEvent({ ...at, type, data: 'nothing of the kind' })).toThrow(`what is stored is no "${type}"`);
  });
});
