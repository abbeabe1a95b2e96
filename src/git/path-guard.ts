// Looks at what an agent left in a tree and says which of it may be committed. Follows no link and writes nothing.
import type { Stats } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { linkTo } from './agent-links.ts';
import type { BehindLinks } from './agent-links.ts';
import { messages } from './messages.ts';
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

/** What is protected: by the policy, and by links of the commit. */
export interface Guarding extends PathPolicy {
  readonly behindLinks: BehindLinks;
}

/** Judges changed paths of a tree. */
export async function guardPaths(tree: string, touched: readonly Touched[], policy: Guarding): Promise<Guarded> {
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
          refusedBehindLink(name, policy) ??
          (await refusedOnDisk(path, policy, { root, links })));
    if (reason === undefined) passed.push(path);
    else refused.push(refusalOf(name, reason, policy));
  }
  const beyond = passed[policy.maxFiles];
  if (beyond !== undefined) refused.push({ path: shownName(beyond.name), reason: 'too-many' });
  return { passed, links, refused };
}

function refusedBehindLink(name: RawName, { behindLinks }: Guarding): RefusalReason | undefined {
  return linkTo(looseText(name), behindLinks) === undefined ? undefined : 'protected';
}

function refusalOf(name: RawName, reason: RefusalReason, { behindLinks }: Guarding): Refusal {
  const path = reason === 'name' ? looseText(name) : shownName(name);
  const link = reason === 'protected' ? linkTo(looseText(name), behindLinks) : undefined;
  return link === undefined ? { path, reason } : { path, reason, detail: messages.obeyedThrough(link) };
}

async function refusedOnDisk(
  { name, kind }: Touched,
  policy: Guarding,
  { root, links }: { readonly root: string; readonly links: Set<RawName> },
): Promise<RefusalReason | undefined> {
  for (let folder = dirname(name); folder !== '.'; folder = dirname(folder)) {
    const stat = await statOrNothing(join(root, folder));
    // a link in the place of a folder: what the folder held is gone; the link is judged by itself
    if (stat?.isSymbolicLink() === true) return kind === 'gone' ? refusedLink(root, folder, policy) : 'link';
  }
  if (kind === 'gone') return undefined;
  const stat = await statOrNothing(join(root, name));
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) {
    links.add(name);
    return isModulesName(looseText(rawName(basename(name)))) ? 'git' : refusedLink(root, name, policy);
  }
  if (!stat.isFile()) return stat.isDirectory() ? undefined : 'special';
  return stat.size > policy.maxFileBytes ? 'too-large' : undefined;
}

async function refusedLink(root: string, path: string, policy: PathPolicy): Promise<RefusalReason | undefined> {
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
  if (isGits) return 'git';
  // another name for what is protected: whoever writes there later would not see what it is
  const isProtected = [lands, real].some(
    (place) => refusedByName(rawName(place.slice(root.length + 1)), policy, { isNew: false }) === 'protected',
  );
  return isProtected ? 'protected' : undefined;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}${sep}`);
}

/** Paths here have one character for each byte. */
async function statOrNothing(path: string): Promise<Stats | undefined> {
  return lstat(bytesOf(path)).catch(() => undefined);
}
