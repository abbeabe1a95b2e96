// The methods that expressions may call on texts and lists. Each is bounded; none can reach anything but its arguments.
import type { EvaluationBudget } from './budget.ts';
import { EvaluationFailure, sizeOf, spendSteps, spendText } from './budget.ts';
import type { MethodName } from './node.ts';
import { textOf } from './operators.ts';
import type { Value } from './operators.ts';

/** A call with its values. */
export interface MethodCall {
  readonly object: Value;
  readonly name: MethodName;
  readonly arguments: readonly Value[];
  readonly at: number;
  readonly path: string;
}

/** Whether a call with a value that is missing has an answer all the same: a list holds it or not. */
export function takesNothing(object: Value, name: MethodName): boolean {
  return Array.isArray(object) && (name === 'includes' || name === 'indexOf');
}

/** The value of a method call. What it is called on has a value. */
export function callMethod(call: MethodCall, budget: EvaluationBudget): Value {
  const { object } = call;
  if (typeof object === 'string') {
    spendSteps(budget, Math.ceil(object.length / 1_000), call.at);
    return callOnText(object, call, budget);
  }
  if (Array.isArray(object)) {
    spendSteps(budget, Math.ceil(object.length / 100), call.at);
    return callOnList(object, call, budget);
  }
  throw wrongObject(call);
}

function callOnText(text: string, call: MethodCall, budget: EvaluationBudget): Value {
  const [first, second] = call.arguments;
  switch (call.name) {
    case 'includes':
      return text.includes(textArgument(call, first));
    case 'startsWith':
      return text.startsWith(textArgument(call, first));
    case 'endsWith':
      return text.endsWith(textArgument(call, first));
    case 'indexOf':
      return text.indexOf(textArgument(call, first));
    case 'toLowerCase':
      spendText(budget, text.length, call.at);
      return text.toLowerCase();
    case 'toUpperCase':
      spendText(budget, text.length, call.at);
      return text.toUpperCase();
    case 'trim':
      return text.trim();
    case 'slice':
      return text.slice(numberArgument(call, first), numberArgument(call, second));
    case 'split': {
      const separator = textArgument(call, first);
      const parts = text.split(separator, 100_001);
      spendText(budget, text.length + parts.length * 4, call.at);
      return parts;
    }
    case 'join':
      throw wrongObject(call);
  }
}

function callOnList(list: readonly Value[], call: MethodCall, budget: EvaluationBudget): Value {
  // Lists of an evaluation hold what expressions made or scopes gave: JSON.
  const items = list as readonly Exclude<Value, undefined>[];
  const [first, second] = call.arguments;
  switch (call.name) {
    case 'includes':
      return first !== undefined && items.includes(first);
    case 'indexOf':
      return first === undefined ? -1 : items.indexOf(first);
    case 'slice': {
      const part = items.slice(numberArgument(call, first), numberArgument(call, second));
      spendText(budget, part.length, call.at);
      return part;
    }
    case 'join': {
      const separator = first === undefined ? ',' : textArgument(call, first);
      spendText(budget, sizeOf(items, budget.bytes) + separator.length * items.length, call.at);
      return items.map(textOf).join(separator);
    }
    default:
      throw wrongObject(call);
  }
}

function textArgument(call: MethodCall, value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new EvaluationFailure(`\`${call.name}\` needs text, and it got ${kindOf(value)}`, { at: call.at });
}

function numberArgument(call: MethodCall, value: Value): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  throw new EvaluationFailure(`\`${call.name}\` needs a number, and it got ${kindOf(value)}`, { at: call.at });
}

function wrongObject(call: MethodCall): EvaluationFailure {
  return new EvaluationFailure(`\`${call.path}\` is ${kindOf(call.object)}, which has no \`${call.name}\``, {
    at: call.at,
  });
}

/** A value's kind in words. */
export function kindOf(value: Value): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object',
  };
  return words[typeof value] ?? typeof value;
}
