// Makes values of a shape with a text wherever text may stand in them. Knows nothing of what they are for.
import { firstOf } from './shape.ts';
import type { PlainShape, Shape } from './shape.ts';

/** Objects in objects in objects …: deeper there is nothing. */
const deepest = 7;

/** A value of this shape that says the text wherever it can. */
export function makeValue(shape: Shape, text: string, depth = 0): unknown {
  const first = preferred(shape);
  switch (first.is) {
    case 'text':
    case 'data':
      return text;
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'bytes':
      return Buffer.from(text);
    case 'nothing':
      return undefined;
    case 'constant':
      return first.value;
    case 'named':
      return builtIn(first.name, text);
    case 'function':
      return () => makeValue(first.gives(), text, depth + 1);
    case 'row':
      return first.of.map((one) => makeValue(one, text, depth + 1));
    default:
      return depth > deepest ? emptyOf(first.is) : filled(first, text, depth);
  }
}

/** Whether it is text, or has some where a function would look for it first. */
export function hasText(shape: Shape, depth = 0): boolean {
  const first = preferred(shape);
  if (first.is === 'text' || first.is === 'data' || first.is === 'bytes') return true;
  if (depth > 1) return false;
  if (first.is === 'list' || first.is === 'set' || first.is === 'table' || first.is === 'map')
    return hasText(first.of(), depth + 1);
  if (first.is === 'object') return [...first.fields().values()].some((field) => hasText(field.shape(), depth + 1));
  return false;
}

type Filled = Extract<PlainShape, { readonly is: 'list' | 'set' | 'table' | 'map' | 'promise' | 'object' }>;

function filled(shape: Filled, text: string, depth: number): unknown {
  if (shape.is === 'object') {
    const fields = [...shape.fields()].filter(([, { isOptional, shape: of }]) => !isOptional || isPlainText(of()));
    return Object.fromEntries(fields.map(([name, field]) => [name, makeValue(field.shape(), text, depth + 1)]));
  }
  const item = makeValue(shape.of(), text, depth + 1);
  if (shape.is === 'list') return [item];
  if (shape.is === 'set') return new Set([item]);
  if (shape.is === 'map') return new Map([[text, item]]);
  if (shape.is === 'table') return { [text]: item };
  return Promise.resolve(item);
}

function emptyOf(is: Filled['is']): unknown {
  if (is === 'list') return [];
  if (is === 'set') return new Set();
  if (is === 'map') return new Map();
  return is === 'promise' ? Promise.resolve() : {};
}

function isPlainText(shape: Shape): boolean {
  const { is } = preferred(shape);
  return is === 'text' || is === 'data';
}

/** Text rather than a word from a list, and anything rather than nothing. */
function preferred(shape: Shape): PlainShape {
  if (shape.is !== 'one of') return shape;
  const all = shape.of.map(preferred);
  return all.find(({ is }) => is === 'text') ?? firstOf(shape);
}

function builtIn(name: string, text: string): unknown {
  switch (name) {
    case 'Date':
      return new Date(0);
    case 'URL':
      return new URL(`https://example.test/${encodeURIComponent(text)}`);
    case 'RegExp':
      return /x/;
    case 'Error':
      return new Error(text);
    case 'AbortSignal':
      return new AbortController().signal;
    case 'Headers':
      return new Headers();
    case 'Uint16Array':
    case 'Uint32Array':
    case 'Int32Array':
      return new Uint32Array(Buffer.from(text));
    default:
      return undefined;
  }
}
