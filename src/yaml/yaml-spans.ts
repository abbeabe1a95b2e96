// Where things stand in a YAML file: offsets to lines and columns, paths to offsets. Reads no YAML.
import { LineCounter } from 'yaml';

/** A place in the file, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a value stands: its key, itself, and its text where it is one. Offsets. */
export interface Span {
  readonly key: number;
  readonly start: number;
  readonly end: number;
  readonly text?: string;
}

/** The lines of a text. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

/** Where a path stands; of its nearest parent when it is not there. */
export function nearestSpan(spans: ReadonlyMap<string, Span>, path: string): Span | undefined {
  const found = spans.get(path);
  if (found !== undefined) return found;
  let current = path.slice(0, longestPath);
  while (current !== '' && !spans.has(current)) current = parentOf(current);
  return spans.get(current);
}

/** No path to a value that anybody means is longer; of a longer one the nearest parent is one near the top. */
const longestPath = 2_000;

/** The path one level up. Of a key with dots or brackets in it, which is no level, it is shorter all the same. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('[')));
}

/** Where a character of a text stands in the file: exact for one-line texts, by its surroundings for the others. */
export function offsetIn(source: string, found: Span, offset: number): number {
  const raw = source.slice(found.start, found.end);
  const { text } = found;
  if (text === undefined) return found.start;
  for (const lead of [0, 1]) if (raw.startsWith(text, lead)) return found.start + lead + offset;
  const rest = text.slice(offset).split('\n')[0] ?? '';
  for (let length = Math.min(rest.length, 60); length > 0; length = Math.floor(length / 2)) {
    const index = raw.indexOf(rest.slice(0, length));
    if (index !== -1) return found.start + index;
  }
  return found.start;
}

/** Where the tag before a value begins. */
export function tagPosition(text: string, start: number): number {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const tag = text.lastIndexOf('!', start);
  const first = text.lastIndexOf(' ', tag) + 1;
  return tag >= line ? Math.max(first, line) : start;
}

/** Line and column of an offset. */
export function place(lines: LineCounter, at: number): Position {
  const { line, col } = lines.linePos(at);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** The line of an offset. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
