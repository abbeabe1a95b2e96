// Front matter that is no YAML to a parser and plain to a reader: `description: Use it when: …`. Quotes the texts that need it and changes nothing else.
import { parseDocument } from 'yaml';
import { isObject, withoutEnd, withoutStart } from '../../support/index.ts';
import { speaksOfTools } from './restrictions.ts';

/** The text with its values quoted; `lost`: the line (from 1) of a key that would have become a part of some text. */
export interface Mended {
  readonly text?: string;
  readonly lost?: number;
}

/** Keys whose value is a text, whatever it looks like. */
export const textKey = /^(?:name|description)$/;

/** One pass over the keys at the left edge; each keeps its lines, so that places stay true. */
export function mendYaml(yaml: string): Mended {
  const lines = yaml.split('\n').map(withoutOddBlanks);
  const mended: string[] = [];
  for (let index = 0; index < lines.length;) {
    const { key, value } = keyOf(lines[index] ?? '');
    const length = key === undefined ? 1 : chunkLength(lines, index, value);
    const chunk = lines.slice(index, index + length);
    const isPlain = key === undefined || parsesAs(key, chunk);
    const text = isPlain ? undefined : textOf(key, value, chunk);
    const lost = text === undefined ? -1 : chunk.slice(1).findIndex((line) => speaksOfTools(line));
    if (lost !== -1) return { lost: index + lost + 2 };
    mended.push(
      ...(text === undefined
        ? chunk.map((line) => (isPlain ? line : mendItem(line)))
        : [`${key}: ${JSON.stringify(text)}`, ...chunk.slice(1).map(() => '')]),
    );
    index += length;
  }
  return { text: mended.join('\n') };
}

/** The key that a line begins with, without its quotes, and what stands behind its colon. */
function keyOf(line: string): { readonly key?: string; readonly value: string } {
  const colon = line.indexOf(':');
  const [, , key] = /^(["']?)([A-Za-z_][\w .-]*)\1$/.exec(withoutEnd(line.slice(0, Math.max(0, colon)), ' \t')) ?? [];
  const behind = line.slice(colon + 1);
  return key === undefined || !/^(?:[ \t]|$)/.test(behind)
    ? { value: '' }
    : { key, value: withoutStart(behind, ' \t') };
}

/** Tabs and hard blanks at the edge, and hard blanks after a colon. */
function withoutOddBlanks(line: string): string {
  return line
    .replace(/^[\t \u00A0]+/, (edge) => edge.replaceAll('\t', '  ').replaceAll('\u00A0', ' '))
    .replace(/^([\w-]+[ \t]*:)[\t\u00A0]+/, '$1 ');
}

/** How many lines belong to the key: what is indented, and text between tags such as `<example>` wherever it stands. */
function chunkLength(lines: readonly string[], from: number, value: string): number {
  let open = openTags(value);
  let length = 1;
  for (let index = from + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const isItem = value === '' && /^-(?:\s|$)/.test(line);
    const belongs = /^\s+\S/.test(line) || isItem || open > 0 || (value !== '' && line.startsWith('<'));
    if (!belongs && line.trim() !== '') break;
    if (!belongs) continue; // a blank line belongs to whatever follows it
    open += openTags(line);
    length = index - from + 1;
  }
  return length;
}

/** How many tags the text opens and does not close; below 0, it closes more. */
function openTags(text: string): number {
  let open = 0;
  for (const [, slash] of text.matchAll(/<(\/?)(?:example|examples|commentary|context|usage)>/gi))
    open += slash === '/' ? -1 : 1;
  return open;
}

/** Whether these lines are this one key to a YAML parser, with nothing of its text read as a comment. */
function parsesAs(key: string, chunk: readonly string[]): boolean {
  if (textKey.test(key) && /^[^:]*:[ \t]+[^"'|>\s].*\s#\S/.test(chunk[0] ?? '')) return false;
  const document = parseDocument(chunk.join('\n'), { uniqueKeys: true, logLevel: 'error' });
  if (document.errors.length > 0) return false;
  const value: unknown = safely(() => document.toJS({ maxAliasCount: 50 }));
  if (!isObject(value) || Object.keys(value).length !== 1) return false;
  // `[WIP] reviews` is a list to YAML
  return !textKey.test(key) || typeof value[key] !== 'object' || value[key] === null;
}

/** The text that stands after the key; undefined where it cannot be told what was meant. */
function textOf(key: string, value: string, chunk: readonly string[]): string | undefined {
  if ((value === '' && !textKey.test(key)) || key === 'x-troupe' || /^[|>][-+\d]*\s*(?:#.*)?$/.test(value))
    return undefined;
  if (speaksOfTools(`${key}: x`)) return chunk.length === 1 && isClosed(value) ? value.trim() : undefined;
  const raw = [value, ...chunk.slice(1).map((line) => line.trim())].join(hasTags(chunk) ? '\n' : ' ').trim();
  const quote = /^["']/.exec(raw)?.[0];
  if (quote === undefined) return raw;
  if (raw.length > 1 && raw.endsWith(quote)) return raw.slice(1, -1).replaceAll(`\\${quote}`, quote);
  return raw.slice(1).includes(quote) ? raw : undefined;
}

function hasTags(chunk: readonly string[]): boolean {
  return chunk.some((line) => line.includes('<'));
}

/** Every bracket and quote has its other half: otherwise the rest of the list may stand elsewhere. */
function isClosed(value: string): boolean {
  if (value.startsWith('{')) return false;
  const count = (character: string): number => value.split(character).length - 1;
  return count('[') === count(']') && count('(') === count(')') && count('"') % 2 === 0 && count("'") % 2 === 0;
}

/** A list item that YAML reads as something else: `- Bash(git log: *)`, `- *`. */
function mendItem(line: string): string {
  const [, edge = '', item = ''] = /^(\s*-\s+)(\S.*)$/.exec(line) ?? [];
  if (item === '' || /^["'[{|>]/.test(item)) return line;
  const document = parseDocument(item, { logLevel: 'error' });
  const isText = document.errors.length === 0 && typeof safely(() => document.toJS()) === 'string';
  return isText || /^[\w-]+:(?:\s|$)/.test(item) ? line : `${edge}${JSON.stringify(item.trim())}`;
}

function safely(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return undefined;
  }
}
