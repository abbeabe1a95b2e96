// Attributes that a person keeps beside a working copy, in `info/attributes`: what Troupe commits there follows them, too. Data only: no filter runs for it.
import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sha256 } from '../support/index.ts';
import type { Mirror } from './mirror.ts';

const longest = 256 * 1024;

/** Brings them into the mirror, or takes old ones out of it. Does nothing for a repository on a server: it has none to show. */
export async function takeOwnAttributes(mirror: Mirror): Promise<void> {
  const { cloneUrl } = mirror.remote;
  if (!cloneUrl.startsWith('/')) return;
  const answer = await mirror.git.run({
    what: `look for attributes of ${cloneUrl}`,
    args: ['rev-parse', '--git-path', 'info/attributes'],
    cwd: cloneUrl,
    accept: [0, 128],
  });
  const theirs = resolve(cloneUrl, answer.stdout.replace(/\n$/, ''));
  const stat = answer.exitCode === 0 ? await lstat(theirs).catch(() => undefined) : undefined;
  const ours = fileIn(mirror.dir);
  if (stat?.isFile() !== true || stat.size > longest) return rm(ours, { force: true });
  await mkdir(join(mirror.dir, 'info'), { recursive: true });
  await writeFile(ours, await readFile(theirs));
}

/** What they are now, in a word; undefined where there are none. */
export async function ownAttributesId(mirrorDir: string): Promise<string | undefined> {
  const bytes = await readFile(fileIn(mirrorDir)).catch(() => undefined);
  return bytes === undefined || bytes.length === 0 ? undefined : sha256(bytes);
}

function fileIn(mirrorDir: string): string {
  return join(mirrorDir, 'info/attributes');
}
