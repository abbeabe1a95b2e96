// Reads an expression: acorn knows JavaScript's syntax, and only what the closed tree has room for is taken over.
// Never evaluates anything.
import { parseExpressionAt } from 'acorn';
import type * as acorn from 'acorn';
import { isObject, messageOf } from '../../support/index.ts';
import {
  binaryOperators,
  eachNames,
  forbiddenNames,
  functionNames,
  isOneOf,
  logicalOperators,
  methodNames,
  rootNames,
  unaryOperators,
} from './node.ts';
import type { BinaryOperator, LogicalOperator, Node, Problem, UnaryOperator } from './node.ts';
import { describeSyntax, forbidden, unknownFunction, unknownMethod, unknownRoot } from './parse-problems.ts';
import { subtractionProblem } from './subtraction.ts';

/** A read expression, or everything that is wrong with it. */
export type ParsedExpression =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Longest expression in characters. */
const maxLength = 8_192;
const maxDepth = 120;

interface Reading {
  readonly problems: Problem[];
  readonly locals: readonly string[];
  readonly depth: number;
}

/** Reads one expression; `names` are known beside the roots. Never throws: whatever the text, the answer is a tree or problems. */
export function parseExpression(source: string, names: readonly string[] = []): ParsedExpression {
  if (source.length > maxLength)
    return failed(
      'expression/too-long',
      `The expression has ${source.length} characters; ${maxLength} are the most`,
      0,
    );
  if (source.trim() === '') return failed('expression/empty', 'The expression is empty', 0);
  try {
    const tree = parseExpressionAt(source, 0, { ecmaVersion: 2022, preserveParens: true });
    const rest = source.slice(tree.end);
    if (rest.trim() !== '')
      return failed(
        'expression/syntax',
        `The expression ends before ${JSON.stringify(rest.trim().slice(0, 20))}`,
        tree.end + (rest.length - rest.trimStart().length),
      );
    const problems: Problem[] = [];
    const node = read(tree, { problems, locals: names, depth: 0 });
    return problems.length === 0 ? { ok: true, node } : { ok: false, problems };
  } catch (error) {
    if (error instanceof RangeError) return failed('expression/too-deep', 'The expression is nested too deeply', 0);
    return failed('expression/syntax', messageOf(error).replace(/ \(\d{1,9}:\d{1,9}\)$/, ''), positionOf(error));
  }
}

function read(node: acorn.AnyNode, at: Reading): Node {
  if (at.depth > maxDepth) throw new RangeError('too deep');
  const below = { ...at, depth: at.depth + 1 };
  switch (node.type) {
    case 'Literal':
      return readLiteral(node, at);
    case 'TemplateLiteral':
      return {
        kind: 'text',
        texts: node.quasis.map((quasi) => quasi.value.cooked ?? ''),
        parts: node.expressions.map((part) => read(part, below)),
        at: node.start,
      };
    case 'Identifier':
      return readName(node, at);
    case 'MemberExpression':
      return readMember(node, below);
    case 'ChainExpression':
      return { kind: 'chain', body: read(node.expression, below), at: node.start };
    case 'ParenthesizedExpression':
      return read(node.expression, below);
    case 'UnaryExpression':
      if (!unaryOperators.includes(node.operator)) return refuse(node, at, `\`${node.operator}\``);
      return {
        kind: 'unary',
        operator: node.operator as UnaryOperator, // in the list of ours
        argument: read(node.argument, below),
        at: node.start,
      };
    case 'BinaryExpression':
      return readBinary(node, below);
    case 'LogicalExpression':
      if (!logicalOperators.includes(node.operator)) return refuse(node, at, `\`${node.operator}\``);
      return {
        kind: 'logical',
        operator: node.operator as LogicalOperator, // in the list of ours
        left: read(node.left, below),
        right: read(node.right, below),
        at: node.start,
      };
    case 'ConditionalExpression':
      return {
        kind: 'choice',
        test: read(node.test, below),
        whenTrue: read(node.consequent, below),
        whenFalse: read(node.alternate, below),
        at: node.start,
      };
    case 'ArrayExpression':
      return readList(node, at);
    case 'ObjectExpression':
      return { kind: 'object', entries: node.properties.map((entry) => readEntry(entry, below)), at: node.start };
    case 'CallExpression':
      return readCall(node, below);
    default:
      return refuse(node, at, describeSyntax(node.type));
  }
}

function readList(node: acorn.ArrayExpression, at: Reading): Node {
  const below = { ...at, depth: at.depth + 1 };
  return {
    kind: 'list',
    items: node.elements.map((item) => (item === null ? refuse(node, at, 'A hole in a list') : read(item, below))),
    at: node.start,
  };
}

function readLiteral(node: acorn.Literal, at: Reading): Node {
  if (node.regex) return refuse(node, at, 'A regular expression');
  if (typeof node.bigint === 'string') return refuse(node, at, 'A BigInt');
  const value = node.value;
  if (typeof value === 'number' && /^\d+$/.test(node.raw ?? '') && !Number.isSafeInteger(value))
    return problem(at, {
      code: 'expression/large-number',
      message: `\`${node.raw ?? String(value)}\` is larger than a number can be without losing digits`,
      hint: `Put quotes around it: '${node.raw ?? String(value)}'.`,
      at: node.start,
    });
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return { kind: 'literal', value, at: node.start };
  return refuse(node, at, 'This literal');
}

function readName(node: acorn.Identifier, at: Reading): Node {
  const { name, start } = node;
  if (name === 'undefined') return { kind: 'literal', value: undefined, at: start };
  if (forbiddenNames.has(name)) return problem(at, forbidden(name, start));
  const local = at.locals.includes(name);
  if (local || isOneOf(rootNames, name)) return { kind: 'name', name, local, at: start };
  return problem(at, unknownRoot(name, start, at.locals));
}

function readMember(node: acorn.MemberExpression, at: Reading): Node {
  if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier') return refuse(node, at, 'This');
  const object = read(node.object, at);
  if (!node.computed && node.property.type === 'Identifier') {
    const { name, start } = node.property;
    if (forbiddenNames.has(name)) return problem(at, forbidden(name, start));
    return {
      kind: 'member',
      object,
      key: { kind: 'literal', value: name, at: start },
      optional: node.optional === true,
      at: node.start,
    };
  }
  const key = read(node.property, at);
  if (key.kind === 'literal' && forbiddenNames.has(String(key.value)))
    return problem(at, forbidden(String(key.value), key.at));
  return { kind: 'member', object, key, optional: node.optional === true, at: node.start };
}

function readBinary(node: acorn.BinaryExpression, at: Reading): Node {
  if (!binaryOperators.includes(node.operator)) return refuse(node, at, `\`${node.operator}\``);
  if (node.left.type === 'PrivateIdentifier') return refuse(node, at, 'This');
  const subtraction = subtractionProblem(node, at.locals);
  if (subtraction !== undefined) return problem(at, subtraction);
  return {
    kind: 'binary',
    operator: node.operator as BinaryOperator, // in the list of ours
    left: read(node.left, at),
    right: read(node.right, at),
    at: node.start,
  };
}

function readEntry(entry: acorn.Property | acorn.SpreadElement, at: Reading): readonly [string, Node] {
  if (entry.type !== 'Property') return ['', refuse(entry, at, 'Spreading')];
  if (entry.kind !== 'init' || entry.method || entry.computed) return ['', refuse(entry, at, 'This kind of key')];
  const name = entry.key.type === 'Identifier' ? entry.key.name : String((entry.key as acorn.Literal).value); // a key that is not computed is a name or a literal
  if (forbiddenNames.has(name)) return ['', problem(at, forbidden(name, entry.key.start))];
  return [name, read(entry.value, at)];
}

function readCall(node: acorn.CallExpression, at: Reading): Node {
  const { callee } = node;
  if (callee.type === 'Identifier') return readFunction(node, callee, at);
  if (callee.type !== 'MemberExpression' || callee.object.type === 'Super') return refuse(node, at, 'Calling this');
  const unknown = unknownBase(callee.object, at);
  if (unknown !== undefined) return problem(at, unknown);
  if (callee.computed || callee.property.type !== 'Identifier') return refuse(node, at, 'Calling a computed name');
  const { name, start } = callee.property;
  if (forbiddenNames.has(name)) return problem(at, forbidden(name, start));
  if (name === 'get' && isState(callee.object)) {
    const [key] = node.arguments;
    if (key === undefined || node.arguments.length !== 1)
      return problem(at, {
        code: 'expression/arguments',
        message: '`context.state.get` takes one name',
        hint: "Write context.state.get('qa_status').",
        at: start,
      });
    return { kind: 'state', key: read(key, at), at: key.start };
  }
  const optional = callee.optional === true;
  if (isOneOf(eachNames, name)) return readEach({ node, name, object: callee.object, optional }, at);
  if (!isOneOf(methodNames, name)) {
    return problem(at, unknownMethod(name, start));
  }
  if (node.optional === true) return refuse(node, at, 'An optional call');
  const list = node.arguments.map((argument) => read(argument, at));
  return { kind: 'method', object: read(callee.object, at), name, arguments: list, optional, at: start };
}

function readFunction(node: acorn.CallExpression, callee: acorn.Identifier, at: Reading): Node {
  const { name, start } = callee;
  if (forbiddenNames.has(name)) return problem(at, forbidden(name, start));
  if (!isOneOf(functionNames, name)) {
    return problem(at, unknownFunction(name, start));
  }
  const wanted = name === 'toJSON' || name === 'fromJSON' ? 1 : 0;
  if (node.arguments.length !== wanted)
    return problem(at, {
      code: 'expression/arguments',
      message: `\`${name}()\` takes ${wanted === 1 ? 'one value' : 'no values'}, not ${node.arguments.length}`,
      at: start,
    });
  return { kind: 'call', name, arguments: node.arguments.map((argument) => read(argument, at)), at: start };
}

function readEach(
  call: {
    readonly node: acorn.CallExpression;
    readonly name: (typeof eachNames)[number];
    readonly object: acorn.Expression;
    readonly optional: boolean;
  },
  at: Reading,
): Node {
  const [arrow] = call.node.arguments;
  const wrong: Problem = {
    code: 'expression/arguments',
    message: `\`${call.name}\` takes one arrow function of one or two plain names`,
    hint: `Write ${call.name}(label => label === 'bug').`,
    at: call.node.start,
  };
  if (arrow === undefined || call.node.arguments.length !== 1) return problem(at, wrong);
  if (arrow.type !== 'ArrowFunctionExpression' || arrow.body.type === 'BlockStatement' || arrow.async)
    return problem(at, wrong);
  const parameters = arrow.params.flatMap((parameter) => (parameter.type === 'Identifier' ? [parameter.name] : []));
  if (parameters.length !== arrow.params.length || parameters.length < 1 || parameters.length > 2)
    return problem(at, wrong);
  const bad = parameters.find((parameter) => forbiddenNames.has(parameter));
  if (bad !== undefined) return problem(at, forbidden(bad, arrow.start));
  const body = read(arrow.body, { ...at, locals: [...at.locals, ...parameters] });
  const { name, optional } = call;
  return { kind: 'each', object: read(call.object, at), name, parameters, body, optional, at: call.node.start };
}

/** The unknown name a chain of members starts with: `process` of `process.mainModule.exit()`. */
function unknownBase(node: acorn.AnyNode, at: Reading): Problem | undefined {
  let base = node;
  while (base.type === 'MemberExpression') base = base.object;
  if (base.type !== 'Identifier' || base.name === 'undefined') return undefined;
  if (forbiddenNames.has(base.name)) return forbidden(base.name, base.start);
  const known = at.locals.includes(base.name) || isOneOf(rootNames, base.name);
  return known ? undefined : unknownRoot(base.name, base.start, at.locals);
}

function isState(node: acorn.Expression): boolean {
  return (
    node.type === 'MemberExpression' &&
    !node.computed &&
    node.object.type === 'Identifier' &&
    node.object.name === 'context' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'state'
  );
}

function refuse(node: acorn.AnyNode, at: Reading, what: string): Node {
  return problem(at, {
    code: 'expression/not-allowed',
    message: `${what} cannot be used in an expression`,
    hint: 'Expressions compare and combine values; they change nothing and call only the listed functions and methods.',
    at: node.start,
  });
}

function problem(at: Reading, found: Problem): Node {
  at.problems.push(found);
  return { kind: 'literal', value: null, at: found.at };
}

function failed(code: string, message: string, at: number): ParsedExpression {
  return { ok: false, problems: [{ code, message, at }] };
}

function positionOf(error: unknown): number {
  return isObject(error) && typeof error['pos'] === 'number' ? error['pos'] : 0;
}
