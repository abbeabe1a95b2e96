// The files below a folder of the worktree, in order of their names. Follows no link and looks into nothing that git keeps; bounded.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isGit } from './inside-tree.ts';

/** One thing in a folder; `path` relative to where the walk began. */
export interface Entry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** A folder of things that others made: it is named, and not looked into. */
  readonly isForeign?: true;
}

/** Entries that one walk looks at. */
export const mostEntries = 20_000;
const deepest = 40;
/** Installed, built or kept by a tool: thousands of files that nobody wrote. */
const foreign = new Set(['node_modules', '__pycache__', '.venv', '.gradle', '.cache']);

/** Each entry, a folder before what is in it. `isDeep: false`: only what lies in the folder itself. Ends early after `mostEntries`. */
export async function* walk(folder: string, isDeep: boolean): AsyncGenerator<Entry> {
  const open: { readonly place: string; readonly path: string; readonly depth: number }[] = [
    { place: folder, path: '', depth: 0 },
  ];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { place, path, depth } = next;
    const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
    const inner: typeof open = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (isGit(entry.name)) continue;
      seen += 1;
      if (seen > mostEntries) return;
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isSymbolicLink()) yield { path: name, kind: 'link' };
      else if (entry.isFile()) yield { path: name, kind: 'file' };
      else if (entry.isDirectory()) {
        const isForeign = foreign.has(entry.name);
        yield { path: name, kind: 'folder', ...(isForeign ? { isForeign } : {}) };
        if (isDeep && !isForeign && depth < deepest)
          inner.push({ place: join(place, entry.name), path: name, depth: depth + 1 });
      }
    }
    open.push(...inner.toReversed());
  }
}
