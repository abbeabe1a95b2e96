// Looks at what an agent left in a tree and says which of it may be committed. Follows no link and writes nothing.
import type { Stats } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { isGitName, refusedByName } from './path-policy.ts';
import type { RefusalReason } from './path-policy.ts';
import type { Changes, PathPolicy } from './types.ts';

/** What the guard saw: the contract's `Changes`, and which of the files are links. */
export interface Guarded extends Changes {
  readonly links: ReadonlySet<string>;
}

/** Judges changed paths of a tree; a path with `/` at its end is a repository inside the repository. */
export async function guardPaths(tree: string, paths: readonly string[], policy: PathPolicy): Promise<Guarded> {
  const root = await realpath(tree);
  const files: string[] = [];
  const links = new Set<string>();
  const refused: { path: string; reason: RefusalReason }[] = [];
  for (const path of paths.toSorted()) {
    const nested = path.endsWith('/');
    const name = nested ? path.slice(0, -1) : path;
    const reason = nested ? 'git' : (refusedByName(name, policy) ?? (await refusedOnDisk(root, name, policy, links)));
    if (reason === undefined) files.push(name);
    else refused.push({ path: name, reason });
  }
  const beyond = files[policy.maxFiles];
  if (beyond !== undefined) refused.push({ path: beyond, reason: 'too-many' });
  return { files, refused, links };
}

async function refusedOnDisk(
  root: string,
  path: string,
  policy: PathPolicy,
  links: Set<string>,
): Promise<RefusalReason | undefined> {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const stat = await statOrNothing(join(root, folder));
    if (stat?.isSymbolicLink() === true) return 'link';
  }
  const stat = await statOrNothing(join(root, path));
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) {
    links.add(path);
    return refusedLink(root, path);
  }
  if (!stat.isFile()) return stat.isDirectory() ? undefined : 'outside';
  return stat.size > policy.maxFileBytes ? 'too-large' : undefined;
}

async function refusedLink(root: string, path: string): Promise<RefusalReason | undefined> {
  const target = await readlink(join(root, path));
  if (isAbsolute(target)) return 'link';
  const lands = resolve(join(root, dirname(path)), target);
  if (!isInside(root, lands)) return 'link';
  const real = await realpath(lands).catch(() => undefined);
  if (real === undefined || !isInside(root, real)) return 'link';
  if (real.slice(root.length).split(sep).some(isGitName)) return 'git';
  return undefined;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}${sep}`);
}

async function statOrNothing(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}
