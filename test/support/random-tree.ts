// Trees and changes from chance, and plain git as the judge of what a commit of the changes must hold.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A name or a path, one character for each byte. */
export type Bytes = string;

/** A number of the half-open range, from chance. */
export type Chance = (below: number) => number;

/** Chance that can be played again: a seed gives the same numbers each time. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function utf8(text: string): Bytes {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Names as repositories have them: bytes that are no text, look-alikes, and what programs trip over. */
const names: readonly Bytes[] = [
  'a.txt',
  'b.txt',
  'b.crlf',
  'id.txt',
  'wide.u16',
  'caf\u00e9.txt',
  utf8('café.txt'),
  utf8('cafe\u0301.txt'),
  'back\\slash.txt',
  'new\nline.txt',
  'tab\there',
  '"quoted".txt',
  ' leading and trailing ',
  '-dash.txt',
  ':(glob)magic',
  ':!not',
  '*.txt',
  '[ab]?.txt',
  'CON',
  'README',
  'readme',
  'x~1',
  '__proto__',
  'constructor',
  '\u00ff\u00fe',
  'n'.repeat(255),
  '#hash#',
  '!bang',
  'trailing.',
];
const folders: readonly Bytes[] = [
  '',
  'src/',
  'src/deep/',
  'd\u00e9p/',
  utf8('répertoire/'),
  'odd dir/',
  ':(top)/',
  'b\\s/',
];
const rules: readonly string[] = [
  '* text=auto\n',
  '*.txt text\n',
  '*.txt text eol=crlf\n',
  '*.crlf -text\n',
  '*.crlf text\n',
  'id.txt ident\n',
  '*.u16 working-tree-encoding=UTF-16LE\n',
  '[attr]wide working-tree-encoding=UTF-16LE text\n*.u16 wide\n',
  '*.txt -text\n',
  '* text=auto eol=crlf\n',
  '*.bin filter=lfs diff=lfs merge=lfs -text\n',
];
const contents: readonly string[] = [
  'one\n',
  'one\r\ntwo\r\n',
  'mixed\r\nends\n',
  '',
  'no end of line',
  '$Id$ marked\n',
  '$Id: 1234 $ marked\n',
  '\u0000\u0001\u0002binary',
  'w\u0000i\u0000d\u0000e\u0000\n\u0000',
  'three\nlines\nhere\n',
];

/** A tree to begin with: path to content and mode. Written with fast-import: nothing is normalised on the way. */
export function randomTree(chance: Chance): ReadonlyMap<Bytes, { readonly mode: string; readonly content: string }> {
  const files = new Map<Bytes, { mode: string; content: string }>();
  const pick = <Item>(list: readonly Item[]): Item => list[chance(list.length)] as Item;
  for (let i = 0, count = 4 + chance(14); i < count; i += 1) {
    const path = pick(folders) + pick(names);
    const mode = chance(6) === 0 ? '100755' : chance(8) === 0 ? '120000' : '100644';
    files.set(path, {
      mode,
      content: mode === '120000' ? pick(['a.txt', 'nowhere', '../src', '\u00e9']) : pick(contents),
    });
  }
  if (chance(4) > 0) files.set('.gitattributes', { mode: '100644', content: rulesFrom(chance) });
  if (chance(5) === 0) files.set('src/.gitattributes', { mode: '100644', content: rulesFrom(chance) });
  if (chance(3) === 0) {
    const link = pick(['sub', 'lib/sub', 's\u00e9b']);
    files.set(link, { mode: '160000', content: '1234567890123456789012345678901234567890' });
    if (chance(5) > 0)
      files.set('.gitmodules', { mode: '100644', content: `[submodule "s"]\n\tpath = ${link}\n\turl = ../s\n` });
  }
  return files;
}

function rulesFrom(chance: Chance): string {
  return Array.from({ length: 1 + chance(3) }, () => rules[chance(rules.length)] ?? '').join('');
}

/** One change, as a function that can be played on any tree, and the paths that it touches. */
export interface Deed {
  readonly told: string;
  do(tree: string): void;
}

/** What somebody may do with a tree. */
export function randomDeeds(chance: Chance, paths: readonly Bytes[]): readonly Deed[] {
  return Array.from({ length: chance(6) }, () => randomDeed(chance, paths));
}

function randomDeed(chance: Chance, paths: readonly Bytes[]): Deed {
  const pick = <Item>(list: readonly Item[]): Item => list[chance(list.length)] as Item;
  const there = pick(paths);
  const fresh = pick(folders) + pick(names);
  const content = pick(contents);
  const kinds: readonly (() => Deed)[] = [
    () => deed(`change ${JSON.stringify(there)}`, (tree) => write(tree, there, content)),
    () =>
      deed(
        `append to ${JSON.stringify(there)}`,
        (tree) => isFile(tree, there) && write(tree, there, read(tree, there) + 'more\n'),
      ),
    () =>
      deed(
        `write ${JSON.stringify(there)} as it is`,
        (tree) => isFile(tree, there) && write(tree, there, read(tree, there)),
      ),
    () => deed(`remove ${JSON.stringify(there)}`, (tree) => remove(tree, there)),
    () => deed(`make ${JSON.stringify(fresh)}`, (tree) => write(tree, fresh, content)),
    () => deed(`move ${JSON.stringify(there)} to ${JSON.stringify(fresh)}`, (tree) => move(tree, there, fresh)),
    () => deed(`turn the mode of ${JSON.stringify(there)}`, (tree) => turnMode(tree, there)),
    () => deed(`link ${JSON.stringify(fresh)}`, (tree) => link(tree, fresh, 'a.txt')),
    () =>
      deed(`a folder for ${JSON.stringify(there)}`, (tree) => {
        remove(tree, there);
        write(tree, `${there}/inner.txt`, content);
      }),
    () =>
      deed('a link for src', (tree) => {
        remove(tree, 'src');
        link(tree, 'src', 'odd dir');
      }),
    () =>
      deed('a file for src', (tree) => {
        remove(tree, 'src');
        write(tree, 'src', content);
      }),
    () =>
      deed('change the rules', (tree) =>
        write(
          tree,
          '.gitattributes',
          content.length % 2 === 0 ? '*.txt text eol=crlf\n' : '* text=auto\nid.txt ident\n',
        ),
      ),
    () =>
      deed('remove the submodule', (tree) =>
        ['sub', 'lib/sub', 's\u00e9b', '.gitmodules'].forEach((path) => remove(tree, path)),
      ),
    () =>
      deed('remove the folder of the submodule', (tree) =>
        ['sub', 'lib/sub', 's\u00e9b'].forEach((path) => remove(tree, path)),
      ),
    () => deed('look at it', () => undefined),
  ];
  return pick(kinds)();
}

function deed(told: string, act: (tree: string) => unknown): Deed {
  return {
    told,
    do: (tree) => {
      act(tree);
    },
  };
}

function at(tree: string, path: Bytes): Buffer {
  return Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(path, 'latin1')]);
}

function isFile(tree: string, path: Bytes): boolean {
  return makesSense(tree, path) && lstatSync(at(tree, path), { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether a folder lies there, and not a link to one. */
export function isFolder(tree: string, path: Bytes): boolean {
  return makesSense(tree, path) && lstatSync(at(tree, path), { throwIfNoEntry: false })?.isDirectory() === true;
}

function read(tree: string, path: Bytes): Bytes {
  return readFileSync(at(tree, path)).toString('latin1');
}

/** Writes a file; does nothing where the way there leads over a file or a link, or where a folder stands. */
function write(tree: string, path: Bytes, content: Bytes): void {
  if (!makeWay(tree, path)) return;
  const stat = lstatSync(at(tree, path), { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) return;
  if (stat?.isSymbolicLink() === true) rmSync(at(tree, path));
  writeFileSync(at(tree, path), Buffer.from(content, 'latin1'));
}

function makeWay(tree: string, path: Bytes): boolean {
  const parts = path.split('/').slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const folder = parts.slice(0, depth).join('/');
    const stat = lstatSync(at(tree, folder), { throwIfNoEntry: false });
    if (stat === undefined) mkdirSync(at(tree, folder));
    else if (!stat.isDirectory()) return false;
  }
  return true;
}

function remove(tree: string, path: Bytes): void {
  if (makesSense(tree, path)) rmSync(at(tree, path), { recursive: true, force: true });
}

function makesSense(tree: string, path: Bytes): boolean {
  const parts = path.split('/').slice(0, -1);
  return parts.every(
    (_, depth) =>
      lstatSync(at(tree, parts.slice(0, depth + 1).join('/')), { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

function move(tree: string, from: Bytes, to: Bytes): void {
  if (!makesSense(tree, from) || lstatSync(at(tree, from), { throwIfNoEntry: false }) === undefined) return;
  if (!makeWay(tree, to) || lstatSync(at(tree, to), { throwIfNoEntry: false }) !== undefined) return;
  renameSync(at(tree, from), at(tree, to));
}

function turnMode(tree: string, path: Bytes): void {
  if (!makesSense(tree, path) || !isFile(tree, path)) return;
  chmodSync(at(tree, path), (statSync(at(tree, path)).mode & 0o100) === 0 ? 0o755 : 0o644);
}

function link(tree: string, path: Bytes, target: string): void {
  if (!makeWay(tree, path) || lstatSync(at(tree, path), { throwIfNoEntry: false }) !== undefined) return;
  if (existsSync(join(tree, target))) symlinkSync(target, at(tree, path));
}

/** Everything in a tree but `.git`: path to what lies there, byte for byte. Links and modes included. */
export function snapshot(tree: string): ReadonlyMap<Bytes, string> {
  const found = new Map<Bytes, string>();
  function walk(folder: Bytes): void {
    for (const name of readdirSync(at(tree, folder), 'latin1')) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (path === '.git') continue;
      const stat = lstatSync(at(tree, path));
      if (stat.isDirectory()) walk(path);
      else if (stat.isSymbolicLink()) found.set(path, `link to ${readlinkSync(at(tree, path), 'latin1')}`);
      else found.set(path, `${(stat.mode & 0o100) === 0 ? '-' : 'x'}${read(tree, path)}`);
    }
  }
  walk('');
  return found;
}

/** Paths at which two snapshots differ. */
export function differing(before: ReadonlyMap<Bytes, string>, after: ReadonlyMap<Bytes, string>): readonly Bytes[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((path) => before.get(path) !== after.get(path));
}

const person = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_LITERAL_PATHSPECS: '1',
};

/** Plain git, bytes in and bytes out. */
export function rawGit(cwd: string, args: readonly string[], input: Bytes = ''): Bytes {
  const answer = execFileSync('git', args, {
    cwd,
    env: person,
    input: Buffer.from(input, 'latin1'),
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return answer.toString('latin1');
}
