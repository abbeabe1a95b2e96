// One word of somebody's tool list: which of our tools it means, and how a text falls into words. Knows the table, no keys and no files.
import { defined, nearest, withoutEnds } from '../../support/index.ts';
import type { PersonaTool } from '../model/types.ts';
import { allTools, toolGroups, toolWords, wholeWords, wordsForAll } from './tool-words.ts';

/** What a word means. `unknown`: it is in no vocabulary; `near` is the word that was probably meant. */
export type ToolWord =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'tools';
      readonly tools: readonly PersonaTool[];
      readonly isWhole: boolean;
      readonly limit?: string;
    }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'unknown'; readonly near?: string };

const table = new Map<string, Set<PersonaTool>>();
for (const tool of [...allTools, 'none'] as const)
  for (const word of toolWords[tool]) {
    const found = table.get(normal(word)) ?? new Set();
    if (tool !== 'none') found.add(tool);
    table.set(normal(word), found);
  }
const whole = new Set(allTools.flatMap((tool) => wholeWords[tool].map(normal)));
const everything = new Set(wordsForAll.map(normal));

/** What `written` means: `Read`, `Bash(git diff:*)`, `edit/editFiles`, `mcp__server__tool`, `server/*`, `*`. */
export function readToolWord(written: string): ToolWord {
  const [, name = written, scope] = /^([^()]+)\(([\s\S]*)\)$/.exec(written.trim()) ?? [];
  const word = name.trim().replace(/^#(?:tool:)?/, '');
  const found = meaningOf(word);
  // `Bash(git diff:*)` limits a tool to some arguments; `Bash(*)` does not
  const isLimited = scope !== undefined && !/^(?::?\*{1,2})?$/.test(scope.trim());
  return found.kind === 'tools' && isLimited ? { ...found, isWhole: false, limit: written.trim() } : found;
}

function meaningOf(word: string): ToolWord {
  const plain = normal(word);
  if (everything.has(plain)) return { kind: 'all' };
  const known = table.get(plain);
  if (known !== undefined) return toWord(known, whole.has(plain));
  const [group = '', rest, ...more] = word.split('/');
  if (rest !== undefined && more.length === 0) {
    const tool = Object.hasOwn(toolGroups, group.toLowerCase()) ? toolGroups[group.toLowerCase()] : undefined;
    if (tool !== undefined) return inGroup(tool, rest);
  }
  if (isOfServer(word)) return { kind: 'elsewhere' };
  const near = nearest(word, allTools) ?? (plain.length > 4 ? nearest(word, knownWords) : undefined);
  return { kind: 'unknown', ...defined({ near }) };
}

function inGroup(tool: PersonaTool | 'none', word: string): ToolWord {
  if (tool === 'none') return { kind: 'elsewhere' };
  if (word === '*') return toWord(new Set([tool]), true);
  const known = table.get(normal(word));
  if (known !== undefined) return toWord(known, whole.has(normal(word)));
  // what is new in a group that runs commands may only look at them
  return tool === 'execute' ? { kind: 'unknown' } : toWord(new Set([tool]), false);
}

function toWord(tools: ReadonlySet<PersonaTool>, isWhole: boolean): ToolWord {
  return tools.size === 0
    ? { kind: 'elsewhere' }
    : { kind: 'tools', tools: allTools.filter((tool) => tools.has(tool)), isWhole };
}

/** Tools of servers and extensions: `mcp__github__search`, `github/*`, `@git`, `publisher.extension/tool`. */
function isOfServer(word: string): boolean {
  return /^@|[/.]|^mcp(?:_|-|:|$)|__/i.test(word);
}

/** Our tools that a pattern such as `web*` or `*edit*` covers. */
export function toolsLike(pattern: string): readonly PersonaTool[] {
  const parts = pattern.toLowerCase().split('*').map(normal);
  return allTools.filter((tool) => toolWords[tool].some((word) => matches(normal(word), parts)));
}

/** In order, the first at the start and the last at the end: no pattern of people becomes a regular expression. */
function matches(word: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!word.startsWith(first) || !word.endsWith(last) || word.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = word.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= word.length - last.length;
}

const knownWords = [...new Set(Object.values(toolWords).flat())];

/**
 * The words of a text: `Read, Grep`, `read search edit`, `Bash(git add:*, git commit:*), Edit`, `["read", "edit"]`, a list of `- ` lines. Brackets keep
 * together what belongs together; a name of two words counts as one where only that is known.
 */
export function wordsIn(text: string): readonly string[] {
  const trimmed = text.trim();
  const inner = /^\[[\s\S]*\]$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
  return piecesOf(inner, /[,;|\n]/).flatMap((piece) => {
    const item = bare(piece.replace(/^[-•]\s+/, ''));
    const parts = piecesOf(
      item.replaceAll(/(\s+)(\(?)/g, (_, blank: string, open: string) => (open === '' ? blank : open)),
      /\s/,
    ).map(bare);
    if (parts.length < 2 || parts.every(isKnown)) return parts;
    return isKnown(item) ? [item] : parts;
  });
}

function isKnown(word: string): boolean {
  return readToolWord(word).kind !== 'unknown';
}

/** Splits outside of brackets. */
function piecesOf(text: string, separator: RegExp): string[] {
  const pieces: string[] = [];
  let piece = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth = Math.max(0, depth - 1);
    if (depth === 0 && separator.test(character)) {
      pieces.push(piece);
      piece = '';
    } else piece += character;
  }
  return [...pieces, piece].map((one) => one.trim()).filter((one) => one !== '');
}

function bare(word: string): string {
  return withoutEnds(word.trim(), `"'\``).trim();
}

function normal(word: string): string {
  const plain = word.toLowerCase().replaceAll(/[\s_.-]+/g, '');
  return plain.length > 6 ? plain.replace(/tool$/, '') : plain;
}
