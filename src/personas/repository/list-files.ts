// The tool `list_files`: names of what is there. Opens no file.
import { stat } from 'node:fs/promises';
import { placeIn } from './inside-tree.ts';
import { repositoryMessages as say } from './messages.ts';
import { mostEntries, walk } from './walk.ts';
import type { Entry } from './walk.ts';

/** What it is asked. */
export interface ListWish {
  readonly path?: string;
  readonly deep?: boolean;
  readonly name?: string;
}

const mostListed = 500;

/** One path a line, folders with a slash; or why not. */
export async function listFiles(root: string, { path = '.', deep = false, name = '' }: ListWish): Promise<string> {
  const place = await placeIn(root, path);
  if ('refused' in place) return place.refused;
  if (!(await stat(place.path)).isDirectory()) return say.notAFolder(place.shown);
  const wanted = name.toLowerCase();
  const lines: string[] = [];
  let seen = 0;
  let left = 0;
  for await (const entry of walk(place.path, deep || name !== '')) {
    seen += 1;
    if (!entry.path.toLowerCase().includes(wanted)) continue;
    if (lines.length < mostListed) lines.push(lineOf(entry, place.shown));
    else left += 1;
  }
  if (left > 0) lines.push(say.moreEntries(left));
  if (seen >= mostEntries) lines.push(say.cutWalk(mostEntries));
  return lines.length === 0 ? say.nothingListed(place.shown) : lines.join('\n');
}

function lineOf({ path, kind, isForeign }: Entry, shown: string): string {
  const whole = (shown === '.' ? path : `${shown}/${path}`).replaceAll(/\p{Cc}/gu, '?');
  if (kind === 'link') return `${whole} -> a link`;
  return `${whole}${kind === 'folder' ? '/' : ''}${isForeign === true ? ` ${say.notListed()}` : ''}`;
}
