// The operators of expressions on plain data. Objects are never turned into text or numbers behind a person's back.
import type { Json } from '../../support/index.ts';
import type { BinaryOperator } from './node.ts';

/** Any value during an evaluation. */
export type Value = Json | undefined;

/** No value: a missing one, or null. */
export function isNothing(value: Value): value is null | undefined {
  return value === undefined || value === null;
}

/** Whether a value counts as true: JavaScript's rule. */
export function isTruthy(value: Value): boolean {
  return Boolean(value);
}

/** A number as arithmetic and comparison read it; NaN for lists and objects. */
export function numberOf(value: Value): number {
  if (value === undefined || (typeof value === 'object' && value !== null)) return Number.NaN;
  return Number(value);
}

/** A value as text: nothing for null, JSON for lists and objects. */
export function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Everything but `+`, which may make text and so is the evaluator's. */
export function calculate(operator: Exclude<BinaryOperator, '+'>, left: Value, right: Value): Value {
  switch (operator) {
    case '===':
      return left === right;
    case '!==':
      return left !== right;
    case '==':
      return isLooselyEqual(left, right);
    case '!=':
      return !isLooselyEqual(left, right);
    case '-':
      return numberOf(left) - numberOf(right);
    case '*':
      // JSON has no -0: adding 0 takes it away
      return numberOf(left) * numberOf(right) + 0;
    case '/':
      return numberOf(left) / numberOf(right) + 0;
    case '%':
      return (numberOf(left) % numberOf(right)) + 0;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, left, right);
  }
}

function compare(operator: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  const texts = typeof left === 'string' && typeof right === 'string';
  const a = texts ? left : numberOf(left);
  const b = texts ? right : numberOf(right);
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function isLooselyEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  const nothing = left === null || left === undefined;
  if (nothing || right === null || right === undefined) return nothing && (right === null || right === undefined);
  if (typeof left === 'object' || typeof right === 'object' || typeof left === typeof right) return false;
  return Number(left) === Number(right);
}
