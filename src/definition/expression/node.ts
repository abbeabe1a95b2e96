// The closed syntax tree of an expression: what is not a kind here cannot be evaluated. Shapes and word lists only.

/** Everything an expression can consist of. `at` is the offset in the expression's text, counted from 0. */
export type Node =
  | { readonly kind: 'literal'; readonly value: Plain; readonly at: number }
  | { readonly kind: 'text'; readonly texts: readonly string[]; readonly parts: readonly Node[]; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly local: boolean; readonly at: number }
  | {
      readonly kind: 'member';
      readonly object: Node;
      readonly key: Node;
      readonly optional: boolean;
      readonly at: number;
    }
  | { readonly kind: 'chain'; readonly body: Node; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly argument: Node; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Node;
      readonly right: Node;
      readonly at: number;
    }
  | {
      readonly kind: 'logical';
      readonly operator: LogicalOperator;
      readonly left: Node;
      readonly right: Node;
      readonly at: number;
    }
  | {
      readonly kind: 'choice';
      readonly test: Node;
      readonly whenTrue: Node;
      readonly whenFalse: Node;
      readonly at: number;
    }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly at: number }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Node])[]; readonly at: number }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly Node[]; readonly at: number }
  | {
      readonly kind: 'method';
      readonly object: Node;
      readonly name: MethodName;
      readonly arguments: readonly Node[];
      readonly optional: boolean;
      readonly at: number;
    }
  | {
      readonly kind: 'each';
      readonly object: Node;
      readonly name: EachName;
      readonly parameters: readonly string[];
      readonly body: Node;
      readonly optional: boolean;
      readonly at: number;
    }
  | { readonly kind: 'state'; readonly key: Node; readonly at: number };

/** What a literal can be. */
export type Plain = string | number | boolean | null | undefined;
export type UnaryOperator = '!' | '-' | '+';
export type LogicalOperator = '&&' | '||' | '??';
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '===' | '!==' | '==' | '!=' | '<' | '<=' | '>' | '>=';
export type FunctionName = (typeof functionNames)[number];
export type MethodName = (typeof methodNames)[number];
export type EachName = (typeof eachNames)[number];

/** Names an expression may start with. `vars` is `variables`. */
export const rootNames = [
  'task',
  'inputs',
  'variables',
  'vars',
  'steps',
  'stages',
  'event',
  'context',
  'run',
  'error',
  'item',
  'index',
  'iteration',
  'milestone',
] as const;

/** Roots of step types that come later. */
export const laterRoots: ReadonlySet<string> = new Set(['stages', 'item', 'index', 'iteration']);

export const functionNames = ['success', 'failure', 'always', 'cancelled', 'now', 'toJSON', 'fromJSON'] as const;

export const methodNames = [
  'includes',
  'startsWith',
  'endsWith',
  'toLowerCase',
  'toUpperCase',
  'trim',
  'split',
  'join',
  'slice',
  'indexOf',
] as const;

/** Methods that take one arrow function. */
export const eachNames = ['some', 'every', 'filter', 'map', 'find'] as const;

export const unaryOperators: readonly string[] = ['!', '-', '+'] satisfies UnaryOperator[];
export const logicalOperators: readonly string[] = ['&&', '||', '??'] satisfies LogicalOperator[];
export const binaryOperators: readonly string[] = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '===',
  '!==',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
] satisfies BinaryOperator[];

/** Names that reach into JavaScript itself; refused everywhere, also as keys computed at run time. */
export const forbiddenNames: ReadonlySet<string> = new Set([
  'constructor',
  '__proto__',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

/** Something wrong in an expression. `at` is the offset in its text, counted from 0. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly at: number;
  /** Missing: an error. */
  readonly severity?: 'warning';
}

/** Whether the name is one of the list, for the compiler too. */
export function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name); // widening a list of literals to strings is always true
}

/** `steps.qa.outputs` of a chain of fixed names; computed keys show as `[…]`. */
export function pathOf(node: Node): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'chain') return pathOf(node.body);
  if (node.kind === 'state')
    return `context.state.get(${node.key.kind === 'literal' ? `'${String(node.key.value)}'` : '…'})`;
  if (node.kind !== 'member') return '(…)';
  const object = pathOf(node.object);
  if (node.key.kind !== 'literal') return `${object}[…]`;
  const key = String(node.key.value);
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${object}.${key}` : `${object}['${key}']`;
}
