// Puts what the guard let pass into an index of its own, as git would store it, and says what a commit of it would hold.
import type { Sha } from '../support/index.ts';
import { TroupeError } from '../support/index.ts';
import { attributesFile, attributesOf, isNamed, unstorable } from './attributes.ts';
import type { Attributes } from './attributes.ts';
import { hasObject, pointersAmong, startsAsPointer } from './lfs-objects.ts';
import type { Lfs } from './lfs.ts';
import { messages } from './messages.ts';
import { inQuotes, listOfNames, placeOf, rawFields, rawName, shownName } from './names.ts';
import type { RawName } from './names.ts';
import type { Guarded, Touched } from './path-guard.ts';
import { blobOf } from './secret-guard.ts';
import type { Refusal } from './types.ts';
import type { InTree } from './types-inside.ts';
import { contentId, entriesOf } from './zero-point.ts';
import type { Entry, ZeroPoint } from './zero-point.ts';

/** What an index holds that its commit does not, with the blob that the commit has in its place. */
export type Staged = ReadonlyMap<RawName, Entry & { readonly before: string | undefined }>;

/** Where things are staged. */
export interface Stage {
  readonly git: InTree;
  readonly tree: string;
  readonly index: string;
  readonly zero: ZeroPoint;
  /** Filters that are run. */
  readonly runs: ReadonlySet<string>;
  readonly lfs: Lfs | undefined;
}

/** Which paths their attributes keep out of a commit, and why. */
export async function refusedByAttributes(
  stage: Stage,
  passed: readonly Touched[],
  links: ReadonlySet<RawName>,
): Promise<ReadonlyMap<RawName, Refusal>> {
  const { git, index, zero, runs } = stage;
  const refused = new Map<RawName, Refusal>();
  const files = passed.filter(({ name, kind }) => kind !== 'gone' && !links.has(name)).map(({ name }) => name);
  const hasRules = zero.rules.size > 0 || files.some((name) => isNamed(name, attributesFile));
  if (!hasRules) return refused;
  const encoded: RawName[] = [];
  const attributes = await attributesOf(git, files, { indexFile: index });
  const known = await storedUnfiltered(stage, attributes);
  for (const [name, said] of attributes) {
    const { filter, 'working-tree-encoding': encoding } = said;
    if (filter !== undefined && !runs.has(filter)) {
      // moved, or with another mode: what git stores is what lies there
      const isKnown = known.has(`${filter} ${await contentId(stage.tree, name)}`);
      if (!isKnown) refused.set(name, { path: shownName(name), reason: 'filter', detail: shownName(rawName(filter)) });
    } else if (encoding !== undefined) encoded.push(name);
  }
  for (const name of await unstorable(git, encoded, index)) {
    const encoding = attributes.get(name)?.['working-tree-encoding'] ?? '';
    refused.set(name, { path: shownName(name), reason: 'encoding', detail: shownName(rawName(encoding)) });
  }
  return refused;
}

/** Content that the commit holds under a filter that is not run: such a file is committed as it lies there. */
async function storedUnfiltered(
  { git, index, zero, runs }: Stage,
  attributes: ReadonlyMap<RawName, Attributes>,
): Promise<ReadonlySet<string>> {
  const isAsked = [...attributes.values()].some(({ filter }) => filter !== undefined && !runs.has(filter));
  if (!isAsked || zero.unfiltered.size === 0) return new Set();
  const entries = await entriesOf(git, index);
  return new Set(
    [...zero.unfiltered].flatMap(([filter, names]) => names.map((name) => `${filter} ${entries.get(name)?.id}`)),
  );
}

/** Stages the paths. What comes out is what git stores of them: a change of line ends that attributes undo is none. */
export async function stageChanges(stage: Stage, at: Sha, passed: readonly Touched[]): Promise<Staged> {
  const { git, index } = stage;
  const env = { GIT_INDEX_FILE: index };
  const gone = passed.filter(({ kind }) => kind === 'gone').map(({ name }) => name);
  const there = passed.filter(({ kind }) => kind !== 'gone').map(({ name }) => name);
  if (gone.length > 0) await removeFromIndex(git, index, gone);
  if (there.length > 0) {
    await git({
      what: 'stage the changes',
      args: ['update-index', '--add', '--replace', '-z', '--stdin'],
      input: listOfNames(there),
      env,
      lfs: stage.lfs,
    });
  }
  const raw = await git({
    what: 'read what was staged',
    args: ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', at, '--'],
    env,
  });
  const fields = rawFields(raw.bytes);
  const staged = new Map<RawName, Entry & { readonly before: string | undefined }>();
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [modeBefore = '', mode = '', idBefore = '', id = ''] = (fields[i] ?? '').slice(1).split(' ');
    staged.set(rawName(fields[i + 1] ?? ''), { mode, id, before: blobOf(modeBefore, idBefore) });
  }
  return staged;
}

/** Pointers of Git LFS that somebody wrote or changed by hand: no content goes with them, and the commit did not hold them before. */
export async function emptyPointers(stage: Stage, before: string, staged: Staged): Promise<readonly Refusal[]> {
  const { git, lfs, index } = stage;
  if (lfs === undefined) return [];
  const there = [...staged].filter(([, { mode }]) => mode.startsWith('100')).map(([name]) => name);
  const filtered = [...(await attributesOf(git, there, { indexFile: index }))].filter(
    ([, { filter }]) => filter === 'lfs',
  );
  if (filtered.length === 0) return [];
  const pointers = await pointersAmong(
    git,
    filtered.map(([name]) => staged.get(name)?.id ?? ''),
  );
  const known = new Set([...(await entriesOf(git, before)).values()].map(({ id }) => id));
  const refused: Refusal[] = [];
  for (const [name] of filtered) {
    const id = staged.get(name)?.id ?? '';
    const oid = pointers.get(id);
    const isEmpty = oid !== undefined && !known.has(id) && !hasObject(lfs, oid);
    if (isEmpty || (await isEditedPointer(stage.tree, name, id)))
      refused.push({ path: shownName(name), reason: 'pointer' });
  }
  return refused;
}

/** Somebody saw a pointer in the place of content that is not here, and changed it: git would store it as the content. */
async function isEditedPointer(tree: string, name: RawName, stored: string): Promise<boolean> {
  return (await startsAsPointer(placeOf(tree, name))) && (await contentId(tree, name)) !== stored;
}

/** Takes names out of an index, whatever lies in the tree. */
export async function removeFromIndex(git: InTree, index: string, names: readonly RawName[]): Promise<void> {
  await git({
    what: 'stage what was removed',
    args: ['update-index', '--force-remove', '-z', '--stdin'],
    input: listOfNames(names),
    env: { GIT_INDEX_FILE: index },
  });
}

/**
 * Has git look at files again whose bytes somebody changed and whose attributes undo that: staging them noted how they look now, and a
 * checkout would leave them so.
 */
export async function forgetLooks(git: InTree, index: string, names: readonly RawName[]): Promise<void> {
  if (names.length === 0) return;
  const entries = await entriesOf(git, index);
  const rows = names.flatMap((name) => {
    const entry = entries.get(name);
    return entry === undefined ? [] : [rawName(`${entry.mode} ${entry.id}\t${name}`)];
  });
  await git({
    what: 'stage what did not change',
    args: ['update-index', '-z', '--index-info'],
    input: listOfNames(rows),
    env: { GIT_INDEX_FILE: index },
  });
}

/** What was judged must be what was staged: files can change between the two. Throws `git/refused`. */
export function checkStaged(staged: Staged, { passed, links }: Pick<Guarded, 'passed' | 'links'>): void {
  const allowed = new Map(passed.map(({ name, kind }) => [name, kind]));
  for (const [name, { mode }] of staged) {
    const kind = allowed.get(name);
    const modes = kind === 'gone' ? ['000000'] : links.has(name) ? ['120000'] : ['100644', '100755'];
    if (kind !== undefined && modes.includes(mode)) continue;
    throw new TroupeError('git/refused', `${messages.changedMeanwhile} (${inQuotes(shownName(name))})`, {
      class: 'failed',
    });
  }
}
