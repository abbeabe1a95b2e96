// Who may ask a provider, who waits and who comes next: circuit, limit, slots. The clock is a number.
import { describe, expect, test } from 'vitest';
import { freshProviderState } from '../../engine/index.ts';
import type { ProviderState } from '../../engine/index.ts';
import type { RunId, StepPath } from '../../support/index.ts';
import { callMs, callNext, enter, leave } from './provider-rules.ts';
import type { Asker, RequestEnd } from './provider-rules.ts';

const minute = 60_000;

/** A provider whose story is told line by line. */
function told(slots?: number) {
  let state: ProviderState = freshProviderState('claude');
  function asker(name: string): Asker {
    const [run = '', step = ''] = name.split('/');
    // short names are ids here
    const ids = { run: run as RunId, step: step as StepPath };
    return { request: name, ...ids, attempt: 1, until: 1e9, ...(slots === undefined ? {} : { slots }) };
  }
  return {
    state: () => state,
    enter(name: string, now: number) {
      const entered = enter(state, asker(name), now);
      ({ state } = entered);
      return entered.result;
    },
    leave(name: string, end: RequestEnd | RequestEnd['how'], now: number) {
      const left = leave(state, { request: name, ...(typeof end === 'string' ? { how: end } : end) }, now);
      ({ state } = left);
      return left.result.opened;
    },
    call(now: number) {
      const called = callNext(state, now);
      ({ state } = called);
      return called.result.map(({ request }) => request);
    },
  };
}

describe('after failures', () => {
  test('six in a row close the way for two minutes; then one asks, and a failure of that one closes it again', () => {
    const one = told();
    for (let n = 0; n < 5; n += 1) expect(one.leave(`a/${n}`, 'failed', n)).toBeUndefined();
    expect(one.enter('a/x', 5)).toEqual({ kind: 'in' });
    expect(one.leave('a/x', 'failed', 5)).toBe(5 + 2 * minute);
    const opens = 5 + 2 * minute;
    expect(one.enter('a/y', 6)).toEqual({ kind: 'waits', why: 'failures', until: opens, opens });
    expect(one.enter('a/y', opens)).toEqual({ kind: 'in' });
    expect(one.enter('b/z', opens)).toMatchObject({ kind: 'waits', why: 'probe' });
    expect(one.call(opens)).toEqual([]);
    expect(one.leave('a/y', 'failed', opens)).toBe(opens + 2 * minute);
    const again = opens + 2 * minute;
    expect(one.enter('a/y', again)).toEqual({ kind: 'in' });
    expect(one.leave('a/y', 'well', again)).toBeUndefined();
    expect(one.call(again)).toEqual(['b/z']);
    expect(one.enter('b/z', again)).toEqual({ kind: 'in' });
  });

  test('eight in five minutes close it, though some ended well between', () => {
    const one = told();
    for (let n = 0; n < 7; n += 1) {
      expect(one.leave('a/x', 'failed', n)).toBeUndefined();
      one.leave('a/x', 'well', n);
    }
    expect(one.leave('a/x', 'failed', 8)).toBe(8 + 2 * minute);
  });

  test('an end that says nothing about it lets the next one find out', () => {
    const one = told();
    for (let n = 0; n < 6; n += 1) one.leave(`a/${n}`, 'failed', 0);
    expect(one.enter('a/x', 2 * minute)).toEqual({ kind: 'in' });
    one.leave('a/x', 'unclear', 2 * minute);
    expect(one.enter('b/x', 2 * minute)).toEqual({ kind: 'in' });
  });
});

describe('at a limit of the account', () => {
  test('nobody asks before it resets; then those who waited come one after the other', () => {
    const one = told();
    one.enter('a/x', 0);
    expect(one.leave('a/x', { how: 'unclear', limitUntil: 60 * minute, said: 'limit' }, 1)).toBe(60 * minute);
    const untils = ['a/x', 'b/x', 'c/x'].map((name) => one.enter(name, 2));
    expect(untils).toMatchObject([0, 2_000, 4_000].map((apart) => ({ why: 'limit', until: 60 * minute + apart })));
    expect(one.call(30 * minute)).toEqual([]);
    expect(one.enter('b/x', 60 * minute)).toEqual({ kind: 'in' });
    expect(one.enter('a/x', 60 * minute)).toEqual({ kind: 'in' });
    expect(one.state().closed).toBeUndefined();
  });

  test('what was under way before and ends well opens nothing', () => {
    const one = told(2);
    one.enter('a/x', 0);
    one.enter('b/x', 0);
    one.leave('a/x', { how: 'unclear', limitUntil: 60 * minute }, 1);
    one.leave('b/x', 'well', 2);
    expect(one.enter('c/x', 3)).toMatchObject({ why: 'limit', opens: 60 * minute });
  });
});

describe('slots', () => {
  test('who finds none waits, and is called when one is free', () => {
    const one = told(1);
    expect(one.enter('a/x', 0)).toEqual({ kind: 'in' });
    expect(one.enter('b/x', 1)).toMatchObject({ kind: 'waits', why: 'slots', slots: 1 });
    expect(one.call(2)).toEqual([]);
    one.leave('a/x', 'well', 3);
    expect(one.call(3)).toEqual(['b/x']);
    // nobody goes past somebody who was called
    expect(one.enter('c/x', 4)).toMatchObject({ why: 'slots' });
    expect(one.enter('b/x', 5)).toEqual({ kind: 'in' });
  });

  test('who was called and does not come loses its place to the next', () => {
    const one = told(1);
    one.enter('a/x', 0);
    for (const name of ['b/x', 'c/x']) one.enter(name, 1);
    one.leave('a/x', 'well', 2);
    expect(one.call(2)).toEqual(['b/x']);
    expect(one.call(2 + callMs)).toEqual(['c/x']);
    expect(one.state().waiting.map(({ request }) => request)).toEqual(['c/x']);
  });

  test('are shared fairly by run: many steps of one run do not hold up the only one of another', () => {
    const one = told(1);
    for (const step of ['1', '2', '3']) one.enter(`a/${step}`, 0);
    one.enter('b/1', 1);
    one.leave('a/1', 'well', 2);
    const order: string[] = [];
    for (let now = 3; order.length < 3; now += 1) {
      const [next = ''] = one.call(now);
      order.push(next);
      one.enter(next, now);
      one.leave(next, 'well', now);
    }
    expect(order).toEqual(['a/2', 'b/1', 'a/3']);
  });

  test('of a request that never ended is free when its time is over', () => {
    const one = told(1);
    one.enter('a/x', 0);
    expect(one.enter('b/x', 1e9 - 1)).toMatchObject({ why: 'slots' });
    expect(one.enter('b/x', 1e9)).toEqual({ kind: 'in' });
  });
});

test('a provider that works well and has no slots is never written about', () => {
  const one = told();
  const before = one.state();
  one.enter('a/x', 0);
  one.leave('a/x', 'well', 1);
  expect(one.state()).toBe(before);
});
