// Fetches while pushes record what they pushed: the refs of one mirror move under every one of them.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeGitWorld } from '../../test/support/git-world.ts';
import { createRedactor } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { checkBranchName, createGitStore } from './index.ts';

const author = { name: 'troupe[bot]', email: '1+troupe[bot]@users.noreply.github.com' };

test('fetches and pushes of one repository at once: none is taken for somebody else’s push', async () => {
  const world = makeGitWorld();
  const git = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  const repository = await git.open({ key: '42', cloneUrl: world.remote });
  const branches = ['a', 'b', 'c', 'd'].map((name) => checkBranchName(`troupe/${name}`));
  const heads = new Map<string, Sha>();
  for (let round = 0; round < 12; round += 1) {
    const pushes = branches.map(async (branch, index) => {
      const before = heads.get(branch);
      const message = { message: `Round ${round}`, author, trailers: [], date: Date.UTC(2026, 10, 20, round, index) };
      const commit = await repository.emptyCommit(before ?? world.first, message);
      await repository.push({ commit, branch, expected: before ?? null });
      heads.set(branch, commit);
      await repository.fetch();
      expect(await repository.remoteBranch(branch)).toBe(commit);
    });
    await Promise.all([...pushes, repository.fetch()]);
  }
  expect(branches.map((branch) => world.head(branch))).toEqual(branches.map((branch) => heads.get(branch)));
  world.remove();
});
