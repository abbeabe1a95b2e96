// Which lines of a comment begin with text that everybody sees: no code, no quote, nothing hidden, struck out or forwarded.
import type { Token } from 'markdown-it';
import { lineStart, markdownLines, markdownTokens } from '../common/markdown.ts';
import { createHiding } from './hiding-elements.ts';
import type { Hiding } from './hiding-elements.ts';

/** A line of plain text. */
export interface PlainLine {
  /** 1-based. */
  readonly line: number;
  /** What is seen of the line: without tags, addresses behind links, and pictures. */
  readonly shown: string;
  /** The line as it was written, without what HTML comments hide. */
  readonly written: string;
}

/** The plain lines of a comment, in order. */
export function plainLines(body: string): readonly PlainLine[] {
  const lines = markdownLines(body);
  const hiding = createHiding();
  const found: PlainLine[] = [];
  let quotes = 0;
  let row = 0;
  let hiddenUntil = endOfFrontMatter(lines);
  const hideFrom = (line: number): void => {
    if (line >= hiddenUntil) hiddenUntil = hiddenFrom(lines, line) ?? hiddenUntil;
  };
  for (const token of markdownTokens(body)) {
    if (token.type === 'blockquote_open') quotes += 1;
    if (token.type === 'blockquote_close') quotes -= 1;
    if (token.type === 'tr_open') row = token.map?.[0] ?? row;
    if (isContainer(token)) hiding.container(token.nesting);
    // a footnote of one word is a definition to the parser
    if (token.type === 'reference_definition') hideFrom(token.map?.[0] ?? 0);
    if (token.type === 'html_block') hiding.read(token.content);
    if (token.type !== 'inline') continue;
    // cells of a table do not know their line
    const first = token.map?.[0] ?? row;
    const inTable = token.map === null;
    for (const begun of linesOf(token, hiding)) {
      const line = first + begun.offset;
      const written = lines[line] ?? '';
      hideFrom(line);
      const hidden = !begun.plain || quotes > 0 || line < hiddenUntil || (inTable && written.includes('|'));
      if (!hidden) found.push({ line: line + 1, shown: begun.shown, written: without(written, begun.comments) });
    }
  }
  return found;
}

interface BegunLine {
  /** Lines between the start of the block and this one. */
  readonly offset: number;
  readonly plain: boolean;
  shown: string;
  readonly comments: string[];
}

/** The lines that begin inside a block of text. A line that begins inside code, a tag or a title is none of them. */
function linesOf(block: Token, hiding: Hiding): readonly BegunLine[] {
  const begun: BegunLine[] = [];
  let offset = 0;
  let counted = 0;
  let inside = 0;
  let formula = false;
  const struck = struckParts(block.content);
  const lastFormula = block.content.lastIndexOf('$$');
  for (const token of block.children ?? []) {
    if (token.type === lineStart) {
      // set where the token is made
      const { pos } = token.meta as { pos: number };
      const before = block.content.slice(counted, pos);
      offset += before.split('\n').length - 1;
      if (before.split('$$').length % 2 === 0) formula = !formula;
      counted = pos;
      const inFormula = formula && lastFormula >= pos;
      begun.push({
        offset,
        plain: inside === 0 && !inFormula && !struck(pos) && !hiding.hides(),
        shown: '',
        comments: [],
      });
      continue;
    }
    if (token.type === 'text') hiding.text(token.content);
    if (token.type === 'html_inline') {
      hiding.read(token.content);
      if (/^<[!?]/.test(token.content)) begun.at(-1)?.comments.push(token.content.split('\n')[0] ?? '');
    }
    if (/^(?:link|s)_(?:open|close)$/.test(token.type)) inside += token.nesting;
    const line = begun.at(-1);
    if (line !== undefined) line.shown += shownOf(token);
  }
  return begun;
}

/** GitHub strikes out what one tilde on each side holds, too; tells whether a place is inside. Asked in rising order. */
function struckParts(text: string): (pos: number) => boolean {
  const parts = text.matchAll(/(?<![~\w])~(?=[^~\s])[^~]*[^~\s]~(?![~\w])/g);
  let part = parts.next();
  return (pos) => {
    while (part.done !== true && part.value.index + part.value[0].length <= pos) part = parts.next();
    return part.done !== true && part.value.index < pos;
  };
}

function shownOf(token: Token): string {
  if (token.type === 'text') return token.content;
  // a space may be written by its name; other characters are read as they were typed
  if (token.type === 'text_special') return token.content.trim() === '' ? ' ' : token.markup;
  if (token.type === 'code_inline') return `${token.markup}${token.content}${token.markup}`;
  return '';
}

function isContainer({ type }: Token): boolean {
  return /^(?:blockquote|list_item)_(?:open|close)$/.test(type);
}

const mostComments = 50;

function without(written: string, comments: readonly string[]): string {
  return comments.slice(0, mostComments).reduce((text, comment) => text.replace(comment, () => ' '), written);
}

/** Settings at the head of a text, `---` to `---` or `+++` to `+++`, are not its words. */
function endOfFrontMatter(lines: readonly string[]): number {
  const fence = /^(---|\+\+\+)[ \t]*$/.exec(lines[0] ?? '')?.[1];
  if (fence === undefined) return 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') return 0;
    if (index > 0 && line.trimEnd() === fence) return index + 1;
  }
  return 0;
}

const forwarded =
  /^ {0,3}-{4,} ?(?:(?:original|forwarded) (?:message|appointment)|(?:ursprüngliche|weitergeleitete) nachricht|message (?:d['’]origine|original|transféré)|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)|oorspronkelijk bericht) ?-{4,}\s*$/i;

/** The line up to which a footnote or a forwarded mail that starts here reaches; undefined when none does. */
function hiddenFrom(lines: readonly string[], start: number): number | undefined {
  const line = lines[start] ?? '';
  if (forwarded.test(line)) return lines.length;
  if (/^\*{0,2}From:/.test(line) && /^\*{0,2}(?:Sent|Date):/.test(lines[start + 1] ?? '')) return lines.length;
  if (!/^ {0,3}\[\^[^\]\s]+\]:/.test(line)) return undefined;
  // GitHub shows a footnote at the end of the text, and one that nothing refers to nowhere
  for (let index = start + 1; index < lines.length; index += 1)
    if (lines[index - 1]?.trim() === '' && /^(?! {4}|\t)\s*\S/.test(lines[index] ?? '')) return index;
  return lines.length;
}
