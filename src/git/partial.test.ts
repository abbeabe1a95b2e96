// A mirror without file contents: everything works as with a whole one, and what nobody reads is not fetched.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complaints, createWorld, installationToken } from '../../test/support/github.ts';
import { createRedactor, isSha } from '../support/index.ts';
import { branchNameOf, createGitStore, defaultPathPolicy } from './index.ts';

const bot = { name: 'troupe[bot]', email: '1+troupe[bot]@users.noreply.github.com' };

test('a private repository is worked on with a partial mirror: contents come when they are read', async () => {
  const world = await createWorld({ private: true });
  const folder = mkdtempSync(join(tmpdir(), 'partial-'));
  try {
    const writer = world.github.as('writer');
    await writer.pushCommit(world.fullName, 'main', {
      message: 'Large',
      files: { 'large.txt': 'large\n'.repeat(5_000) },
    });
    await writer.pushCommit(world.fullName, 'main', { message: 'Smaller', files: { 'large.txt': null } });
    const store = createGitStore({ dir: folder, redactor: createRedactor(), partial: true });
    const token = await installationToken(world);
    const cloneUrl = world.repository.cloneUrl;
    const repository = await store.open({ key: '1', cloneUrl, token: async () => token });
    const main = await repository.remoteBranch(branchNameOf('main'));
    if (main === undefined || !isSha(main)) throw new Error('main is not there');

    const worktree = await repository.worktree({ run: 'r', name: 'main', at: main, agentView: true });
    expect(readFileSync(join(worktree.path, 'src/cart.js'), 'utf8')).toContain('price');
    execFileSync('sh', ['-c', 'echo "// more" >> src/cart.js'], { cwd: worktree.path });
    const policy = defaultPathPolicy();
    const commit = await worktree.commit({ message: 'More', author: bot, trailers: [] }, policy);
    if (commit === undefined) throw new Error('nothing was committed');
    await repository.push({ commit, branch: branchNameOf('troupe/1-more'), expected: null });
    expect((await world.repository.branches()).get('troupe/1-more')).toBe(commit);
    expect((await repository.diff(main, commit)).files).toEqual([{ path: 'src/cart.js', added: 1, removed: 0 }]);

    const [mirror = ''] = readdirSync(join(folder, 'mirrors'));
    const missing = execFileSync('git', ['rev-list', '--objects', '--all', '--missing=print'], {
      cwd: join(folder, 'mirrors', mirror),
      encoding: 'utf8',
    });
    expect(missing.split('\n').filter((row) => row.startsWith('?'))).toHaveLength(1);
    expect(readFileSync(join(folder, 'mirrors', mirror, 'config'), 'utf8')).not.toContain(token);
    expect(complaints(world.github)).toEqual([]);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
