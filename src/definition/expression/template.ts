// Values with `{{ expression }}` in their texts to plain values. Text that comes out is data: never read as a template again.
import type { Json, PostedAs } from '../../support/index.ts';
import { isObject, defined, joinPosted, quotePosted } from '../../support/index.ts';
import type { Evaluation, PostedKeys, Scope } from '../model/types.ts';
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
  readonly posted?: PostedTemplates;
}

/** Which of the texts people will read: there the words of others do nothing, and the file's own do what they say. */
export interface PostedTemplates {
  readonly keys: PostedKeys;
  /** Whether a value is the file's own, or Troupe's, and stays as it is. */
  isOwn(value: string, source: string): boolean;
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
    result = resolved(value, work, { path: '' });
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

/** Where a value stands, and what is done with it there. */
interface Spot {
  readonly path: string;
  readonly as?: PostedAs | undefined;
}

function resolved(value: Json, work: Work, spot: Spot): Json {
  if (typeof value === 'string') return resolvedText(value, work, spot.as);
  if (Array.isArray(value)) return value.map((item: Json) => resolved(item, work, spot));
  if (!isObject(value)) return value;
  // An object of Json holds Json.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolved(item as Json, work, spotIn(spot, key, work.options))]),
  );
}

function spotIn({ path, as }: Spot, key: string, { posted }: TemplateOptions): Spot {
  if (posted === undefined) return { path };
  const inner = path === '' ? key : `${path}.${key}`;
  return { path: inner, as: as ?? posted.keys[inner] };
}

function resolvedText(text: string, work: Work, as: PostedAs | undefined): Json {
  if (!text.includes('{{') && work.options.dollar !== true) return text;
  const parts = templateParts(text, work.options);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') {
    const value = partValue(only, work);
    return as === undefined ? value : quotedLeaves(value, as, (leaf) => isOwn(leaf, only, work));
  }
  const pieces = parts.map((part) => {
    if (part.kind === 'text') return { text: part.text, isTheirs: false };
    const value = textOf(partValue(part, work));
    return { text: value, isTheirs: !isOwn(value, part, work) };
  });
  const result = as === undefined ? pieces.map((piece) => piece.text).join('') : joinPosted(pieces, as);
  spendText(work.budget, result.length, 0);
  return result;
}

function isOwn(value: string, part: TemplatePart, { options }: Work): boolean {
  return part.kind === 'expression' && options.posted?.isOwn(value, part.source.trim()) === true;
}

function quotedLeaves(value: Json, as: PostedAs, isOwnText: (text: string) => boolean): Json {
  if (typeof value === 'string') return isOwnText(value) ? value : quotePosted(value, as);
  if (Array.isArray(value)) return value.map((item: Json) => quotedLeaves(item, as, isOwnText));
  if (!isObject(value)) return value;
  // As above.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, quotedLeaves(item as Json, as, isOwnText)]),
  );
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
