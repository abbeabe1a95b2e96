// Durations that stand in the file as they are: none that leaves no time, none beyond a year. What templates give is the engine's to read.
import type { Json, JsonObject } from '../../support/index.ts';
import { readDuration } from '../../support/index.ts';
import type { Written } from '../schemas/validate.ts';
import { objectOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';

interface To {
  readonly report: Report;
  readonly written: Written;
}

/** Reports the durations of one step that nothing could come of. */
export function checkStepDurations({ step, path, kind }: SourceStep, to: To): void {
  checkTimeout(step['timeout'], `${path}.timeout`, to);
  checkTimeout(objectOf(step['approval'])['timeout'], `${path}.approval.timeout`, to);
  for (const key of kind?.durations ?? []) checkLiteral(step[key], { path: `${path}.${key}`, limits: {} }, to);
  checkRetryDurations(objectOf(step['retry']), `${path}.retry`, to);
}

/** Reports the durations under `defaults`. */
export function checkDefaultDurations(defaults: JsonObject, to: To): void {
  checkTimeout(defaults['timeout'], 'defaults.timeout', to);
  checkRetryDurations(objectOf(defaults['retry']), 'defaults.retry', to);
}

/** Waits between attempts are fixed when the file is read: no templates. */
function checkRetryDurations(retry: JsonObject, path: string, to: To): void {
  for (const key of ['initial', 'max']) {
    const value = retry[key];
    if (typeof value === 'string' && value.includes('{{'))
      to.report({
        code: 'schema/bad-value',
        path: `${path}.${key}`,
        message: `\`${key}\` is not a duration: 90 (seconds), "90s", "30m" or "1h"`,
        hint: 'Templates cannot stand here.',
      });
    else checkLiteral(value, { path: `${path}.${key}`, limits: {} }, to);
  }
}

function checkTimeout(value: Json | undefined, path: string, to: To): void {
  checkLiteral(value, { path, limits: { above: 0 } }, to);
}

/** What is no duration at all the schema has told. */
function checkLiteral(
  value: Json | undefined,
  { path, limits }: { readonly path: string; readonly limits: { readonly above?: 0 } },
  { report, written }: To,
): void {
  const read = readDuration(value, limits);
  if (read.ok || read.kind === 'shape') return;
  // a number is told as the file has it
  const digits = typeof value === 'number' ? written(path) : undefined;
  report({
    code: 'schema/bad-value',
    path,
    message: `\`${path.split('.').at(-1) ?? ''}\` is ${digits ?? JSON.stringify(value)}, which ${read.problem}`,
    hint: 'Write seconds, or a text such as "90s", "30m", "1h".',
  });
}
