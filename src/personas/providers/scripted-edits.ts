// Writes the files of a scripted answer into the worktree, never outside it and never through a link.
import { lstat, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { TroupeError } from '../../support/index.ts';
import { answersMessages } from '../model/messages.ts';

/** Writes every file; null deletes it. All paths are checked before the first one is written. */
export async function writeEdits(
  worktree: string | undefined,
  edits: Readonly<Record<string, string | null>>,
): Promise<void> {
  const entries = Object.entries(edits);
  if (entries.length === 0) return;
  if (worktree === undefined)
    throw new TroupeError('persona/answers', answersMessages.noWorktree(), { class: 'config' });
  for (const [path] of entries) if (!isConfined(path)) throw badPath(path);
  const root = await realpath(worktree);
  for (const [path, content] of entries) await writeEdit(root, path, content);
}

async function writeEdit(root: string, path: string, content: string | null): Promise<void> {
  const target = join(root, path);
  const folder = await nearestFolder(dirname(target));
  const inside = relative(root, await realpath(folder));
  if (inside.startsWith('..') || isAbsolute(inside)) throw badPath(path);
  const there = await lstat(target).catch(() => undefined);
  if (there?.isSymbolicLink() === true) throw badPath(path);
  if (content === null) return rm(target, { force: true });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}

async function nearestFolder(path: string): Promise<string> {
  const there = await lstat(path).catch(() => undefined);
  return there === undefined ? nearestFolder(dirname(path)) : path;
}

function isConfined(path: string): boolean {
  return (
    path !== '' &&
    !isAbsolute(path) &&
    !path.includes('\0') &&
    !path.includes('\\') &&
    !path.split('/').some((part) => part === '..' || part === '.' || part === '')
  );
}

function badPath(path: string): TroupeError {
  return new TroupeError('persona/answers', answersMessages.badPath(path), { class: 'config' });
}
