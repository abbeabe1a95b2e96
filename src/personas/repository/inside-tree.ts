// Where a path that a model names really lies: inside the worktree, or not at all. Follows links to judge them; opens nothing.
import { withoutEnd } from '../../support/index.ts';
import { lstat, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { repositoryMessages as say } from './messages.ts';

/** A place in the worktree, or why it is none. */
export type Place = { readonly path: string; readonly shown: string } | { readonly refused: string };

/** The place that a path of the model's leads to. `root`: the worktree, its own links followed. */
export async function placeIn(root: string, wanted: string): Promise<Place> {
  const words = withoutEnd(wanted.trim().replace(/^(?:\.\/)+/, ''), '/');
  const shown = words === '' || words === '.' ? '.' : words;
  const parts = shown === '.' ? [] : shown.split('/');
  if (shown.length > 4_096 || shown.includes('\0')) return { refused: say.noPath() };
  if (shown.startsWith('/') || shown.startsWith('~') || /^[A-Za-z]:[\\/]/.test(shown))
    return { refused: say.absolute(shown) };
  if (parts.includes('..') || shown.includes('\\')) return { refused: say.outside(shown) };
  if (parts.some(isGit)) return { refused: say.git() };
  return real(root, shown);
}

async function real(root: string, shown: string): Promise<Place> {
  const path = join(root, shown);
  try {
    await lstat(path);
  } catch {
    return { refused: say.notThere(shown) };
  }
  const place = await realpath(path).catch(() => undefined);
  // a link that leads nowhere here may lead somewhere elsewhere
  if (place === undefined) return { refused: say.notThere(shown) };
  const way = relative(root, place);
  const parts = way === '' ? [] : way.split(sep);
  if (way.startsWith(sep) || parts[0] === '..') return { refused: say.linkOut(shown) };
  if (parts.some(isGit)) return { refused: say.git() };
  return { path: place, shown };
}

/** What git keeps of its own, in the spellings of every file system. */
export function isGit(name: string): boolean {
  return /^(?:\.git|git~\d+)[. ]*$/i.test(name);
}
