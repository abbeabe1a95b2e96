// What a written type wants: text, data, lists, fields, functions. Reads type nodes; looks names up where they are declared.
import { declarationOf, isNode, nameOf, nodesIn } from './source-files.ts';
import type { Node, Sources } from './source-files.ts';

/** What a value has to be like, as far as a function that is given it can see. */
export type Shape =
  | { readonly is: 'text' | 'data' | 'number' | 'boolean' | 'bytes' | 'nothing' }
  | { readonly is: 'constant'; readonly value: unknown }
  | { readonly is: 'list' | 'set' | 'table' | 'map' | 'promise'; readonly of: () => Shape }
  | { readonly is: 'row'; readonly of: readonly Shape[] }
  | { readonly is: 'object'; readonly fields: () => ReadonlyMap<string, Field> }
  | { readonly is: 'function'; readonly takes: readonly Shape[]; readonly gives: () => Shape }
  | { readonly is: 'one of'; readonly of: readonly Shape[] }
  /** Of the language or of a package: `URL`, `FastifyInstance`. */
  | { readonly is: 'named'; readonly name: string };

/** One field of an object. */
export interface Field {
  readonly isOptional: boolean;
  readonly shape: () => Shape;
}

/** Where a type is written. */
export interface Scope {
  readonly sources: Sources;
  readonly file: string;
  /** What stands for its parameters. */
  readonly generics: ReadonlyMap<string, () => Shape>;
}

const text: Shape = { is: 'text' };
const nothing = { is: 'nothing' } as const;

/** The shape of a type; text where none is written. */
export function shapeOf(scope: Scope, node: Node | undefined): Shape {
  if (node === undefined) return nothing;
  const inside = (key: string): Shape => shapeOf(scope, childOf(node, key));
  switch (node['type']) {
    case 'TSStringKeyword':
    case 'TSTemplateLiteralType':
      return text;
    case 'TSUnknownKeyword':
    case 'TSAnyKeyword':
    case 'TSObjectKeyword':
      return { is: 'data' };
    case 'TSNumberKeyword':
    case 'TSBigIntKeyword':
      return { is: 'number' };
    case 'TSBooleanKeyword':
      return { is: 'boolean' };
    case 'TSLiteralType':
      return { is: 'constant', value: childOf(node, 'literal')?.['value'] };
    case 'TSArrayType':
      return { is: 'list', of: () => inside('elementType') };
    case 'TSTupleType':
      return { is: 'row', of: nodesIn(node['elementTypes']).map((one) => shapeOf(scope, one)) };
    case 'TSNamedTupleMember':
      return inside('elementType');
    case 'TSRestType':
    case 'TSOptionalType':
    case 'TSParenthesizedType':
      return inside('typeAnnotation');
    case 'TSTypeOperator':
      return node['operator'] === 'keyof'
        ? keysOf(shapeOf(scope, childOf(node, 'typeAnnotation')))
        : inside('typeAnnotation');
    case 'TSUnionType':
      return { is: 'one of', of: nodesIn(node['types']).map((one) => shapeOf(scope, one)) };
    case 'TSIntersectionType':
      return both(nodesIn(node['types']).map((one) => shapeOf(scope, one)));
    case 'TSTypeLiteral':
      return membersOf(scope, nodesIn(node['members']));
    case 'TSFunctionType':
      return functionOf(scope, node);
    case 'TSIndexedAccessType':
      return fieldOf(inside('objectType'), shapeOf(scope, childOf(node, 'indexType')));
    case 'TSConditionalType':
      return inside('trueType');
    case 'TSMappedType':
      return { is: 'table', of: () => inside('typeAnnotation') };
    case 'TSTypePredicate':
      return { is: 'boolean' };
    case 'TSTypeReference':
      return named(scope, nameOf(node['typeName']), argumentsOf(node));
    default:
      return nothing;
  }
}

const made: Readonly<Record<string, (of: () => Shape, second: () => Shape) => Shape>> = {
  Array: (of) => ({ is: 'list', of }),
  ReadonlyArray: (of) => ({ is: 'list', of }),
  Iterable: (of) => ({ is: 'list', of }),
  Set: (of) => ({ is: 'set', of }),
  ReadonlySet: (of) => ({ is: 'set', of }),
  Map: (_, of) => ({ is: 'map', of }),
  ReadonlyMap: (_, of) => ({ is: 'map', of }),
  Record: (_, of) => ({ is: 'table', of }),
  Promise: (of) => ({ is: 'promise', of }),
  PromiseLike: (of) => ({ is: 'promise', of }),
  Buffer: () => ({ is: 'bytes' }),
  Uint8Array: () => ({ is: 'bytes' }),
  Readonly: (of) => of(),
  Partial: (of) => of(),
  Required: (of) => of(),
  NonNullable: (of) => of(),
  NoInfer: (of) => of(),
  Awaited: (of) => of(),
  Extract: (of) => of(),
  Exclude: (of) => of(),
  Pick: (of, keys) => only(of(), keys(), true),
  Omit: (of, keys) => only(of(), keys(), false),
};

function named(scope: Scope, name: string, args: readonly Node[]): Shape {
  const generic = scope.generics.get(name);
  if (generic !== undefined) return generic();
  const given = args.map((one) => () => shapeOf(scope, one));
  const found = declarationOf(scope.sources, scope.file, name);
  if (found === undefined) return made[name]?.(given[0] ?? none, given[1] ?? none) ?? { is: 'named', name };
  if (!('node' in found)) return name === 'Buffer' ? { is: 'bytes' } : { is: 'named', name };
  const { file, node } = found;
  const names = genericsOf(node);
  const inside = { ...scope, file, generics: new Map(names.map((one, at) => [one, given[at] ?? (() => text)])) };
  if (node['type'] === 'TSTypeAliasDeclaration') return shapeOf(inside, childOf(node, 'typeAnnotation'));
  if (node['type'] !== 'TSInterfaceDeclaration') return { is: 'named', name };
  const own = membersOf(inside, nodesIn(childOf(node, 'body')?.['body']));
  const above = nodesIn(node['extends']).map((one) => named(inside, nameOf(one['expression']), argumentsOf(one)));
  return above.length === 0 ? own : both([...above, own]);
}

function membersOf(scope: Scope, members: readonly Node[]): Shape {
  const call = members.find(({ type }) => type === 'TSCallSignatureDeclaration');
  if (call !== undefined) return functionOf(scope, call);
  const index = members.find(({ type }) => type === 'TSIndexSignature');
  const named = members.filter(({ type, computed }) => type !== 'TSIndexSignature' && computed !== true);
  if (index !== undefined && named.length === 0)
    return { is: 'table', of: () => shapeOf(scope, annotated(index, 'typeAnnotation')) };
  const fields = named.map((member): [string, Field] => [
    nameOf(member['key']),
    {
      isOptional: member['optional'] === true,
      shape: () =>
        member['type'] === 'TSMethodSignature' && member['kind'] === 'method'
          ? functionOf(scope, member)
          : shapeOf(scope, annotated(member, 'typeAnnotation') ?? annotated(member, 'returnType')),
    },
  ]);
  return { is: 'object', fields: () => new Map(fields) };
}

function functionOf(scope: Scope, node: Node): Shape {
  const generics = new Map([...scope.generics, ...genericsOf(node).map((name) => [name, () => text] as const)]);
  const inside = { ...scope, generics };
  return {
    is: 'function',
    takes: nodesIn(node['params']).map((one) => shapeOf(inside, annotated(one, 'typeAnnotation'))),
    gives: () => shapeOf(inside, annotated(node, 'returnType')),
  };
}

/** The names that stand for any type where this is declared. */
export function genericsOf(node: Node): readonly string[] {
  return nodesIn(childOf(node, 'typeParameters')?.['params']).map((one) => nameOf(one['name']));
}

/** The type that is written behind a colon. */
export function annotated(node: Node, key: string): Node | undefined {
  const annotation = childOf(node, key);
  return annotation === undefined ? undefined : childOf(annotation, 'typeAnnotation');
}

/** A shape without a choice. */
export type PlainShape = Exclude<Shape, { readonly is: 'one of' }>;

/** What it is first, when it may be nothing as well. */
export function firstOf(shape: Shape): PlainShape {
  if (shape.is !== 'one of') return shape;
  return firstOf(shape.of.map(firstOf).find(({ is }) => is !== 'nothing') ?? nothing);
}

function both(shapes: readonly Shape[]): Shape {
  const firsts = shapes.map(firstOf);
  // a brand
  const plain = firsts.find(({ is }) => is !== 'object');
  if (plain !== undefined && plain.is !== 'named') return plain;
  return {
    is: 'object',
    fields: () => new Map(firsts.flatMap((one) => (one.is === 'object' ? [...one.fields()] : []))),
  };
}

function only(shape: Shape, keys: Shape, isKept: boolean): Shape {
  const first = firstOf(shape);
  if (first.is !== 'object') return first;
  const names = new Set(
    (keys.is === 'one of' ? keys.of : [keys]).map((one) => (one.is === 'constant' ? one.value : '')),
  );
  return { is: 'object', fields: () => new Map([...first.fields()].filter(([name]) => names.has(name) === isKept)) };
}

function fieldOf(shape: Shape, key: Shape): Shape {
  const first = firstOf(shape);
  if (first.is === 'object') {
    const name = firstOf(key);
    const field = name.is === 'constant' ? first.fields().get(String(name.value)) : [...first.fields().values()][0];
    return field?.shape() ?? nothing;
  }
  if (first.is === 'row') return first.of[0] ?? nothing;
  return 'of' in first && typeof first.of === 'function' ? first.of() : text;
}

function keysOf(shape: Shape): Shape {
  const first = firstOf(shape);
  if (first.is !== 'object') return text;
  const [name] = first.fields().keys();
  return name === undefined ? text : { is: 'constant', value: name };
}

function none(): Shape {
  return nothing;
}

function argumentsOf(node: Node): readonly Node[] {
  return nodesIn(childOf(node, 'typeArguments')?.['params']);
}

function childOf(node: Node, key: string): Node | undefined {
  const child = node[key];
  return isNode(child) ? child : undefined;
}
