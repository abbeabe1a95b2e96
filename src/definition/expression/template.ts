// Values with `{{ expression }}` in their texts to plain values. Text that comes out is data: never read as a template again.
import type { Json } from '../../support/index.ts';
import { isObject, defined } from '../../support/index.ts';
import type { Evaluation, Scope } from '../model/types.ts';
import type { EvaluationBudget } from './budget.ts';
import { EvaluationFailure, newBudget, spendText } from './budget.ts';
import { evaluateSource, warningOf } from './evaluate.ts';
import { templateParts } from './template-parts.ts';
import type { TemplatePart } from './template-parts.ts';
import { textOf } from './operators.ts';

/** How templates are read. `permissive`: a name without a value becomes null (nothing, inside a text) and a warning. */
export interface TemplateOptions {
  readonly dollar?: boolean;
  readonly permissive?: boolean;
}

interface Work {
  readonly scope: Scope;
  readonly options: TemplateOptions;
  readonly budget: EvaluationBudget;
  readonly warnings: string[];
  readonly failures: Extract<Evaluation, { ok: false }>[];
}

/**
 * The value with every template in it evaluated, at any depth. A text that is exactly one template keeps the type of its
 * value. All names without a value are named at once.
 */
export function evaluateTemplate(value: Json, scope: Scope, options: TemplateOptions = {}): Evaluation {
  const work: Work = { scope, options, budget: newBudget(), warnings: [], failures: [] };
  let result: Json = null;
  try {
    result = resolved(value, work);
  } catch (error) {
    if (error instanceof EvaluationFailure)
      work.failures.push({ ok: false, message: error.message, column: 1, unresolved: error.unresolved });
    else if (error instanceof RangeError)
      work.failures.push({ ok: false, message: 'The value is nested too deeply', column: 1, unresolved: [] });
    else throw error;
  }
  const [first] = work.failures;
  if (first === undefined) return { ok: true, value: result, warnings: [...new Set(work.warnings)] };
  const unresolved = [...new Set(work.failures.flatMap((failure) => failure.unresolved))];
  return { ...first, unresolved };
}

function resolved(value: Json, work: Work): Json {
  if (typeof value === 'string') return resolvedText(value, work);
  if (Array.isArray(value)) return value.map((item: Json) => resolved(item, work));
  if (!isObject(value)) return value;
  // An object of Json holds Json.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item as Json, work)]));
}

function resolvedText(text: string, work: Work): Json {
  if (!text.includes('{{') && work.options.dollar !== true) return text;
  const parts = templateParts(text, work.options);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return partValue(only, work);
  const pieces = parts.map((part) => (part.kind === 'text' ? part.text : textOf(partValue(part, work))));
  const result = pieces.join('');
  spendText(work.budget, result.length, 0);
  return result;
}

function partValue(part: Exclude<TemplatePart, { kind: 'text' }>, work: Work): Json {
  if (part.kind === 'broken') {
    work.failures.push({ ok: false, message: part.message, column: part.at + 1, unresolved: [] });
    return null;
  }
  const result = evaluateSource(part.source, work);
  if (result.ok && result.value !== undefined) {
    work.warnings.push(...result.missing.map(warningOf));
    return result.value;
  }
  const failure = result.ok ? noValue(part.source.trim(), result.missing) : result.failure;
  if (work.options.permissive === true && failure.unresolved.length > 0) {
    work.warnings.push(failure.message);
    return null;
  }
  work.failures.push({ ...failure, column: part.at + failure.column });
  return null;
}

function noValue(
  source: string,
  missing: readonly { readonly path: string; readonly hint?: string }[],
): Extract<Evaluation, { ok: false }> {
  const names = missing.length === 0 ? [source] : missing.map(({ path }) => path);
  const hint = missing[0]?.hint;
  return {
    ok: false,
    message: `\`${names[0] ?? source}\` has no value`,
    column: 1,
    unresolved: names,
    ...defined({ hint }),
  };
}
