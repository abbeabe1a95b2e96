// The tool `search_text`: lines that hold a text. Knows no patterns: a model writes none that takes for ever.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byteLength } from '../../support/index.ts';
import { placeIn } from './inside-tree.ts';
import { repositoryMessages as say } from './messages.ts';
import { readText } from './text-file.ts';
import type { Told } from './text-file.ts';
import { walk } from './walk.ts';

/** What it is asked. */
export interface SearchWish {
  readonly text: string;
  readonly path?: string;
  readonly name?: string;
}

const mostMatches = 100;
/** Of one file, so that others are seen, too. */
const mostOfFile = 20;
/** Bytes that one search reads. */
const mostRead = 64 * 1024 * 1024;
const longestLine = 300;

/** `path:line: text` for each, within so many bytes; or why not. */
export async function searchText(root: string, wish: SearchWish, { most, redact }: Told): Promise<string> {
  const { text, path = '.' } = wish;
  const wanted = text.toLowerCase();
  if (wanted.trim() === '' || /[\n\r]/.test(text)) return say.noText();
  const place = await placeIn(root, path);
  if ('refused' in place) return place.refused;
  const found: string[] = [];
  let [bytes, read, isAll] = [200, 0, true];
  for await (const file of filesOf(place, wish.name ?? '')) {
    const content = await readText(file.path, file.shown);
    if (!('text' in content)) continue;
    read += content.text.length;
    // most files hold nothing of it; of the others a line is cut, and no half of a secret may be left
    const matches = content.text.toLowerCase().includes(wanted)
      ? matchesIn(redact(content.text), wanted, file.shown)
      : [];
    const taken = matches.slice(0, mostOfFile);
    isAll &&= taken.length === matches.length;
    for (const line of taken) {
      bytes += byteLength(line) + 1;
      if (bytes > most || found.length >= mostMatches) isAll = false;
      else found.push(line);
    }
    if (bytes > most || found.length >= mostMatches || read > mostRead) {
      isAll = false;
      break;
    }
  }
  return found.length === 0 ? say.nothingFound(text) : [say.matches(found.length, isAll), ...found].join('\n');
}

interface File {
  readonly path: string;
  readonly shown: string;
}

async function* filesOf(place: File, name: string): AsyncGenerator<File> {
  const about = await stat(place.path);
  if (about.isFile()) yield place;
  if (!about.isDirectory()) return;
  const wanted = name.toLowerCase();
  for await (const { path, kind } of walk(place.path, true)) {
    const shown = place.shown === '.' ? path : `${place.shown}/${path}`;
    if (kind === 'file' && shown.toLowerCase().includes(wanted)) yield { path: join(place.path, path), shown };
  }
}

function matchesIn(text: string, wanted: string, shown: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const at = line.toLowerCase().indexOf(wanted);
    if (at < 0) return [];
    const start = Math.max(0, at - 100);
    const piece = line.slice(start, start + longestLine);
    return [`${shown}:${index + 1}: ${start > 0 ? '…' : ''}${piece}${start + longestLine < line.length ? '…' : ''}`];
  });
}
