// Words of commands that people copy. Pure.
import { isAbsolute, relative } from 'node:path';

/** A word as a shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w.,:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A path as somebody in that folder writes it. */
export function nearPath(path: string, cwd: string): string {
  const from = relative(cwd, path);
  return isAbsolute(from) || from.startsWith('../../') ? path : from || '.';
}
