// What an agent's throw-away repository reads of the mirror: all of it where the sandbox shows it, else a copy of its own history.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '../support/index.ts';
import type { Mirror } from './mirror.ts';

/** Commits that a copy holds: `git log` and `git blame` go back that far. */
const mostCommits = 1_000;

/** Gives a view its objects; resolves to the commits where its history begins. */
export type Fill = (gitDir: string) => Promise<string>;

/** The mirror's own, read where they lie: for whoever the sandbox shows them to. */
export function borrowed(mirror: Mirror): Fill {
  return async (gitDir) => {
    await writeFile(join(gitDir, 'objects/info/alternates'), `${join(mirror.dir, 'objects')}\n`);
    return readFile(join(mirror.dir, 'shallow'), 'utf8').catch(() => '');
  };
}

/**
 * A pack of what the commit leads to, and nothing of other branches: for another user, whom nothing of the mirror is open to. Of a long history
 * the newest part; of a mirror without file contents the commit alone, for the others would have to be fetched.
 */
export function copied(mirror: Mirror, at: Sha): Fill {
  return async (gitDir) => {
    const most = mirror.isPartial ? 1 : mostCommits;
    const listed = await mirror.run({
      what: `read the history of ${at}`,
      args: ['rev-list', '--topo-order', '--parents', `--max-count=${most}`, '--stdin'],
      input: `${at}\n`,
    });
    const rows = listed.stdout
      .trim()
      .split('\n')
      .map((row) => row.split(' '));
    const held = new Set(rows.map(([commit]) => commit));
    const first = rows
      .filter(([, ...parents]) => parents.some((parent) => !held.has(parent)))
      .map(([commit]) => commit);
    await mirror.run({
      what: `copy the history of ${at}`,
      args: ['pack-objects', '--revs', '--quiet', '--delta-base-offset', 'pack'],
      input: [...first.map((commit) => `--shallow ${commit}`), at, ''].join('\n'),
      cwd: join(gitDir, 'objects/pack'),
    });
    // the mirror may begin late itself; who looks at the copy sees both
    const before = await readFile(join(mirror.dir, 'shallow'), 'utf8').catch(() => '');
    const begins = new Set([...first, ...before.split('\n').filter((commit) => held.has(commit))]);
    return [...begins].map((commit) => `${commit}\n`).join('');
  };
}
