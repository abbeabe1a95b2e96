// Raw answers of agents, as they come, against what they have to become.
import { expect, test } from 'vitest';
import { rawAnswers } from '../../../test/fixtures/raw-answers.ts';
import { parseResult } from './parse-result.ts';

/** Of this thread's processor, on a slow machine at work; what is not linear takes minutes. */
const mostMs = 40_000;

test.each(rawAnswers)('$what', ({ output, file, prompt, expected, summary, usage }) => {
  const before = process.threadCpuUsage();
  const result = parseResult({ output, file, prompt });
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(mostMs);
  expect(result.error?.class ?? result.status, result.error?.message).toBe(expected);
  expect(result.status === 'error').toBe(result.error !== undefined);
  if (summary !== undefined) expect(result.summary).toBe(summary);
  if (usage !== undefined)
    expect([result.usage.inputTokens, result.usage.outputTokens, result.usage.costUsd]).toEqual(usage);
  // whatever came of it can be kept, sent and read again
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  expect({}).not.toHaveProperty('polluted');
});

test('there are more than sixty of them, each told apart', () => {
  expect(new Set(rawAnswers.map(({ what }) => what)).size).toBe(rawAnswers.length);
  expect(rawAnswers.length).toBeGreaterThan(60);
});
