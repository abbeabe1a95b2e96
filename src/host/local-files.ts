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
      const files = (await filesBelow(folder)).map((file) => relative(root, file).split(sep).join('/'));
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

/** A name that is no text (U+FFFD stands for what is not) is no workflow's and no persona's, and cannot be opened by it. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.includes('\ufffd'));
  const below = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(below)).flat();
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
