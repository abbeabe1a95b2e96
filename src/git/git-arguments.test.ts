// What every user of the machine reads of git at work, in its arguments and those of whatever it starts: nothing of the repository.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGitHost } from '../../test/support/git-host.ts';
import type { GitHost } from '../../test/support/git-host.ts';
import { familyOf } from '../../test/support/processes.ts';
import { createRedactor } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { checkBranchName, createGitStore, defaultPathPolicy } from './index.ts';
import type { GitRepository } from './index.ts';

const branch = checkBranchName('troupe/7-sell-the-company');
const by = { message: 'Work', author: { name: 'troupe[bot]', email: 'bot@example.test' }, trailers: [] };
/** What the server itself starts. */
const servers =
  /^\S*git(?:-| (?:-c \S+ )*)(?:http-backend|receive-pack|upload-pack|unpack-objects|index-pack|pack-objects|rev-list|gc|maintenance)\b/;

let world: GitHost;
let seen: Set<string>;

beforeEach(async () => {
  seen = new Set();
  const family = familyOf(process.pid);
  // a request is answered: whoever sent it waits
  world = await startGitHost({ 'README.md': '# Widgets\n', 'docs/takeover.md': 'plan\n' }, () => {
    for (const { line } of family()) {
      const words = line.replaceAll('\0', ' ');
      if (/\bgit\b/.test(words) && !servers.test(words)) seen.add(words);
    }
  });
});
afterEach(() => world.close());

/** Runs git through a program that writes its arguments down. */
function recorded(): { readonly path: string; lines(): readonly string[] } {
  const [bin, log] = [join(world.dir, 'bin'), join(world.dir, 'arguments')];
  mkdirSync(bin);
  writeFileSync(log, '');
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nprintf '%s\\n' "git $*" >> '${log}'\nPATH=\${PATH#*:} exec git "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  return {
    path: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    lines: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
  };
}

async function everything(repository: GitRepository): Promise<void> {
  const first = await repository.emptyCommit(world.first, by);
  await repository.push({ commit: first, branch, expected: null });
  await repository.fetch();
  expect(await repository.remoteBranch(branch)).toBe(first);
  expect(await repository.lookUpBranch(branch)).toBe(first);
  expect(await repository.readFile(first, 'docs/takeover.md')).toBe('plan\n');
  expect(await repository.listFiles(first, 'docs')).toEqual(['docs/takeover.md']);
  const tree = await repository.worktree({ run: 'rabcdefghijklmno', name: 'main', at: first });
  writeFileSync(join(tree.path, 'docs/takeover.md'), 'changed\n');
  const second = (await tree.commit({ ...by, date: 0 }, defaultPathPolicy())) as Sha; // it differs
  // a lease that holds, one that does not, and one that goes back
  await repository.push({ commit: second, branch, expected: first });
  expect(world.head(branch)).toBe(second);
  await expect(repository.push({ commit: first, branch, expected: first })).rejects.toMatchObject({
    code: 'git/stale',
  });
  await expect(repository.push({ commit: first, branch, expected: null })).rejects.toMatchObject({ code: 'git/stale' });
  await repository.push({ commit: first, branch, expected: second });
  expect(world.head(branch)).toBe(first);
  await repository.tag({ name: 'sell-the-company-1', commit: first, message: 'Sold' });
  await repository.deleteRemoteBranch(branch, first);
  expect(world.head(branch)).toBeUndefined();
  expect(world.git('for-each-ref', '--format=%(refname)')).not.toContain('leases');
}

test.for([false, true])('fetch, look-ups, leases, pushes, tags and files; partial: %j', async (partial) => {
  const { path, lines } = recorded();
  const dir = join(world.dir, 'data');
  const store = createGitStore({ dir, redactor: createRedactor(), path, partial });
  const repository = await store.open({ key: '42', cloneUrl: world.cloneUrl, token: async () => world.token });
  await everything(repository);
  const all = [...lines(), ...seen];
  // it looked: at our own git, at the helper of a fetch, and at who pushes
  expect(lines().filter((line) => / push .*-- troupe$/.test(line)).length).toBeGreaterThan(3);
  expect([...seen].some((line) => line.includes('git-remote-http real') || line.includes('remote-http real'))).toBe(
    true,
  );
  expect([...seen].some((line) => line.includes('stdin.iterator'))).toBe(true);
  const { host } = new URL(world.cloneUrl);
  const basic = Buffer.from(`x-access-token:${world.token}`).toString('base64');
  const secrets = ['acme', 'widgets', 'sell-the-company', 'takeover', host, world.token, basic, dir];
  expect(all.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
});
