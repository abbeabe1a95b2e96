// Finds the regular expressions of src in its syntax trees: those that are written out, and those that are put together.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from 'rolldown/utils';

/** A regular expression that is written out. */
export interface Expression {
  readonly source: string;
  readonly flags: string;
  /** `src/support/text.ts:12`, the first place. */
  readonly at: string;
}

/** An expression that is put together while the program runs. */
export interface MadeExpression {
  readonly file: string;
  /** As it is written: ``new RegExp(`</${name}`, 'i')``. */
  readonly call: string;
}

/** What a list of verdicts calls it. */
export function keyOf({ source, flags }: Pick<Expression, 'source' | 'flags'>): string {
  return `/${source}/${flags}`;
}

/** All of src that is no test: each expression once. */
export function expressionsOf(root: string): {
  readonly written: ReadonlyMap<string, Expression>;
  readonly made: readonly MadeExpression[];
} {
  const written = new Map<string, Expression>();
  const made: MadeExpression[] = [];
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || /\.test\.ts$|(?:^|\/)testing(?:\/|\.ts$)/.test(name)) continue;
    const file = relative(root, join(root, 'src', name));
    const text = readFileSync(join(root, file), 'utf8');
    // the program of a file is a tree of nodes like any other
    for (const node of nodesOf(parseSync(file, text).program as unknown)) {
      const found = expressionIn(node);
      const start = Number(node['start']);
      if (found === 'made') made.push({ file, call: text.slice(start, Number(node['end'])).replaceAll(/\s+/g, ' ') });
      else if (found !== undefined && !written.has(keyOf(found)))
        written.set(keyOf(found), { ...found, at: `${file}:${text.slice(0, start).split('\n').length}` });
    }
  }
  return { written, made };
}

type Node = Readonly<Record<string, unknown>>;

function* nodesOf(root: unknown): Generator<Node> {
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null) continue;
    if ('type' in value) yield value as Node; // an object
    left.push(...Object.values(value));
  }
}

function expressionIn(node: Node): Pick<Expression, 'source' | 'flags'> | 'made' | undefined {
  if (node['type'] === 'Literal' && isNode(node['regex'])) {
    const { pattern, flags } = node['regex'];
    return { source: String(pattern), flags: String(flags) };
  }
  if (node['type'] !== 'NewExpression' && node['type'] !== 'CallExpression') return undefined;
  const { callee } = node;
  if (!isNode(callee) || callee['name'] !== 'RegExp') return undefined;
  const [source, flags] = (node['arguments'] as readonly unknown[]).map(textOf);
  const isWhole =
    source !== undefined && (flags !== undefined || (node['arguments'] as readonly unknown[]).length === 1); // calls have a list of arguments
  return isWhole ? { source, flags: flags ?? '' } : 'made';
}

function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node['type'] === 'Literal' && typeof node['value'] === 'string') return node['value'];
  return undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
