// Submodules that a change takes away, adds or moves: whole, or refused by name. Reads files only; runs nothing in a submodule.
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Sha } from '../support/index.ts';
import { isSha, withoutEnd } from '../support/index.ts';
import { messages } from './messages.ts';
import { placeOf, rawFields, rawName, shownName } from './names.ts';
import type { RawName } from './names.ts';
import type { InTree } from './types-inside.ts';
import type { Refusal } from './types.ts';

/** What became of the submodules of a tree. */
export interface SubmoduleChanges {
  /** Links that go, together with their sections. */
  readonly removed: readonly RawName[];
  readonly refused: readonly Refusal[];
}

const file = rawName('.gitmodules');

/** Compares the submodules in a tree with those of its commit. */
export async function judgeSubmodules(
  git: InTree,
  place: { readonly tree: string; readonly at: Sha; readonly links: ReadonlyMap<RawName, string> },
): Promise<SubmoduleChanges> {
  const { tree, at, links } = place;
  const hasFile = (await lstat(placeOf(tree, file)).catch(() => undefined))?.isFile() === true;
  if (links.size === 0 && !hasFile) return { removed: [], refused: [] };
  const before = (await sectionsIn(git, ['--blob', `${at}:.gitmodules`])) ?? new Set<RawName>();
  const after = hasFile ? await sectionsIn(git, ['--file', '.gitmodules']) : new Set<RawName>();
  if (after === undefined) return { removed: [], refused: [refusal(file, messages.submodule.unreadable)] };
  const removed: RawName[] = [];
  const refused: Refusal[] = [];
  for (const [link, commit] of links) {
    const isNamed = after.has(link);
    const isTakenOut = before.has(link) && !isNamed;
    const state = await stateOf(tree, link);
    if (state.kind === 'gone') {
      if (isNamed) refused.push(refusal(link, messages.submodule.gone));
      else removed.push(link);
    } else if (state.kind === 'checked-out') {
      if (isTakenOut) refused.push(refusal(link, messages.submodule.stillThere));
      else if (state.head !== commit) refused.push(refusal(link, messages.submodule.moved));
    } else if (isTakenOut) removed.push(link);
    else if (state.kind === 'filled') refused.push(refusal(link, messages.submodule.filled));
  }
  for (const name of after)
    if (!before.has(name) && !links.has(name)) refused.push(refusal(name, messages.submodule.added));
  return { removed, refused };
}

function refusal(name: RawName, detail: string): Refusal {
  return { path: shownName(name), reason: 'submodule', detail };
}

/** The paths that a `.gitmodules` names; undefined when git cannot read it. */
async function sectionsIn(git: InTree, where: readonly string[]): Promise<ReadonlySet<RawName> | undefined> {
  const said = await git({
    what: 'read the submodules',
    args: ['config', '-z', '--no-includes', ...where, '--get-regexp', String.raw`^submodule\..*\.path$`],
    accept: [0, 1, 3, 128],
  });
  if (said.exitCode === 1) return new Set();
  if (said.exitCode !== 0) return where[0] === '--blob' ? new Set() : undefined;
  return new Set(rawFields(said.bytes).map((field) => rawName(withoutEnd(field.slice(field.indexOf('\n') + 1), '/'))));
}

type State =
  | { readonly kind: 'gone' | 'empty' | 'filled' }
  | { readonly kind: 'checked-out'; readonly head: string | undefined };

async function stateOf(tree: string, link: RawName): Promise<State> {
  const folder = placeOf(tree, link);
  const names = await readdir(folder, 'latin1').catch(() => undefined);
  const isFolder = (await lstat(folder).catch(() => undefined))?.isDirectory() === true;
  if (names === undefined || !isFolder) return { kind: 'gone' };
  if (names.length === 0) return { kind: 'empty' };
  if (!names.includes('.git')) return { kind: 'filled' };
  return { kind: 'checked-out', head: await headOf(tree, rawName(`${link}/.git`)) };
}

/** Whether the folder of a submodule is as a checkout leaves it, or holds the commit it should. */
export async function isAsLinked(tree: string, link: RawName, commit: string): Promise<boolean> {
  const state = await stateOf(tree, link);
  return state.kind === 'empty' || (state.kind === 'checked-out' && state.head === commit);
}

/** The commit that a submodule's repository stands on, read from its files as long as they lie in the tree. */
async function headOf(tree: string, dotGit: RawName): Promise<string | undefined> {
  let dir = dotGit;
  if ((await lstat(placeOf(tree, dotGit))).isFile()) {
    const [, to] = /^gitdir: (.+)$/m.exec(await textAt(tree, dotGit)) ?? [];
    const inside = to === undefined ? undefined : within(tree, dotGit, to);
    if (inside === undefined) return undefined;
    dir = inside;
  }
  const head = (await textAt(tree, rawName(`${dir}/HEAD`))).trim();
  if (isSha(head)) return head;
  const [, ref] = /^ref: (refs\/[^\0]+)$/.exec(head) ?? [];
  if (ref === undefined || ref.split('/').includes('..')) return undefined;
  const loose = (await textAt(tree, rawName(`${dir}/${ref}`))).trim();
  return isSha(loose) ? loose : undefined;
}

/** Where a `gitdir:` leads, as a path in the tree; undefined when it leads out of it. */
function within(tree: string, dotGit: RawName, to: string): RawName | undefined {
  const root = Buffer.from(tree, 'utf8').toString('latin1');
  const at = isAbsolute(to) ? to : resolve(join(root, dirname(dotGit)), to);
  return at.startsWith(`${root}/`) ? rawName(at.slice(root.length + 1)) : undefined;
}

const longestFile = 64 * 1024;

async function textAt(tree: string, name: RawName): Promise<string> {
  const path = placeOf(tree, name);
  const seen = await stat(path).catch(() => undefined);
  if (seen?.isFile() !== true || seen.size > longestFile) return '';
  return (await readFile(path)).toString('latin1');
}
