// The tool `read_file`: numbered lines of one text file, as many as fit into an answer.
import { byteLength } from '../../support/index.ts';
import { placeIn } from './inside-tree.ts';
import { repositoryMessages as say } from './messages.ts';
import { readText } from './text-file.ts';
import type { Told } from './text-file.ts';

/** What it is asked. */
export interface ReadWish {
  readonly path: string;
  readonly from?: number;
  readonly to?: number;
}

/** Characters of one line that are shown: minified files have a million. */
const longestLine = 2_000;

/** The lines within so many bytes, or why not. */
export async function readFile(
  root: string,
  { path, from = 1, to }: ReadWish,
  { most, redact }: Told,
): Promise<string> {
  const place = await placeIn(root, path);
  if ('refused' in place) return place.refused;
  const read = await readText(place.path, place.shown);
  if ('refused' in read) return read.refused;
  if (read.text === '') return say.empty(place.shown);
  const lines = redact(read.text).replace(/\n$/, '').split('\n');
  const first = Math.max(1, Math.floor(from));
  if (first > lines.length) return say.noSuchLines(place.shown, first, lines.length);
  const wanted = lines.slice(first - 1, Math.max(first, Math.floor(to ?? lines.length)));
  const shown: string[] = [];
  let bytes = 200;
  for (const [index, line] of wanted.entries()) {
    const numbered = `${first + index}\t${cut(line)}`;
    bytes += byteLength(numbered) + 1;
    if (bytes > most) break;
    shown.push(numbered);
  }
  const last = first + shown.length - 1;
  const head = say.lines(place.shown, [first, last], lines.length);
  return [head, ...shown, ...(shown.length < wanted.length ? [say.more(last + 1)] : [])].join('\n');
}

function cut(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine)} ${say.longLine(line.length - longestLine)}`;
}
