// Walks a read expression over a scope. Knows data only: no global, no prototype, no effect.
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject, defined } from '../../support/index.ts';
import { sameNameKey } from '../model/names.ts';
import { didYouMean } from '../model/suggest.ts';
import type { Scope } from '../model/types.ts';
import type { EvaluationBudget } from './budget.ts';
import { EvaluationFailure, sizeOf, spendSteps, spendText } from './budget.ts';
import { callFunction } from './functions.ts';
import { callMethod, kindOf, takesNothing } from './methods.ts';
import { forbiddenNames, pathOf } from './node.ts';
import type { BinaryOperator, Node } from './node.ts';
import { calculate, isNothing, isTruthy, numberOf, textOf } from './operators.ts';
import type { Value } from './operators.ts';

/** A name that had no value when it was read. */
export interface Missing {
  readonly path: string;
  readonly at: number;
  readonly hint?: string;
}

/** What a walk carries along. `missing` collects the names that had no value. */
export interface Walk {
  readonly scope: Scope;
  readonly budget: EvaluationBudget;
  readonly missing: Missing[];
}

interface Locals {
  readonly name: string;
  readonly value: Value;
  readonly outer: Locals | undefined;
}

interface Around {
  readonly locals: Locals | undefined;
  /** An unknown name is expected here: left of `??` or `||`, or before `?.`. */
  readonly guarded: boolean;
}

/** An optional chain that ended early. */
const stopped = Symbol('stopped');

/** Roots whose names are all known: one that is not there is a mistake, not a name without a value. */
const closedRoots: ReadonlySet<string> = new Set(['variables', 'vars', 'steps']);

/** Roots that may be without a value (decision 47). */
const optionalRoots: ReadonlySet<string> = new Set(['error', 'milestone']);

/** The value of a read expression. Throws `EvaluationFailure` only. */
export function walk(node: Node, context: Walk): Value {
  const names = Object.entries(context.scope.names ?? {});
  const locals = bind(
    names.map(([name]) => name),
    names.map(([, item]) => item),
    undefined,
  );
  return value(node, context, { locals, guarded: false });
}

function value(node: Node, context: Walk, around: Around): Value {
  const result = visit(node, context, around);
  return result === stopped ? undefined : result;
}

function visit(node: Node, context: Walk, around: Around): Value | typeof stopped {
  spendSteps(context.budget, 1, node.at);
  const plain = around.guarded ? { ...around, guarded: false } : around;
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'text':
      return joined(node, context, plain);
    case 'name':
      return node.local ? localValue(node.name, around.locals) : rootValue(node, context, around);
    case 'member':
      return memberValue(node, context, around);
    case 'chain':
      return value(node.body, context, around);
    case 'unary': {
      const argument = value(node.argument, context, plain);
      if (node.operator === '!') return !isTruthy(argument);
      if (argument === undefined) return undefined;
      // JSON has no -0, so there is none here
      return node.operator === '-' ? 0 - numberOf(argument) : numberOf(argument) + 0;
    }
    case 'binary':
      return binaryValue(node, context, plain);
    case 'logical': {
      const left = value(node.left, context, { ...around, guarded: node.operator !== '&&' });
      if (node.operator === '??') return left ?? value(node.right, context, plain);
      if (node.operator === '||') return isTruthy(left) ? left : value(node.right, context, plain);
      return isTruthy(left) ? value(node.right, context, plain) : left;
    }
    case 'choice':
      return isTruthy(value(node.test, context, plain))
        ? value(node.whenTrue, context, plain)
        : value(node.whenFalse, context, plain);
    case 'list':
      spendText(context.budget, node.items.length, node.at);
      return node.items.map((item) => value(item, context, plain) ?? null);
    case 'object':
      return Object.fromEntries(node.entries.map(([key, item]) => [key, value(item, context, plain) ?? null]));
    case 'call':
      return callFunction(
        {
          name: node.name,
          argument: node.arguments[0] === undefined ? undefined : value(node.arguments[0], context, plain),
          at: node.at,
        },
        context,
      );
    case 'method':
      return methodValue(node, context, around);
    case 'each':
      return eachValue(node, context, around);
    case 'state':
      return stateValue(node, context, plain);
  }
}

function binaryValue(node: Extract<Node, { kind: 'binary' }>, context: Walk, plain: Around): Value {
  const left = value(node.left, context, plain);
  const right = value(node.right, context, plain);
  if (isNothing(left) && isNothing(right) && /^[!=]==$/.test(node.operator))
    return areSameNothing(node, left, right) === (node.operator === '===');
  if (isArithmetic(node.operator) && (left === undefined || right === undefined)) return undefined;
  if (node.operator === '+') return sum([left, right], node.at, context);
  if (typeof left === 'string' && typeof right === 'string')
    spendSteps(context.budget, Math.ceil(Math.min(left.length, right.length) / 1_000), node.at);
  return calculate(node.operator, left, right);
}

function localValue(name: string, locals: Locals | undefined): Value {
  let current = locals;
  while (current !== undefined && current.name !== name) current = current.outer;
  return current?.value;
}

function rootValue(node: Extract<Node, { kind: 'name' }>, context: Walk, around: Around): Value {
  const name = node.name === 'vars' ? 'variables' : node.name;
  // `name` is one of the roots: the reader lets no other name through.
  const found = context.scope[name as Exclude<keyof Scope, 'state' | 'outcome' | 'now'>];
  if (found !== undefined) return found;
  if (!optionalRoots.has(name) && !around.guarded)
    throw new EvaluationFailure(`\`${node.name}\` has no value here`, { at: node.at, unresolved: [node.name] });
  context.missing.push({ path: node.name, at: node.at });
  return undefined;
}

function memberValue(node: Extract<Node, { kind: 'member' }>, context: Walk, around: Around): Value | typeof stopped {
  const object = visit(node.object, context, { ...around, guarded: around.guarded || node.optional });
  if (object === stopped) return stopped;
  if (isNothing(object)) return node.optional ? stopped : ofNothing(node, context);
  const key = value(node.key, context, { ...around, guarded: false });
  if (key === undefined) return undefined;
  if (typeof key !== 'string' && typeof key !== 'number')
    throw new EvaluationFailure(`A name to read must be text or a number, and it is ${kindOf(key)}`, { at: node.at });
  const name = String(key);
  if (forbiddenNames.has(name))
    throw new EvaluationFailure(`\`${name}\` cannot be read in an expression`, { at: node.at });
  const found = ownValue(object, name, isSteps(node.object));
  if (found !== undefined) return found;
  if (isMilestone(node.object)) {
    if (name === 'title') return object;
    const fact = ownValue(factsOf(context.scope.task), name, false);
    if (fact !== undefined) return fact;
  }
  const path = pathOf(node);
  const unset = isVariables(node.object) ? context.scope.unset?.[name] : undefined;
  const hint = unset ?? (isObject(object) ? didYouMean(name, Object.keys(object), 'name') : undefined);
  const { object: root } = node;
  if (!around.guarded && unset === undefined && root.kind === 'name' && !root.local && closedRoots.has(root.name))
    throw new EvaluationFailure(`\`${path}\` has no value`, { at: node.at, unresolved: [path], hint });
  context.missing.push({ path, at: node.at, ...defined({ hint }) });
  return undefined;
}

/** Decision 47: what is read of a name without a value has none either. It is told by its whole path, once. */
function ofNothing(node: Extract<Node, { kind: 'member' }>, context: Walk): undefined {
  const outer = pathOf(node.object);
  const index = context.missing.findLastIndex(({ path }) => path === outer);
  const [known] = index === -1 ? [] : context.missing.splice(index, 1);
  context.missing.push({ ...known, path: pathOf(node), at: node.at });
  return undefined;
}

/** A milestone is its title: `task.milestone.title`, as GitHub has it, is the same; its counts lie beside it. */
function isMilestone(node: Node): boolean {
  return /^(context\.)?(task\.)?milestone$/.test(pathOf(node));
}

function factsOf(task: Json | undefined): Json {
  return (isObject(task) ? ownValue(task as JsonObject, 'milestoneFacts', false) : undefined) ?? {}; // a scope holds JSON
}

function isVariables(node: Node): boolean {
  return node.kind === 'name' && !node.local && (node.name === 'variables' || node.name === 'vars');
}

function isSteps(node: Node): boolean {
  return node.kind === 'name' && !node.local && node.name === 'steps';
}

function ownValue(object: Json, name: string, isStepList: boolean): Value {
  if (typeof object === 'string' || Array.isArray(object)) {
    if (name === 'length') return object.length;
    return /^\d+$/.test(name) ? object[Number(name)] : undefined;
  }
  if (!isObject(object)) return undefined;
  if (Object.hasOwn(object, name)) return object[name] as Json; // an object of Json holds Json
  if (!isStepList) return undefined;
  const key = sameNameKey(Object.keys(object), name);
  return key === undefined ? undefined : (object[key] as Json); // as above
}

function isArithmetic(operator: BinaryOperator): boolean {
  return ['+', '-', '*', '/', '%'].includes(operator);
}

/** A name without a value is neither more `null` than `undefined`; the two literals differ, as in JavaScript. */
function areSameNothing(node: Extract<Node, { kind: 'binary' }>, left: Value, right: Value): boolean {
  const areWritten = node.left.kind === 'literal' && node.right.kind === 'literal';
  return !areWritten || left === right;
}

/** A text with a value in it that is missing is missing as a whole: never the word `undefined`. */
function joined(node: Extract<Node, { kind: 'text' }>, context: Walk, around: Around): Value {
  let text = node.texts[0] ?? '';
  for (const [index, part] of node.parts.entries()) {
    const found = value(part, context, around);
    if (found === undefined) return undefined;
    text += asText(found, node.at, context) + (node.texts[index + 1] ?? '');
  }
  spendText(context.budget, text.length, node.at);
  return text;
}

function sum([left, right]: readonly [Value, Value], at: number, context: Walk): Value {
  if (typeof left !== 'string' && typeof right !== 'string') return numberOf(left) + numberOf(right);
  const text = asText(left ?? null, at, context) + asText(right ?? null, at, context);
  spendText(context.budget, text.length, at);
  return text;
}

function asText(part: Json, at: number, context: Walk): string {
  if (typeof part === 'object') spendText(context.budget, sizeOf(part, context.budget.bytes), at);
  return textOf(part);
}

function methodValue(node: Extract<Node, { kind: 'method' }>, context: Walk, around: Around): Value | typeof stopped {
  const object = visit(node.object, context, { ...around, guarded: around.guarded || node.optional });
  if (object === stopped) return stopped;
  if (isNothing(object)) return node.optional ? stopped : undefined;
  const values = node.arguments.map((argument) => value(argument, context, { ...around, guarded: false }));
  if (values.some((one) => isNothing(one)) && !takesNothing(object, node.name)) return undefined;
  return callMethod(
    { object, name: node.name, arguments: values, at: node.at, path: pathOf(node.object) },
    context.budget,
  );
}

function eachValue(node: Extract<Node, { kind: 'each' }>, context: Walk, around: Around): Value | typeof stopped {
  const object = visit(node.object, context, { ...around, guarded: around.guarded || node.optional });
  if (object === stopped) return stopped;
  if (isNothing(object)) return node.optional ? stopped : undefined;
  if (!Array.isArray(object))
    throw new EvaluationFailure(`\`${pathOf(node.object)}\` is ${kindOf(object)}, and \`${node.name}\` needs a list`, {
      at: node.at,
    });
  const answers: Value[] = [];
  for (const [index, item] of object.entries()) {
    const locals = bind(node.parameters, [item, index], around.locals);
    const answer = value(node.body, context, { locals, guarded: false });
    if (node.name === 'find' && isTruthy(answer)) return item;
    if (node.name === 'some' && isTruthy(answer)) return true;
    if (node.name === 'every' && !isTruthy(answer)) return false;
    if (node.name === 'map') answers.push(answer ?? null);
    if (node.name === 'filter' && isTruthy(answer)) answers.push(item);
  }
  if (node.name === 'find') return undefined;
  if (node.name === 'some' || node.name === 'every') return node.name === 'every';
  // Only items of the list and answers without undefined were pushed.
  return answers as Json[];
}

function bind(names: readonly string[], values: readonly Value[], outer: Locals | undefined): Locals | undefined {
  return names.reduce<Locals | undefined>(
    (locals, name, index) => ({ name, value: values[index], outer: locals }),
    outer,
  );
}

function stateValue(node: Extract<Node, { kind: 'state' }>, context: Walk, around: Around): Value {
  const key = value(node.key, context, around);
  if (key === undefined) return undefined;
  if (typeof key !== 'string')
    throw new EvaluationFailure(`\`context.state.get\` needs a name, and it got ${kindOf(key)}`, { at: node.at });
  const state = context.scope.state ?? {};
  const name = sameNameKey(Object.keys(state), key);
  if (name !== undefined) return state[name];
  context.missing.push({ path: pathOf(node), at: node.at, hint: didYouMean(key, Object.keys(state), 'state') });
  return undefined;
}
