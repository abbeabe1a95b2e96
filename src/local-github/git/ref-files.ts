// Reads refs as git keeps them in a bare repository's files: a process per look would be most of what stories wait for. Never writes any.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const commitId = /^[0-9a-f]{40}$/;

/** Every ref below `refs/` and the object it names, in the order of their names. */
export async function readRefs(dir: string): Promise<Map<string, string>> {
  // loose before packed: git packs a ref before it removes the loose one
  const loose = await looseRefs(dir);
  const all = new Map([...(await packedRefs(dir)), ...loose]);
  return new Map([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What one ref names; undefined when there is no such ref. */
export async function readRef(dir: string, ref: string): Promise<string | undefined> {
  return (await looseRef(dir, ref)) ?? (await packedRefs(dir)).get(ref);
}

/** Whether the text is the whole name of a ref, and neither an expression such as `main~1` nor a path that leads elsewhere. */
export function isFullRefName(text: string): boolean {
  return (
    /^refs\/[^\s~^:?*[\\@{]+$/.test(text) &&
    text.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.includes('..'))
  );
}

async function looseRefs(dir: string): Promise<Map<string, string>> {
  const list = () => readdir(join(dir, 'refs'), { recursive: true, withFileTypes: true });
  // a folder that git removes with its last ref may go while we look
  const entries = await list().catch(list);
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  const found = await Promise.all(names.map(async (name) => [name, await looseRef(dir, name)] as const));
  return new Map(found.flatMap(([name, sha]) => (sha === undefined ? [] : [[name, sha] as const])));
}

async function looseRef(dir: string, ref: string): Promise<string | undefined> {
  const text = (await readFile(join(dir, ref), 'utf8').catch(() => '')).trim();
  return commitId.test(text) ? text : undefined;
}

async function packedRefs(dir: string): Promise<Map<string, string>> {
  const text = await readFile(join(dir, 'packed-refs'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.split(' ', 2));
  return new Map(lines.flatMap(([sha = '', ref = '']) => (commitId.test(sha) ? [[ref, sha] as const] : [])));
}
