// The code of a commit as one file: what another machine clones is that commit with its history, and nothing that came later.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, installationToken } from '../../test/support/github.ts';
import { createRedactor, isSha } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { bundleIn, createGitStore } from './index.ts';
import type { GitRepository } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function opened(partial: boolean): Promise<{ repository: GitRepository; first: Sha; second: Sha }> {
  const world = await createWorld({ private: true });
  const writer = world.github.as('writer');
  const first = await writer.pushCommit(world.fullName, 'main', { message: 'First', files: { 'one.txt': 'one\n' } });
  const second = await writer.pushCommit(world.fullName, 'main', { message: 'Later', files: { 'two.txt': 'two\n' } });
  if (!isSha(first) || !isSha(second)) throw new Error('nothing was pushed');
  const token = await installationToken(world);
  const store = createGitStore({ dir: join(folder, 'git'), redactor: createRedactor(), partial });
  const { cloneUrl } = world.repository;
  return { repository: await store.open({ key: '1', cloneUrl, token: async () => token }), first, second };
}

test.each([false, true])(
  'a clone of it stands on the commit, and knows nothing newer (partial mirror: %s)',
  async (partial) => {
    const { repository, first, second } = await opened(partial);
    const out = join(folder, 'out');
    mkdirSync(out);
    const { path, sha256, bytes } = await repository.bundle(first, out);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    expect(statSync(path)).toMatchObject({ size: bytes });
    expect((statSync(path).mode & 0o077).toString(8)).toBe('0');
    // nothing else is left there, and it is found again
    expect(readdirSync(out)).toEqual([`${sha256}.bundle`]);
    expect(await bundleIn(out)).toEqual({ path, sha256, bytes });

    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    git('clone', '--quiet', path, 'clone');
    expect(git('-C', 'clone', 'rev-parse', 'HEAD')).toBe(first);
    expect(readFileSync(join(folder, 'clone/one.txt'), 'utf8')).toBe('one\n');
    expect(() => git('-C', 'clone', 'cat-file', '-e', second)).toThrow('git');
    expect(git('-C', 'clone', 'fsck', '--full')).toBe('');
  },
);

test('another store opens it like any remote', async () => {
  const { repository, first } = await opened(false);
  const out = join(folder, 'out');
  mkdirSync(out);
  const { path } = await repository.bundle(first, out);
  const elsewhere = createGitStore({
    dir: join(folder, 'elsewhere'),
    redactor: createRedactor(),
    allowProtocols: ['file'],
  });
  const copy = await elsewhere.open({ key: 'source', cloneUrl: pathToFileURL(path).href });
  rmSync(path);
  const worktree = await copy.worktree({ run: 'r', name: 'main', at: first, agentView: true });
  expect(readFileSync(join(worktree.path, 'one.txt'), 'utf8')).toBe('one\n');
  expect(execFileSync('git', ['log', '-1', '--format=%s'], { cwd: worktree.path, encoding: 'utf8' }).trim()).toBe(
    'First',
  );
});
