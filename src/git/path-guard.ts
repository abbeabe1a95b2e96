// Looks at what an agent left in a tree and says which of it may be committed. Follows no link and writes nothing.
import type { Stats } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { bytesOf, looseText, rawName, shownName } from './names.ts';
import type { RawName } from './names.ts';
import { isGitName, isModulesName, refusedByName } from './path-policy.ts';
import type { RefusalReason } from './path-policy.ts';
import type { PathPolicy, Refusal } from './types.ts';

/** A path that differs from the checkout. */
export interface Touched {
  readonly name: RawName;
  readonly kind: 'new' | 'changed' | 'gone' | 'repository';
}

/** What the guard let pass, and what not. */
export interface Guarded {
  readonly passed: readonly Touched[];
  /** Which of them are links. */
  readonly links: ReadonlySet<RawName>;
  readonly refused: readonly Refusal[];
}

/** Judges changed paths of a tree. */
export async function guardPaths(tree: string, touched: readonly Touched[], policy: PathPolicy): Promise<Guarded> {
  const root = (await realpath(Buffer.from(tree), 'buffer')).toString('latin1');
  const passed: Touched[] = [];
  const links = new Set<RawName>();
  const refused: Refusal[] = [];
  for (const path of touched.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name, kind } = path;
    const reason =
      kind === 'repository'
        ? 'git'
        : (refusedByName(name, policy, { isNew: kind === 'new' }) ??
          (await refusedOnDisk(path, policy, { root, links })));
    if (reason === undefined) passed.push(path);
    else refused.push({ path: reason === 'name' ? looseText(name) : shownName(name), reason });
  }
  const beyond = passed[policy.maxFiles];
  if (beyond !== undefined) refused.push({ path: shownName(beyond.name), reason: 'too-many' });
  return { passed, links, refused };
}

async function refusedOnDisk(
  { name, kind }: Touched,
  policy: PathPolicy,
  { root, links }: { readonly root: string; readonly links: Set<RawName> },
): Promise<RefusalReason | undefined> {
  for (let folder = dirname(name); folder !== '.'; folder = dirname(folder)) {
    const stat = await statOrNothing(join(root, folder));
    // a link in the place of a folder: what the folder held is gone; the link is judged by itself
    if (stat?.isSymbolicLink() === true) return kind === 'gone' ? refusedLink(root, folder) : 'link';
  }
  if (kind === 'gone') return undefined;
  const stat = await statOrNothing(join(root, name));
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) {
    links.add(name);
    return isModulesName(looseText(rawName(basename(name)))) ? 'git' : refusedLink(root, name);
  }
  if (!stat.isFile()) return stat.isDirectory() ? undefined : 'special';
  return stat.size > policy.maxFileBytes ? 'too-large' : undefined;
}

async function refusedLink(root: string, path: string): Promise<RefusalReason | undefined> {
  const target = (await readlink(bytesOf(join(root, path)), 'buffer')).toString('latin1');
  if (isAbsolute(target)) return 'link';
  const lands = resolve(join(root, dirname(path)), target);
  if (!isInside(root, lands)) return 'link';
  const found = await realpath(bytesOf(lands), 'buffer').catch(() => undefined);
  const real = found?.toString('latin1');
  if (real === undefined || !isInside(root, real)) return 'link';
  const isGits = real
    .slice(root.length)
    .split(sep)
    .some((part) => isGitName(looseText(rawName(part))));
  return isGits ? 'git' : undefined;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}${sep}`);
}

/** Paths here have one character for each byte. */
async function statOrNothing(path: string): Promise<Stats | undefined> {
  return lstat(bytesOf(path)).catch(() => undefined);
}
