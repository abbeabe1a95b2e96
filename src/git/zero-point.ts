// What lay in a tree when it had just been checked out: the zero point that changes are measured from. Kept beside the index, never in the tree.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, readFile, readlink, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '../support/index.ts';
import { isObject, machineFault, parseJson } from '../support/index.ts';
import { attributesFile, attributesOf, isNamed } from './attributes.ts';
import type { Attributes } from './attributes.ts';
import { placeOf, rawFields, rawName } from './names.ts';
import type { RawName } from './names.ts';
import type { InTree } from './types-inside.ts';

/** The zero point of a tree. Names are raw. */
export interface ZeroPoint {
  readonly at: Sha;
  /** Taken right after a checkout of that commit; false: carried on over a commit of what lay there. */
  readonly isTaken: boolean;
  /** The attribute files at that commit: what was checked out under other ones looks different. */
  readonly rules: ReadonlyMap<RawName, string>;
  /** Content ids of files that the checkout wrote differently from how git stores them. */
  readonly written: ReadonlyMap<RawName, string>;
  /** What was made since by commands of ours, `setup` above all: path and what lay there. */
  readonly given: ReadonlyMap<RawName, string>;
  /** Submodules: path and commit. */
  readonly links: ReadonlyMap<RawName, string>;
  /** Files under filters that are not run, by filter: the tree holds what git stores in their place. */
  readonly unfiltered: ReadonlyMap<string, readonly RawName[]>;
}

/** The mode of a submodule's entry. */
export const linkMode = '160000';

/** An entry of the index. */
export interface Entry {
  readonly mode: string;
  readonly id: string;
}

/** The zero point of a directory that has none: everything is as git stores it. */
export function plainZeroPoint(at: Sha): ZeroPoint {
  return {
    at,
    isTaken: false,
    rules: new Map(),
    written: new Map(),
    given: new Map(),
    links: new Map(),
    unfiltered: new Map(),
  };
}

/** What the index holds. */
export async function entriesOf(git: InTree, indexFile?: string): Promise<ReadonlyMap<RawName, Entry>> {
  const listed = await git({
    what: 'list the files of the worktree',
    args: ['ls-files', '--stage', '-z'],
    ...(indexFile === undefined ? {} : { env: { GIT_INDEX_FILE: indexFile } }),
  });
  return new Map(
    rawFields(listed.bytes).map((row) => {
      const [mode = '', id = ''] = row.slice(0, row.indexOf('\t')).split(' ');
      return [rawName(row.slice(row.indexOf('\t') + 1)), { mode, id }];
    }),
  );
}

/** Stands for what a checkout depends on beside the tree: no file of one can be called this. */
export const ownName: RawName = rawName('/info');

/** The attribute files among the entries, and what a person keeps beside a working copy (`own`). */
export function rulesAmong(
  entries: ReadonlyMap<RawName, Entry>,
  own: string | undefined,
): ReadonlyMap<RawName, string> {
  const rules = [...entries]
    .filter(([name]) => isNamed(name, attributesFile))
    .map(([name, { id }]) => [name, id] as const);
  return new Map(own === undefined ? rules : [...rules, [ownName, own] as const]);
}

/** Takes the zero point of a tree that has just been checked out. */
export async function takeZeroPoint(
  git: InTree,
  place: {
    readonly tree: string;
    readonly at: Sha;
    readonly entries: ReadonlyMap<RawName, Entry>;
    readonly rules: ZeroPoint['rules'];
  },
  runs: ReadonlySet<string>,
): Promise<ZeroPoint> {
  const { tree, at, entries, rules } = place;
  const links = [...entries].filter(([, { mode }]) => mode === linkMode);
  const plain = {
    ...plainZeroPoint(at),
    isTaken: true,
    rules,
    links: new Map(links.map(([name, { id }]) => [name, id])),
  };
  if (rules.size === 0) return plain;
  const files = [...entries].filter(([, { mode }]) => mode.startsWith('100')).map(([name]) => name);
  const written = new Map<RawName, string>();
  const unfiltered = new Map<string, RawName[]>();
  for (const [name, said] of await attributesOf(git, files, { index: true })) {
    const { filter } = said;
    const id = isRewritten(said, runs) ? await contentId(tree, name) : undefined;
    const isAsStored = id === undefined || id === entries.get(name)?.id;
    if (!isAsStored) written.set(name, id);
    // a filter that is run leaves what it could not get
    if (filter !== undefined && (!runs.has(filter) || (isAsStored && id !== emptyFile)))
      unfiltered.set(filter, [...(unfiltered.get(filter) ?? []), name]);
  }
  return { ...plain, written, unfiltered };
}

/** The zero point once what lay in the tree is committed: it is no change any more, however git stored it. */
export async function zeroPointAfter(
  zero: ZeroPoint,
  done: { readonly tree: string; readonly at: Sha; readonly staged: ReadonlyMap<RawName, Entry> },
): Promise<ZeroPoint> {
  const { tree, at, staged } = done;
  const rules = new Map(zero.rules);
  const written = new Map(zero.written);
  const given = new Map(zero.given);
  const links = new Map(zero.links);
  for (const [name, { mode, id }] of staged) {
    written.delete(name);
    given.delete(name);
    links.delete(name);
    if (isNamed(name, attributesFile)) {
      if (mode.startsWith('100')) rules.set(name, id);
      else rules.delete(name);
    }
    const lies = mode.startsWith('100') ? await contentId(tree, name) : undefined;
    if (lies !== undefined && lies !== id) written.set(name, lies);
  }
  return { ...zero, at, isTaken: false, rules, written, given, links };
}

/** git's id of a file without content. */
const emptyFile = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** Whether a checkout writes such a file otherwise than git stores it. */
function isRewritten(said: Attributes, runs: ReadonlySet<string>): boolean {
  return (
    said.eol === 'crlf' ||
    said.ident !== undefined ||
    said['working-tree-encoding'] !== undefined ||
    (said.filter !== undefined && runs.has(said.filter))
  );
}

/** What lies at a path, in a word: the same word, nothing has changed. Follows no link. */
export async function signatureOf(tree: string, name: RawName): Promise<string> {
  const path = placeOf(tree, name);
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) return 'nothing';
  if (stat.isSymbolicLink()) return `link ${await readlink(path, 'latin1')}`;
  if (!stat.isFile()) return 'folder';
  return `${(stat.mode & 0o100) === 0 ? 'file' : 'program'} ${await contentId(tree, name)}`;
}

/** git's id of what lies there, byte for byte, whatever the attributes say; undefined when it is no file or cannot be read. */
export async function contentId(tree: string, name: RawName): Promise<string | undefined> {
  const path = placeOf(tree, name);
  try {
    const stat: Stats = await lstat(path);
    if (!stat.isFile()) return undefined;
    const hash = createHash('sha1').update(`blob ${stat.size}\0`);
    if (stat.size <= readAtOnce) hash.update(await readFile(path));
    else for await (const chunk of createReadStream(path)) hash.update(chunk);
    return hash.digest('hex');
  } catch (error) {
    const fault = machineFault(error);
    // it may be gone meanwhile; what only cannot be read now is not judged
    if (fault !== undefined && fault.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Bytes. A stream costs several times what reading a small file does. */
const readAtOnce = 1024 * 1024;

const fileName = 'zero.json';
const parts = ['rules', 'written', 'given', 'links', 'unfiltered'] as const;

/** Keeps the zero point in the git directory of a worktree. */
export async function keepZeroPoint(gitDir: string, zero: ZeroPoint): Promise<void> {
  const file = join(gitDir, fileName);
  const lists = parts.map((part) => [part, [...zero[part]]] as const);
  await writeFile(`${file}.new`, JSON.stringify({ at: zero.at, isTaken: zero.isTaken, ...Object.fromEntries(lists) }));
  await rename(`${file}.new`, file);
}

/** The zero point that was kept; undefined where there is none. */
export async function readZeroPoint(gitDir: string): Promise<ZeroPoint | undefined> {
  try {
    const kept: unknown = parseJson(await readFile(join(gitDir, fileName), 'utf8'));
    if (!isObject(kept) || typeof kept['at'] !== 'string') return undefined;
    const maps = parts.map((part) => [part, new Map((kept[part] ?? []) as Iterable<[string, never]>)] as const);
    // `keepZeroPoint` wrote it, where no agent writes
    return { at: kept['at'], isTaken: kept['isTaken'] === true, ...Object.fromEntries(maps) } as unknown as ZeroPoint;
  } catch {
    return undefined;
  }
}
