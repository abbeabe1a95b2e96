// Reads the workflow files of a local working copy. Stays inside the folder.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FileSource } from '../coordinator/index.ts';
import { decodeText, sha256 } from '../support/index.ts';

/** The files as they lie in the working copy, saved or not: what a person who edits a workflow expects to run. */
export function localFiles(root: string): FileSource {
  return {
    ref: 'working copy',
    async list(under) {
      const folder = await inside(root, under);
      if (folder === undefined || !(await stat(folder)).isDirectory()) return [];
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
      return Promise.all(
        files.toSorted().map(async (path) => ({ path, sha: sha256(await readFile(join(root, path))) })),
      );
    },
    async read(path) {
      const file = await inside(root, path);
      if (file === undefined || !(await stat(file)).isFile()) return undefined;
      const bytes = await readFile(file);
      return { text: decodeText(bytes), sha: sha256(bytes) };
    },
  };
}

/** The real path, or undefined when there is none or it leads out of the folder. */
async function inside(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(join(root, path));
    const base = await realpath(root);
    return real === base || real.startsWith(`${base}${sep}`) ? real : undefined;
  } catch {
    return undefined;
  }
}
