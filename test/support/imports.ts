// What a TypeScript file imports by a relative path, as its text says. Never resolves packages and never runs the file.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** One import: the file that is imported, and the names that are taken from it. `*`: all of them. */
export interface Import {
  /** From the root, with `/`. */
  readonly file: string;
  readonly target: string;
  readonly names: readonly string[];
}

/** The imports of all TypeScript files below some folders of a root; `isMeant` says which files count. */
export function importsBelow(
  root: string,
  folders: readonly string[],
  isMeant: (name: string) => boolean = () => true,
): Import[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && isMeant(name))
      .flatMap((name) => {
        const path = join(root, folder, name);
        const file = relative(root, path).split(sep).join('/');
        return importsIn(readFileSync(path, 'utf8')).map(({ specifier, names }) => {
          const target = relative(root, resolve(dirname(path), specifier))
            .split(sep)
            .join('/');
          return { file, target, names };
        });
      }),
  );
}

const clause = String.raw`(?:\b(?:import|export)\s+(?:type\s+)?(?<names>\{[^{}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:\s*,\s*\{[^{}]*\})?)\s*from\s*)`;
const late = String.raw`(?:(?:\{(?<taken>[^{}]*)\}\s*=\s*await\s+)?\bimport\s*\(?\s*)`;
const relativeImport = new RegExp(String.raw`(?:${clause}|${late})['"](?<specifier>\.{1,2}/[^'"]+)['"]`, 'g');

/** The relative imports of a text: static, of types, dynamic, and what is passed on. */
export function importsIn(text: string): { readonly specifier: string; readonly names: readonly string[] }[] {
  // files that are held as text (the demo's repository) have imports of their own
  const code = text.replaceAll(/`[^`]*`/g, '``');
  return [...code.matchAll(relativeImport)].map(({ groups = {} }) => {
    const said = groups['names'] ?? groups['taken'];
    return { specifier: groups['specifier'] ?? '', names: said === undefined ? ['*'] : namesIn(said) };
  });
}

function namesIn(said: string): string[] {
  if (said.startsWith('*')) return ['*'];
  const listed = /\{([^{}]*)\}/.exec(said)?.[1] ?? said;
  return listed
    .split(',')
    .map(
      (one) =>
        one
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+|\s*:/)[0] ?? '',
    )
    .filter((name) => name !== '');
}
