// Which names a read expression uses, each with its place and whether it is guarded against being missing.
import type { Node } from '../expression/node.ts';

/** A chain of fixed names from a root: `steps.qa.outputs.risk`. */
export interface NameUse {
  readonly root: string;
  readonly path: readonly string[];
  readonly at: number;
  /** Left of `??` or `||`, or before `?.`. */
  readonly guarded: boolean;
}

/** A name read from the state: `context.state.get('qa_status')`. */
export interface StateUse {
  readonly key: string;
  readonly at: number;
}

/** A comparison of a name or state with a fixed text. */
export interface Comparison {
  readonly subject: NameUse | StateUse;
  readonly text: string;
  readonly at: number;
}

/** Everything an expression reads. */
export interface UsedNames {
  readonly names: readonly NameUse[];
  readonly states: readonly StateUse[];
  readonly comparisons: readonly Comparison[];
}

interface Collected {
  readonly names: NameUse[];
  readonly states: StateUse[];
  readonly comparisons: Comparison[];
}

/** The names of an expression, in reading order. */
export function usedNames(node: Node): UsedNames {
  const found: Collected = { names: [], states: [], comparisons: [] };
  visit(node, false, found);
  return found;
}

function visit(node: Node, guarded: boolean, found: Collected): void {
  const chain = chainOf(node);
  if (chain !== undefined) {
    found.names.push({ ...chain, guarded: guarded || chain.guarded });
    return;
  }
  switch (node.kind) {
    case 'member':
      visit(node.object, guarded || node.optional, found);
      visit(node.key, false, found);
      return;
    case 'chain':
      return visit(node.body, guarded, found);
    case 'logical':
      visit(node.left, guarded || node.operator !== '&&', found);
      return visit(node.right, guarded, found);
    case 'binary':
      compare(node, found);
      visit(node.left, false, found);
      return visit(node.right, false, found);
    case 'unary':
      return visit(node.argument, false, found);
    case 'choice':
      for (const part of [node.test, node.whenTrue, node.whenFalse]) visit(part, false, found);
      return;
    case 'text':
      for (const part of node.parts) visit(part, false, found);
      return;
    case 'list':
      for (const item of node.items) visit(item, false, found);
      return;
    case 'object':
      for (const [, item] of node.entries) visit(item, false, found);
      return;
    case 'call':
      for (const argument of node.arguments) visit(argument, false, found);
      return;
    case 'method':
      visit(node.object, guarded || node.optional, found);
      for (const argument of node.arguments) visit(argument, false, found);
      return;
    case 'each':
      visit(node.object, guarded || node.optional, found);
      return visit(node.body, false, found);
    case 'state':
      if (node.key.kind === 'literal' && typeof node.key.value === 'string')
        found.states.push({ key: node.key.value, at: node.at });
      else visit(node.key, false, found);
      return;
    case 'literal':
    case 'name':
      return;
  }
}

function compare(node: Extract<Node, { kind: 'binary' }>, found: Collected): void {
  if (node.operator !== '===' && node.operator !== '==') return;
  for (const [side, other] of [
    [node.left, node.right],
    [node.right, node.left],
  ] as const) {
    if (other.kind !== 'literal' || typeof other.value !== 'string') continue;
    const subject = side.kind === 'state' ? stateOf(side) : chainOf(side);
    if (subject !== undefined) found.comparisons.push({ subject, text: other.value, at: other.at });
  }
}

function stateOf(node: Extract<Node, { kind: 'state' }>): StateUse | undefined {
  return node.key.kind === 'literal' && typeof node.key.value === 'string'
    ? { key: node.key.value, at: node.at }
    : undefined;
}

function chainOf(node: Node): NameUse | undefined {
  if (node.kind === 'chain') return chainOf(node.body);
  if (node.kind === 'name') return node.local ? undefined : { root: node.name, path: [], at: node.at, guarded: false };
  if (node.kind !== 'member' || node.key.kind !== 'literal') return undefined;
  const object = chainOf(node.object);
  if (object === undefined) return undefined;
  return {
    root: object.root,
    path: [...object.path, String(node.key.value)],
    at: object.at,
    guarded: object.guarded || node.optional,
  };
}
