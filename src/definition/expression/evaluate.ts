// Expressions to values. Whatever the expression and the data, it returns an Evaluation: it never throws and never hangs.
import { defined } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import type { Evaluation, Expression, Scope } from '../model/types.ts';
import type { EvaluationBudget } from './budget.ts';
import { EvaluationFailure, newBudget, sizeOf, spendText } from './budget.ts';
import { parseExpression } from './parse.ts';
import { walk } from './walk.ts';
import type { Missing, Walk } from './walk.ts';
import type { Value } from './operators.ts';

/**
 * The value of an expression, as conditions read it: a missing name below a root is null and a warning; a missing
 * `variables.x`, `steps.x` or root is no value at all.
 */
export function evaluateExpression(source: Expression, scope: Scope): Evaluation {
  const result = evaluateSource(source, { scope, budget: newBudget() });
  if (!result.ok) return result.failure;
  return { ok: true, value: result.value ?? null, warnings: result.missing.map(warningOf) };
}

/** A value or a failure, with the names that were missing on the way. */
export type SourceResult =
  | { readonly ok: true; readonly value: Value; readonly missing: readonly Missing[] }
  | { readonly ok: false; readonly failure: Extract<Evaluation, { ok: false }> };

/** Reads and walks one expression within a budget that may be shared. */
export function evaluateSource(
  source: string,
  context: { readonly scope: Scope; readonly budget: EvaluationBudget },
): SourceResult {
  const parsed = parseExpression(source, Object.keys(context.scope.names ?? {}));
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    return failureOf(problem?.message ?? 'The expression cannot be read', {
      at: problem?.at ?? 0,
      ...defined({ hint: problem?.hint }),
    });
  }
  const state: Walk = { ...context, missing: [] };
  try {
    const value = walk(parsed.node, state);
    if (typeof value === 'object') spendText(context.budget, sizeOf(value, context.budget.bytes), 0);
    if (!isJson(value)) return failureOf('The result is not a number that JSON can hold');
    return { ok: true, value, missing: state.missing };
  } catch (error) {
    if (error instanceof EvaluationFailure) return failureOf(error.message, error);
    if (error instanceof RangeError) return failureOf('The expression is nested too deeply');
    throw error;
  }
}

/** The warning about a name that had no value. */
export function warningOf(missing: Missing): string {
  return `\`${missing.path}\` has no value`;
}

function failureOf(
  message: string,
  about: { readonly at?: number; readonly unresolved?: readonly string[]; readonly hint?: string | undefined } = {},
): SourceResult {
  const { at = 0, unresolved = [], hint } = about;
  return {
    ok: false,
    failure: { ok: false, message, column: at + 1, unresolved, ...defined({ hint }) },
  };
}

/** NaN and the infinities are the only values of an evaluation that JSON cannot hold. */
function isJson(value: Value): boolean {
  const waiting: (Json | undefined)[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'number' && !Number.isFinite(next)) return false;
    if (typeof next === 'object' && next !== null) for (const item of Object.values(next)) waiting.push(item as Json); // an object of Json holds Json
  }
  return true;
}
