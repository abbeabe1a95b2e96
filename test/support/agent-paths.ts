// Paths that the table of agents' files speaks of, made from its rows: what a persona might try, and how disks would take it.
import { agentFiles } from '../../src/git/index.ts';

/** A file that agents obey, and the row it comes from. */
export interface AgentPath {
  readonly tool: string;
  readonly path: string;
  /** Everybody's file: hidden, and not protected. */
  readonly isCommon: boolean;
}

/** One file for each path of each row at the root, below folders, and inside of it where it may be a folder. */
export function agentPaths(): readonly AgentPath[] {
  return agentFiles.flatMap(({ tool, paths, isCommon = false }) =>
    paths.flatMap((path) => {
      const names = path.startsWith('*') ? [path.replace('*', 'one')] : [path.replace('*', ''), path.replace('*', 'x')];
      const plain = path.includes('*') && !path.includes('*.') ? names : names.slice(-1);
      return plain.flatMap((name) =>
        [name, `packages/deep/${name}`, `${name}/inside/file.md`, `docs/${name}/x`].map((made) => ({
          tool,
          path: made,
          isCommon,
        })),
      );
    }),
  );
}

/** The same name to a disk that does not tell capitals, forms of letters or invisible characters apart. */
export function otherSpellings(path: string): readonly string[] {
  const names = path.split('/');
  return [
    path.toUpperCase(),
    path.toLowerCase(),
    Array.from(path, (letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase())).join(''),
    names.map((name) => `${name}.`).join('/'),
    names.map((name) => `${name.slice(0, 2)}\u200c${name.slice(2)}`).join('/'),
    names.map((name) => `${name}::$DATA`).join('/'),
    path.replaceAll('s', '\u017f').replaceAll('k', '\u212a'),
    path.normalize('NFD'),
  ];
}
