// Ten minutes with 500 runs at once and 5,000 webhooks of people: the heap stays as it is, and nothing is lost.
import { expect, test } from 'vitest';
import { soak } from '../support/soak.ts';

test('500 runs at once, 5,000 deliveries, 10 minutes', async () => {
  const ending = await soak({
    runs: 500,
    deliveries: 5_000,
    minutes: 10,
    firstMeasure: 2,
    turnover: 100,
    say: (line) => console.log(line),
  });
  expect(ending.wrong).toEqual([]);
  expect(ending.delivered).toBeGreaterThanOrEqual(5_000);
  expect(ending.last.runs).toEqual({ succeeded: ending.started });
  const { done = 0, ignored = 0, ...others } = ending.last.deliveries;
  expect(others).toEqual({});
  expect(done + ignored).toBe(ending.delivered);
  const { first, second } = ending;
  console.log(`soak: heap ${((second.heapBytes / first.heapBytes - 1) * 100).toFixed(1)} % against minute 2`);
  expect(second.heapBytes).toBeLessThan(first.heapBytes * 1.1);
});
