// The functions of expressions: how the run stands, the frozen time, JSON to and from text.
import type { Json } from '../../support/index.ts';
import { messageOf, parseJson } from '../../support/index.ts';
import type { Scope } from '../model/types.ts';
import type { EvaluationBudget } from './budget.ts';
import { EvaluationFailure, sizeOf, spendText } from './budget.ts';
import { kindOf } from './methods.ts';
import type { FunctionName } from './node.ts';
import { isNothing } from './operators.ts';
import type { Value } from './operators.ts';

/** The value of a function call. */
export function callFunction(
  call: { readonly name: FunctionName; readonly argument: Value; readonly at: number },
  context: { readonly scope: Scope; readonly budget: EvaluationBudget },
): Value {
  const { argument, at } = call;
  switch (call.name) {
    case 'always':
      return true;
    case 'success':
      return context.scope.outcome?.success ?? true;
    case 'failure':
      return context.scope.outcome?.failure ?? false;
    case 'cancelled':
      return context.scope.outcome?.cancelled ?? false;
    case 'now':
      if (context.scope.now === undefined) throw new EvaluationFailure('`now()` has no value here', { at });
      return context.scope.now;
    case 'toJSON':
      if (argument === undefined) return undefined;
      spendText(context.budget, sizeOf(argument, context.budget.bytes), at);
      return JSON.stringify(argument);
    case 'fromJSON':
      if (isNothing(argument)) return undefined;
      return parse(argument, context.budget, at);
  }
}

function parse(argument: Value, budget: EvaluationBudget, at: number): Json {
  if (typeof argument !== 'string')
    throw new EvaluationFailure(`\`fromJSON\` needs text, and it got ${kindOf(argument)}`, { at });
  spendText(budget, argument.length, at);
  try {
    return parseJson(argument) as Json; // parsed from JSON text
  } catch (error) {
    throw new EvaluationFailure(`\`fromJSON\` got text that is not JSON: ${messageOf(error)}`, { at });
  }
}
