// Which paths of a tree differ from what its checkout left there. What git calls modified because of attributes alone is not among them.
import { lstat } from 'node:fs/promises';
import { placeOf, rawFields, rawName } from './names.ts';
import type { RawName } from './names.ts';
import type { Touched } from './path-guard.ts';
import type { InTree } from './types-inside.ts';
import { contentId, entriesOf, linkMode, signatureOf } from './zero-point.ts';
import type { Entry, ZeroPoint } from './zero-point.ts';

/** Compares the tree with its zero point. The index is read, never written: it tells which files need no second look. */
export async function touchedPaths(
  git: InTree,
  place: { readonly tree: string; readonly zero: ZeroPoint; readonly index: string },
): Promise<readonly Touched[]> {
  const status = await git({
    what: 'read what changed',
    args: ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'],
    // what an agent's attributes make of a file must not be remembered
    env: { GIT_INDEX_FILE: place.index, GIT_OPTIONAL_LOCKS: '0' },
  });
  const rows = rawFields(status.bytes).map((row) => ({ code: row.slice(0, 2), name: rawName(row.slice(3)) }));
  const untracked = await withoutGiven(
    place,
    rows.filter(({ code }) => code === '??').map(({ name }) => asNew(name)),
  );
  const tracked = rows.filter(({ code }) => code !== '??' && code[1] !== ' ');
  if (tracked.length === 0) return untracked;
  const entries = await entriesOf(git, place.index);
  const changed: Touched[] = [];
  for (const { code, name } of tracked) {
    const entry = entries.get(name);
    if (entry === undefined || entry.mode === linkMode) continue;
    if (code[1] === 'D') changed.push({ name, kind: 'gone' });
    else if (!(await isUntouched(place, name, entry))) changed.push({ name, kind: 'changed' });
  }
  return [...untracked, ...(await withoutGiven(place, changed))];
}

/** Without what commands of ours made, as long as it lies there as they left it. */
async function withoutGiven(
  { tree, zero }: { readonly tree: string; readonly zero: ZeroPoint },
  touched: readonly Touched[],
): Promise<readonly Touched[]> {
  if (zero.given.size === 0) return touched;
  const left: Touched[] = [];
  for (const path of touched) {
    const given = zero.given.get(path.name);
    if (given === undefined || given !== (await signatureOf(tree, path.name))) left.push(path);
  }
  return left;
}

function asNew(name: RawName): Touched {
  // a path with `/` at its end is a repository inside the repository
  return name.endsWith('/') ? { name: rawName(name.slice(0, -1)), kind: 'repository' } : { name, kind: 'new' };
}

/** Whether a file is byte for byte what the checkout wrote, with its mode. Links have no attributes: git is right about them. */
async function isUntouched(
  { tree, zero }: { readonly tree: string; readonly zero: ZeroPoint },
  name: RawName,
  entry: Entry,
): Promise<boolean> {
  if (!entry.mode.startsWith('100')) return false;
  const stat = await lstat(placeOf(tree, name)).catch(() => undefined);
  if (stat?.isFile() !== true) return false;
  const isExecutable = (stat.mode & 0o100) !== 0;
  if (isExecutable !== (entry.mode === '100755')) return false;
  return (await contentId(tree, name)) === (zero.written.get(name) ?? entry.id);
}
