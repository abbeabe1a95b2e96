// Hundreds of runs at once and thousands of webhooks of people: the heap stays as it is, and nothing is lost. Ten minutes with TROUPE_ALL_POINTS=1, four without.
import { expect, test } from 'vitest';
import { allPoints } from '../support/crash-sample.ts';
import { soak } from '../support/soak.ts';

const size = allPoints
  ? { runs: 500, deliveries: 5_000, minutes: 10, turnover: 100 }
  : { runs: 100, deliveries: 1_200, minutes: 4, turnover: 24 };

test(`${size.runs} runs at once, ${size.deliveries} deliveries, ${size.minutes} minutes`, async () => {
  const ending = await soak({
    ...size,
    firstMeasure: 2,
    say: (line) => console.log(line),
  });
  expect(ending.wrong).toEqual([]);
  expect(ending.delivered).toBeGreaterThanOrEqual(size.deliveries);
  expect(ending.last.runs).toEqual({ succeeded: ending.started });
  const { done = 0, ignored = 0, ...others } = ending.last.deliveries;
  expect(others).toEqual({});
  expect(done + ignored).toBe(ending.delivered);
  const { first, second } = ending;
  console.log(`soak: heap ${((second.heapBytes / first.heapBytes - 1) * 100).toFixed(1)} % against minute 2`);
  expect(second.heapBytes).toBeLessThan(first.heapBytes * 1.1);
});
