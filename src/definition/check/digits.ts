// Values keep the digits that were written: `1.10`, `007`, `0x1F` and numbers too large for JSON stay texts where any value may stand.
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { kindOf } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { childPath } from '../../yaml/index.ts';
import { mapSteps } from './map-steps.ts';
import type { SourceDocument } from '../../yaml/index.ts';
import type { Report } from '../source/report.ts';

/** How a file is written, and which steps it may have. */
interface FileAs {
  readonly written: SourceDocument['written'];
  readonly kinds: StepKinds;
}

/** The file with every number of its free values as it was written; says which became texts. */
export function withDigits(file: JsonObject, { written, kinds }: FileAs, report: Report): JsonObject {
  const kept = (holder: JsonObject, key: string, path: string): JsonObject =>
    Object.hasOwn(holder, key)
      ? { ...holder, [key]: keptDigits(holder[key] ?? null, { path: childPath(path, key), written, report }) }
      : holder;
  return mapSteps(kept(file, 'variables', ''), kinds, (step, path) => {
    const own = kindOf(kinds, step['type'])?.values ?? [];
    return ['params', ...own].reduce((changed, key) => kept(changed, key, path), step);
  });
}

interface Keeping {
  readonly path: string;
  readonly written: SourceDocument['written'];
  readonly report: Report;
}

/** The value with the digits of the file. */
export function keptDigits(value: Json, keeping: Keeping): Json {
  const { path } = keeping;
  if (typeof value === 'number') return keptNumber(value, keeping);
  if (Array.isArray(value))
    return value.map((item: Json, index) => keptDigits(item, { ...keeping, path: childPath(path, index) }));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    // what comes out of a YAML file is JSON
    Object.entries(value as JsonObject).map(([key, item]) => [
      key,
      keptDigits(item, { ...keeping, path: childPath(path, key) }),
    ]),
  );
}

function keptNumber(value: number, { path, written, report }: Keeping): Json {
  const text = written(path);
  if (text === undefined || text === String(value) || Number(text) !== value) return value;
  report({
    code: 'syntax/number-as-text',
    path,
    severity: 'warning',
    message: `\`${text}\` is kept as a text, with its digits: a number would be \`${String(value)}\``,
    hint: `Put quotes around it: "${text}".`,
  });
  return text;
}

/** Reports whole numbers that are no longer what was written. Those of free values have been kept already. */
export function checkLargeNumbers(value: Json, keeping: Keeping): void {
  const { path, written, report } = keeping;
  if (typeof value === 'number') {
    const text = written(path);
    if (text === undefined || !Number.isInteger(value) || Number.isSafeInteger(value)) return;
    report({
      code: 'schema/bad-value',
      path,
      message: `\`${text}\` is larger than a number can be without losing digits`,
      hint: `The largest is ${Number.MAX_SAFE_INTEGER}.`,
    });
  } else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkLargeNumbers(item, { ...keeping, path: childPath(path, index) });
  else if (isObject(value))
    // what comes out of a YAML file is JSON
    for (const [key, item] of Object.entries(value as JsonObject))
      checkLargeNumbers(item, { ...keeping, path: childPath(path, key) });
}
