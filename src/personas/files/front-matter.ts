// Splits a markdown file into YAML front matter and body, as people write it, and finds lines in it. Knows nothing of personas.
import { isObject, undecodedByte, defined } from '../../support/index.ts';
import { pathOfNames, readYaml } from '../../yaml/index.ts';
import { frontMatterMessages as say } from '../model/messages.ts';
import { mendYaml, textKey } from './mend-yaml.ts';

/** Where something stands, 1-based, in the whole file. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A markdown file in its two parts. */
export interface FrontMatter {
  readonly value: unknown;
  readonly body: string;
  /** The line on which the body starts. */
  readonly bodyLine: number;
  readonly mistakes: readonly (Position & { readonly message: string; readonly hint?: string })[];
  /** The place of a key's value, or of the key itself. */
  placeOf(path: readonly (string | number)[]): Position;
}

/** The parts of the text. A file without front matter is all body; one whose front matter does not end, or stands where nobody looks, is a mistake. */
export function readFrontMatter(text: string): FrontMatter {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n');
  // UTF-16 read as UTF-8, and what is no text at all
  if (/^\uFFFD|\0/.test(text))
    return withoutValue({
      lines,
      from: 0,
      end: lines.length,
      mistake: { message: say.notText(), hint: say.notTextHint() },
    });
  const odd = lines.findIndex((line) => oddByteIn(line) !== undefined);
  if (odd !== -1) {
    const mistake = { message: say.badByte(oddByteIn(lines[odd] ?? '') ?? 0), hint: say.notTextHint() };
    const whole = withoutValue({ lines, from: 0, end: lines.length });
    return { ...whole, mistakes: [{ line: odd + 1, column: 1, ...mistake }] };
  }
  const { start, end } = unwrapped(lines);
  const first = lines[start] ?? '';
  if (!isMarker(first)) {
    const mistake = badMarker(first, lines[start + 1] ?? '');
    return withoutValue({ lines, from: start, end, ...defined({ mistake }) });
  }
  const length = lines.slice(start + 1, end).findIndex((line) => isMarker(line) || /^\.\.\.[ \t]*$/.test(line));
  if (length === -1)
    return withoutValue({
      lines,
      from: start + 1,
      end,
      mistake: { message: say.unclosed(), hint: say.unclosedHint() },
    });
  const yaml = lines.slice(start + 1, start + 1 + length).join('\n');
  const bodyFrom = start + length + 2;
  const body = lines.slice(bodyFrom, end).join('\n').trim();
  return { ...readFront(yaml, start + 1), body, bodyLine: bodyFrom + 1 };
}

/** The first byte of a line that is no UTF-8. */
function oddByteIn(line: string): number | undefined {
  const at = line.search(/[\uDC80-\uDCFF]/);
  for (let index = at; at !== -1 && index < line.length; index += 1) {
    const byte = undecodedByte(line, index);
    if (byte !== undefined) return byte;
  }
  return undefined;
}

/** Without what may stand before front matter: a byte order mark, blank lines, comments, and the fence of an exported chat. */
function unwrapped(lines: readonly string[]): { readonly start: number; readonly end: number } {
  const start = firstLine(lines);
  const fence = /^(`{3,}|~{3,})[\w-]*\s*$/.exec(lines[start] ?? '')?.[1];
  if (fence === undefined || !isMarker(lines[start + 1] ?? '')) return { start, end: lines.length };
  const closing = lines.findLastIndex((line) => line.trim() === fence);
  return { start: start + 1, end: closing > start ? closing : lines.length };
}

function firstLine(lines: readonly string[]): number {
  let inComment = false;
  for (const [index, line] of lines.entries()) {
    const plain = line.replaceAll('\uFEFF', '').trim();
    const isComment = inComment || plain.startsWith('<!--');
    if (isComment) inComment = !plain.includes('-->');
    else if (plain !== '') return index;
  }
  return lines.length;
}

function isMarker(line: string): boolean {
  return /^\uFEFF?---[ \t\u00A0]*$/.test(line);
}

/** What somebody wrote who meant `---`. */
function badMarker(line: string, next: string): { readonly message: string; readonly hint: string } | undefined {
  if (line.trim() === '+++') return { message: say.toml(), hint: say.markerHint() };
  const isDashes = /^\s*(?:[-–—]\s?){2,}\s*(?:#.*)?$/.test(line) || /^\s*---\s+#/.test(line);
  return isDashes && /^\s*["']?[\w-]+["']?\s*:/.test(next)
    ? { message: say.badMarker(line.trim()), hint: say.markerHint() }
    : undefined;
}

function withoutValue({
  lines,
  from,
  end,
  mistake,
}: {
  readonly lines: readonly string[];
  readonly from: number;
  readonly end: number;
  readonly mistake?: { readonly message: string; readonly hint: string };
}): FrontMatter {
  return {
    value: {},
    body: lines.slice(from, end).join('\n').trim(),
    bodyLine: from + 1,
    mistakes: mistake === undefined ? [] : [{ line: Math.max(1, from), column: 1, ...mistake }],
    placeOf: () => ({ line: 1, column: 1 }),
  };
}

function readFront(yaml: string, before: number): Omit<FrontMatter, 'body' | 'bodyLine'> {
  const strict = parse(yaml, before);
  // ` #12` in a description is a comment to YAML, and a word to everybody else
  const isCut = /^(?:name|description)[ \t]*:[ \t]+[^"'|>\s].*\s#\S/m.test(yaml);
  const isPlain = strict.mistakes.length === 0 && !isCut && isPlainMap(strict.value);
  const mended = isPlain ? undefined : mendYaml(yaml);
  const again = mended?.text === undefined ? strict : parse(mended.text, before);
  const read = again.mistakes.length === 0 ? again : strict;
  const mistakes =
    mended?.lost === undefined
      ? read.mistakes
      : [{ line: mended.lost + before, column: 1, message: say.swallowed(), hint: say.swallowedHint() }];
  return {
    value: mistakes.length > 0 ? {} : read.value,
    mistakes,
    placeOf: read.placeOf,
  };
}

/** What other readers of such files take as well: none of it makes a text another one. */
const taken: ReadonlySet<string> = new Set(['syntax/empty', 'syntax/tag', 'syntax/merge-key', 'syntax/character']);

function parse(yaml: string, linesBefore: number) {
  const { value, problems, positionOf } = readYaml(yaml, { holder: 'front matter', linesBefore });
  return {
    value: value ?? {},
    mistakes: problems
      .filter(({ code }) => !taken.has(code))
      .map(({ line, column, message, hint }) => ({ line, column, message, ...defined({ hint }) })),
    placeOf: (path: readonly (string | number)[]): Position => positionOf(pathOfNames(path), 'value'),
  };
}

/** A map whose texts are texts. */
function isPlainMap(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(([key, item]) => !textKey.test(key) || typeof item !== 'object' || item === null)
  );
}
