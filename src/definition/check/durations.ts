// Durations that stand in the file as they are: none that leaves no time, none beyond a year. What templates give is the engine's to read.
import type { Json, JsonObject } from '../../support/index.ts';
import { readDuration } from '../../support/index.ts';
import { objectOf } from './known-names.ts';
import type { Report } from './report.ts';
import type { SourceStep } from './source-steps.ts';

/** Reports the durations of one step that nothing could come of. */
export function checkStepDurations({ step, path, type }: SourceStep, report: Report): void {
  checkTimeout(step['timeout'], `${path}.timeout`, report);
  checkTimeout(objectOf(step['approval'])['timeout'], `${path}.approval.timeout`, report);
  if (type === 'delay') checkLiteral(step['duration'], { path: `${path}.duration`, limits: {} }, report);
  checkRetryDurations(objectOf(step['retry']), `${path}.retry`, report);
}

/** Reports the durations under `defaults`. */
export function checkDefaultDurations(defaults: JsonObject, report: Report): void {
  checkTimeout(defaults['timeout'], 'defaults.timeout', report);
  checkRetryDurations(objectOf(defaults['retry']), 'defaults.retry', report);
}

/** Waits between attempts are fixed when the file is read: no templates. */
function checkRetryDurations(retry: JsonObject, path: string, report: Report): void {
  for (const key of ['initial', 'max']) {
    const value = retry[key];
    if (typeof value === 'string' && value.includes('{{'))
      report({
        code: 'schema/bad-value',
        path: `${path}.${key}`,
        message: `\`${key}\` is not a duration: 90 (seconds), "90s", "30m" or "1h"`,
        hint: 'Templates cannot stand here.',
      });
    else checkLiteral(value, { path: `${path}.${key}`, limits: {} }, report);
  }
}

function checkTimeout(value: Json | undefined, path: string, report: Report): void {
  checkLiteral(value, { path, limits: { above: 0 } }, report);
}

/** What is no duration at all the schema has told. */
function checkLiteral(
  value: Json | undefined,
  { path, limits }: { readonly path: string; readonly limits: { readonly above?: 0 } },
  report: Report,
): void {
  const read = readDuration(value, limits);
  if (read.ok || read.kind === 'shape') return;
  report({
    code: 'schema/bad-value',
    path,
    message: `\`${path.split('.').at(-1) ?? ''}\` is ${JSON.stringify(value)}, which ${read.problem}`,
    hint: 'Write seconds, or a text such as "90s", "30m", "1h".',
  });
}
