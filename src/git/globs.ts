// Path globs as people write them: `*`, `?`, `**`, `{a,b}`. Only text is compared; no disk is read.
import { unquoted } from './names.ts';

/** Whether the path is under one of the globs. A glob without a slash counts at any depth; a matching folder covers what is in it. */
export function matchesGlob(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => regexOf(glob).test(path));
}

/** The same for a path of a result or a diff, which may stand in git's quotes. */
export function matchesPath(shown: string, globs: readonly string[]): boolean {
  return matchesGlob(unquoted(shown), globs);
}

/** Whether the path is a folder that one of the globs names on its way: `.github` of `.github/workflows/**`. */
export function isOnTheWay(path: string, globs: readonly string[]): boolean {
  const wanted = path.toLowerCase();
  return globs.some((glob) => {
    const parts = glob.replace(/^\//, '').toLowerCase().split('/');
    const literal = parts.slice(
      0,
      parts.findIndex((part) => /[*?{]/.test(part)),
    );
    return literal.some((_, index) => literal.slice(0, index + 1).join('/') === wanted);
  });
}

function regexOf(glob: string): RegExp {
  const trimmed = glob.replace(/^\//, '').replace(/\/(\*\*)?$/, '');
  const anywhere = !glob.replace(/\/$/, '').includes('/');
  const body = [...alternatives(trimmed)].map(translate).join('|');
  // Case does not matter: on some disks `.GitHub` and `.github` are one folder.
  return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}(?:${body})(?:/.*)?$`, 'is');
}

function* alternatives(glob: string): Generator<string> {
  const found = /\{([^{}]*)\}/.exec(glob);
  if (found === null) return yield glob;
  for (const choice of (found[1] ?? '').split(','))
    yield* alternatives(glob.slice(0, found.index) + choice + glob.slice(found.index + found[0].length));
}

function translate(glob: string): string {
  return glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      return part.replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`);
    })
    .join('');
}
