import { expect, test } from 'vitest';
import { createClosingStack, openAll } from './closing.ts';

const positions = [0, 1, 2, 3, 4, 5, 6];

test.each(positions)(
  'the part at place %i cannot be opened: those before are closed in reverse, once',
  async (place) => {
    const told: string[] = [];
    const also: unknown[] = [];
    const opening = openAll(
      async (stack) => {
        for (const part of positions) {
          if (part === place) throw new Error(`no ${part}`);
          told.push(`+${part}`);
          stack.add(() => void told.push(`-${part}`));
        }
      },
      (error) => also.push(error),
    );
    await expect(opening).rejects.toThrow(`no ${place}`);
    const opened = positions.slice(0, place);
    expect(told).toEqual([...opened.map((part) => `+${part}`), ...opened.toReversed().map((part) => `-${part}`)]);
    expect(also).toEqual([]);
  },
);

test('one that cannot be closed keeps nothing else open, and the reason of the failed start stays the one that is told', async () => {
  const closed: string[] = [];
  const also: unknown[] = [];
  const opening = openAll(
    async (stack) => {
      stack.add(() => void closed.push('first'));
      stack.add(async () => {
        throw new Error('it will not close');
      });
      stack.add(() => void closed.push('third'));
      throw new Error('the fourth is not there');
    },
    (error) => also.push(error),
  );
  await expect(opening).rejects.toThrow('the fourth is not there');
  expect(closed).toEqual(['third', 'first']);
  expect(also).toEqual([new Error('it will not close')]);
});

test('closed twice, everything is closed once, with the patience of the first time; the first failure is told', async () => {
  const stack = createClosingStack();
  const told: number[] = [];
  stack.add((graceMs) => told.push(graceMs));
  stack.add(() => Promise.reject(new Error('second')));
  stack.add(() => Promise.reject(new Error('first')));
  await expect(stack.close(700)).rejects.toThrow('first');
  await expect(stack.close(0)).rejects.toThrow('first');
  expect(told).toEqual([700]);
});
