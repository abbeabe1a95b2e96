// The workspace of a second run on the same repository, beside a fresh clone of it.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createGitStore } from '../../src/git/index.ts';
import { createRedactor } from '../../src/support/index.ts';
import { makeGitWorld } from '../support/git-world.ts';
import { median, ms } from './figure.ts';
import type { Figure } from './figure.ts';

const files = 3_000;
const commits = 40;
const rounds = 5;

/** Measures both in turns. */
export async function workspace(): Promise<readonly Figure[]> {
  const world = makeGitWorld(
    Object.fromEntries(
      Array.from({ length: files }, (_, index) => [`src/part-${index % 60}/file-${index}.ts`, sourceText(index)]),
    ),
  );
  for (let index = 0; index < commits; index += 1)
    world.commit('main', { [`src/part-1/file-${index}.ts`]: sourceText(index + files) }, `Change ${index}`);
  const git = createGitStore({ dir: join(world.dir, 'store'), redactor: createRedactor() });
  const remote = { key: 'widgets', cloneUrl: `file://${world.remote}` };
  await run('first');
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Each run begins where the remote has moved on.
    world.commit('main', { 'README.md': `# Round ${round}\n` }, `Round ${round}`);
    ours.push(await run(`run-${round}`));
    const clone = join(world.dir, `clone-${round}`);
    const start = performance.now();
    execFileSync('git', ['clone', '--quiet', remote.cloneUrl, clone]);
    theirs.push(performance.now() - start);
    rmSync(clone, { recursive: true });
  }
  world.remove();
  const share = median(ours) / median(theirs);
  return [
    {
      what: "second run's workspace ready",
      measured: ms(median(ours)),
      reference: `${ms(median(theirs))} fresh clone of ${files.toLocaleString('en')} files`,
      ratio: share,
      bar: '≤ 0.10×',
      isMet: share <= 0.1,
    },
  ];

  async function run(name: string): Promise<number> {
    const head = world.head('main');
    if (head === undefined) throw new Error('The remote has no main');
    const start = performance.now();
    const repository = await git.open(remote);
    await repository.fetch();
    await repository.worktree({ run: name, name: 'main', at: head });
    const took = performance.now() - start;
    await repository.release(name);
    // The next run is never that near, and git reads again what was written in the second in which it last looked.
    await pause(1_100);
    return took;
  }
}

function sourceText(seed: number): string {
  const lines = Array.from(
    { length: 60 },
    (_, line) => `export const value${line} = ${(seed * 7919 + line * 104_729) % 1_000_003};`,
  );
  return `// part ${seed}\n${lines.join('\n')}\n`;
}
