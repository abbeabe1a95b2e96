// A remote on the local GitHub, spoken to over real HTTP with a token, and plain git to look at it.
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalGitHub } from '../../src/local-github/index.ts';
import type { LocalGitHub } from '../../src/local-github/index.ts';
import type { Sha } from '../../src/support/index.ts';
import { gitWorldOf } from './git-world.ts';
import type { GitWorld } from './git-world.ts';

/** A git world behind HTTP. */
export interface GitHost extends GitWorld {
  readonly github: LocalGitHub;
  readonly cloneUrl: string;
  /** Of somebody who may write. */
  readonly token: string;
  /** Objects of Git LFS, by id. */
  readonly objects: Map<string, Buffer>;
  close(): Promise<void>;
}

/** `acme/widgets` on a local GitHub, its `main` with the files. */
export async function startGitHost(
  files: Readonly<Record<string, string>>,
  onGitRequest: () => void = () => undefined,
): Promise<GitHost> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-git-host-'));
  const github = await startLocalGitHub({ dir: join(dir, 'github'), onGitRequest });
  github.createUser('acme');
  const repository = await github.createRepository({ owner: 'acme', name: 'widgets', files });
  const first = (await repository.branches()).get('main') as Sha; // git gives whole ids
  const world = gitWorldOf({ dir, remote: repository.dir, first });
  return {
    ...world,
    github,
    cloneUrl: repository.cloneUrl,
    token: github.as('acme').token(),
    objects: repository.lfs,
    async close() {
      await github.close();
      world.remove();
    },
  };
}

/** The id of a content, and the pointer that stands for it in git. */
export function pointerOf(content: string): { readonly oid: string; readonly pointer: string } {
  const oid = createHash('sha256').update(content).digest('hex');
  const size = Buffer.byteLength(content);
  return { oid, pointer: `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n` };
}
