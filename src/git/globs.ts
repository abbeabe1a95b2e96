// Path globs as people write them: `*`, `?`, `**`, `{a,b}`. Only text is compared; no disk is read.
import picomatch from 'picomatch';
import type { PicomatchOptions } from 'picomatch';
import { alternativesOf, globProblem, TroupeError } from '../support/index.ts';
import { messages } from './messages.ts';
import { unquoted } from './names.ts';

/** Whether the path is under one of the globs. A glob without a slash counts at any depth; a matching folder covers what is in it. */
export function matchesGlob(path: string, globs: readonly string[]): boolean {
  return !isTooLong(path) && compiled(globs).expression.test(path);
}

/** The same for a path of a result or a diff, which may stand in git's quotes. */
export function matchesPath(shown: string, globs: readonly string[]): boolean {
  return matchesGlob(unquoted(shown), globs);
}

/** Whether the path is a folder that one of the globs names on its way: `.github` of `.github/workflows/**`. */
export function isOnTheWay(path: string, globs: readonly string[]): boolean {
  return compiled(globs).onTheWay.has(path.toLowerCase());
}

/** Whether no disk holds a path of this length: such a path is under no glob, for comparing it might take long. */
export function isTooLong(path: string): boolean {
  if (path.length <= 255) return false;
  const names = path.split('/');
  return path.length > 4_096 || names.length > 256 || names.some((name) => name.length > 255);
}

interface Compiled {
  readonly expression: RegExp;
  readonly onTheWay: ReadonlySet<string>;
}

const known = new WeakMap<readonly string[], Compiled>();

/** Compiled once for each list: there are as many paths as a repository has. Lists do not change. */
function compiled(globs: readonly string[]): Compiled {
  const before = known.get(globs);
  if (before !== undefined) return before;
  const found = globProblem(globs);
  if (found !== undefined) {
    const { index } = found;
    throw new TroupeError(
      'git/bad-glob',
      messages.badGlob(index === undefined ? undefined : globs[index], found.problem),
      {
        class: 'config',
        hint: messages.badGlobHint,
      },
    );
  }
  const all = globs.flatMap((glob) => alternativesOf(glob) ?? []);
  const bodies = globs.flatMap(expressionsOf);
  // Case does not matter: on some disks `.GitHub` and `.github` are one folder. No glob: nothing is under it.
  const expression = bodies.length === 0 ? /(?!)/ : new RegExp(`^(?:${bodies.join('|')})(?:/.*)?$`, 'is');
  const result = { expression, onTheWay: new Set(all.flatMap(foldersOnTheWay)) };
  known.set(globs, result);
  return result;
}

/** What picomatch is not asked to read: only stars and question marks mean something here. */
const plainly: PicomatchOptions = {
  dot: true,
  nobrace: true,
  nobracket: true,
  noextglob: true,
  nonegate: true,
  strictSlashes: true,
  windows: false,
};

// picomatch takes runs of backslashes together; in a name each one counts
const backslash = '\uE05C';
// `**` beside other characters goes over slashes as well, which picomatch does not do: `src/**.ts` is every one below
const anything = '\uE02A';

/** The sources of expressions for one glob, none for one that names nothing. */
function expressionsOf(glob: string): readonly string[] {
  const isAnywhere = !glob.replace(/\/$/, '').includes('/');
  return (alternativesOf(glob) ?? [])
    .map((one) => one.replace(/^\//, '').replace(/\/(\*\*)?$/, ''))
    .filter((one) => one !== '')
    .map((one) => `${isAnywhere ? '(?:.*/)?' : ''}${translated(one)}`);
}

function translated(glob: string): string {
  const escaped = glob
    .replaceAll(/\*{2,}/g, '**')
    .replaceAll('\\', backslash)
    .replaceAll(/(?<=[^/])\*\*|\*\*(?=[^/])/g, anything)
    .replaceAll(/[$^|+()[\]{}"]/g, String.raw`\$&`);
  const { output } = picomatch.parse(escaped, plainly);
  return output.replaceAll(backslash, String.raw`\\`).replaceAll(anything, '.*?');
}

function foldersOnTheWay(glob: string): readonly string[] {
  const names = glob.replace(/^\//, '').toLowerCase().split('/');
  const open = names.findIndex((name) => /[*?{]/.test(name));
  const literal = names.slice(0, open === -1 ? names.length - 1 : open);
  return literal.map((_, index) => literal.slice(0, index + 1).join('/'));
}
