// Finds `steps.code-review.summary`: JavaScript reads a subtraction where a person means a name with a dash.
import type * as acorn from 'acorn';
import { isOneOf, rootNames } from './node.ts';
import type { Problem } from './node.ts';

/** The problem, when the subtraction can only be a name with dashes: its right side starts with an unknown name. */
export function subtractionProblem(node: acorn.BinaryExpression, locals: readonly string[]): Problem | undefined {
  const words: string[] = [];
  let current: acorn.AnyNode = node;
  let tail = '';
  while (current.type === 'BinaryExpression' && current.operator === '-') {
    const right = chainOf(current.right);
    if (right === undefined) return undefined;
    const [first = '', ...rest] = right;
    if (isOneOf(rootNames, first) || locals.includes(first)) return undefined;
    if (words.length > 0 && rest.length > 0) return undefined;
    if (words.length === 0) tail = rest.map((name) => `.${name}`).join('');
    words.unshift(first);
    current = current.left;
  }
  const left = chainOf(current);
  const [root = '', ...path] = left ?? [];
  const last = path.pop();
  if (last === undefined || !isOneOf(rootNames, root)) return undefined;
  const name = [last, ...words].join('-');
  const object = [root, ...path].join('.');
  const underscored = object === 'steps' ? `${object}.${name.replaceAll('-', '_')}${tail} or ` : '';
  return {
    code: 'expression/subtraction',
    message: `\`${object}.${name}${tail}\` is a subtraction, not the name \`${name}\``,
    hint: `Write ${underscored}${object}['${name}']${tail}.`,
    at: node.start,
  };
}

/** `['steps', 'qa', 'summary']` of a chain of fixed names. */
function chainOf(node: acorn.AnyNode): readonly string[] | undefined {
  if (node.type === 'Identifier') return [node.name];
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined;
  const object = chainOf(node.object);
  return object === undefined ? undefined : [...object, node.property.name];
}
