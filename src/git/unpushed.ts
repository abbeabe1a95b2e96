// Commits that lie in a mirror and on no remote yet: packed for a backup, and unpacked into the mirror that is made anew after it. Pushes nothing.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redactor } from '../support/index.ts';
import type { Mirror } from './mirror.ts';
import { createGit } from './run-git.ts';
import type { Git } from './run-git.ts';

/** The objects of one mirror's unpushed commits. */
export interface UnpushedWork {
  /** The file's name in the folder `brought` of a git folder. */
  readonly name: string;
  readonly pack: Uint8Array;
  readonly commits: number;
}

/** Of a mirror's name: all but what makes it impossible to guess. */
const mirrorName = /^([A-Za-z0-9][A-Za-z0-9_-]{0,79})-[0-9a-f]{16}\.git$/;

/** Whether a pack of this name may have come from a backup. */
export function isPackName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.pack$/.test(name);
}

/** What of these commits lies in mirrors below a git folder, and where no branch of the remote had it when it was fetched last. `names` may be of anything. */
export async function packUnpushed(
  dir: string,
  names: ReadonlySet<string>,
  { redactor }: { readonly redactor: Redactor },
): Promise<readonly UnpushedWork[]> {
  const mirrors = join(dir, 'mirrors');
  if (names.size === 0 || !existsSync(mirrors)) return [];
  const git = createGit({ redactor, home: dir, allowProtocols: [] });
  const found: UnpushedWork[] = [];
  for (const name of await readdir(mirrors)) {
    const key = mirrorName.exec(name)?.[1];
    if (key === undefined) continue;
    const work = await packOf(git, join(mirrors, name), names);
    if (work !== undefined) found.push({ name: `${key}.pack`, ...work });
  }
  return found;
}

async function packOf(
  git: Git,
  gitDir: string,
  names: ReadonlySet<string>,
): Promise<Pick<UnpushedWork, 'pack' | 'commits'> | undefined> {
  const what = 'look for commits that are not pushed';
  const looked = await git.run({
    what,
    gitDir,
    args: ['cat-file', '--batch-check=%(objectname) %(objecttype)'],
    input: `${[...names].join('\n')}\n`,
    // a partial mirror asks nobody for what it has not
    env: { GIT_NO_LAZY_FETCH: '1' },
  });
  const commits = looked.stdout.split('\n').flatMap((row) => /^([0-9a-f]{40}) commit$/.exec(row)?.[1] ?? []);
  if (commits.length === 0) return undefined;
  const refs = await git.run({ what, gitDir, args: ['for-each-ref', '--format=^%(objectname)'] });
  const revisions = `${commits.join('\n')}\n${refs.stdout}`;
  const missing = await git.run({ what, gitDir, args: ['rev-list', '--stdin'], input: revisions });
  const unpushed = missing.stdout.split('\n').filter((row) => row !== '').length;
  if (unpushed === 0) return undefined;
  const packed = await git.run({
    what: 'pack commits that are not pushed',
    gitDir,
    args: ['pack-objects', '--quiet', '--revs', '--stdout', '--missing=allow-promisor'],
    input: revisions,
    env: { GIT_NO_LAZY_FETCH: '1' },
  });
  return { pack: packed.bytes, commits: unpushed };
}

/** Puts the objects that a backup brought into a mirror that was just made; they stay for the next one. Nothing where it brought none. */
export async function takeBrought(mirror: Pick<Mirror, 'run'>, dir: string, name: string): Promise<void> {
  const file = join(dir, 'brought', `${name}.pack`);
  if (!existsSync(file)) return;
  await mirror.run({
    what: 'take commits that are not pushed from the backup',
    args: ['unpack-objects', '-q'],
    input: await readFile(file),
  });
}
