// What can be said of an expression before it is evaluated: its value where no run can change it. Evaluates nothing.
import type { Node } from './node.ts';
import { parseExpression } from './parse.ts';

/** What is taken as known of how things stand; what is absent may be either. */
interface KnownStatus {
  readonly success?: boolean;
  readonly failure?: boolean;
  readonly cancelled?: boolean;
}

/** Whether an expression is true, or false, whatever the run: undefined where it may be either. */
export function fixedValue(node: Node, known: KnownStatus = {}): boolean | undefined {
  if (node.kind === 'literal') return Boolean(node.value);
  if (node.kind === 'unary' && node.operator === '!') {
    const inner = fixedValue(node.argument, known);
    return inner === undefined ? undefined : !inner;
  }
  if (node.kind === 'call') return statusOf(node.name, known);
  if (node.kind !== 'logical' || node.operator === '??') return undefined;
  const [left, right] = [fixedValue(node.left, known), fixedValue(node.right, known)];
  const decides = node.operator === '||';
  if (left === decides || right === decides) return decides;
  return left === undefined || right === undefined ? undefined : !decides;
}

/** Whether an expression asks how things stand (`success() failure() always() cancelled()`) and may be true when this is known. */
export function asksStatus(source: string, known: KnownStatus = {}): boolean {
  // most conditions do not: they are not read for it
  if (!/(?:success|failure|always|cancelled)\s*\(/.test(source)) return false;
  const parsed = parseExpression(source);
  return parsed.ok && holdsCall(parsed.node) && fixedValue(parsed.node, known) !== false;
}

function statusOf(name: string, known: KnownStatus): boolean | undefined {
  if (name === 'always') return true;
  return name === 'success' || name === 'failure' || name === 'cancelled' ? known[name] : undefined;
}

function holdsCall(node: Node): boolean {
  if (node.kind === 'call' && ['success', 'failure', 'always', 'cancelled'].includes(node.name)) return true;
  return partsOf(node).some(holdsCall);
}

function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'text':
      return node.parts;
    case 'member':
      return [node.object, node.key];
    case 'chain':
      return [node.body];
    case 'unary':
      return [node.argument];
    case 'binary':
    case 'logical':
      return [node.left, node.right];
    case 'choice':
      return [node.test, node.whenTrue, node.whenFalse];
    case 'list':
      return node.items;
    case 'object':
      return node.entries.map(([, value]) => value);
    case 'call':
      return node.arguments;
    case 'method':
      return [node.object, ...node.arguments];
    case 'each':
      return [node.object, node.body];
    case 'state':
      return [node.key];
  }
}
