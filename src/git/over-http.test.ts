// Stories over real HTTP: clone, fetch and push through a server that asks for a token, and where the token never stands.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGitHost } from '../../test/support/git-host.ts';
import type { GitHost } from '../../test/support/git-host.ts';
import { createRedactor, TroupeError } from '../support/index.ts';
import { checkBranchName, createGitStore } from './index.ts';
import type { GitStore, RemoteRepository } from './index.ts';

const branch = checkBranchName('troupe/7-fix');

let world: GitHost;
let store: GitStore;
let remote: RemoteRepository;
let token: string;
let commandLines: string[];

beforeEach(async () => {
  commandLines = [];
  world = await startGitHost({ 'README.md': '# Widgets\n' }, lookAround);
  token = world.token;
  store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  remote = { key: '42', cloneUrl: world.cloneUrl, token: async () => token };
});
afterEach(() => world.close());

test('clone, fetch and push work with the token, and the token stands in no file, argument or URL', async () => {
  const repository = await store.open(remote);
  const sha = await repository.emptyCommit(world.first, {
    message: 'Start',
    author: { name: 'troupe[bot]', email: 'bot@example.test' },
    trailers: [],
  });
  await repository.push({ commit: sha, branch, expected: null });
  await repository.fetch();
  expect(world.head(branch)).toBe(sha);
  expect(await repository.lookUpBranch(branch)).toBe(sha);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  for (const file of readdirSync(join(world.dir, 'data'), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name)).toString('latin1');
    expect([file.name, text.includes(token), text.includes(basic)]).toEqual([file.name, false, false]);
  }
  if (existsSync('/proc/self/cmdline')) expect(commandLines.length).toBeGreaterThan(0);
  for (const line of commandLines) {
    expect(line).not.toContain(token);
    expect(line).not.toContain(basic);
  }
});

test('a token that is not accepted is `git/auth`, without the token in the message', async () => {
  const repository = await store.open(remote);
  const old = 'ghs_42_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI0MiJ9.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw';
  const stale = { ...remote, token: async () => old };
  const error = await (await store.open(stale)).fetch().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'git/auth', class: 'auth' });
  expect(String(error)).not.toContain(old);
  await expect(repository.fetch()).resolves.toBeUndefined();
});

test('a server that breaks is transient, a repository that is not there is not', async () => {
  world.github.faults.answer({ route: '* *', times: 1000, when: 'before', answer: { status: 502 } });
  await expect(store.open(remote)).rejects.toMatchObject({ code: 'git/network', class: 'transient' });
  world.github.faults.clear();
  const repository = await store.open(remote);
  expect(await repository.remoteBranch(checkBranchName('main'))).toBe(world.first);
  const missing = { ...remote, key: '43', cloneUrl: remote.cloneUrl.replace('widgets', 'nothing') };
  await expect(store.open(missing)).rejects.toMatchObject({ code: 'git/not-found' });
});

test('a push that GitHub’s rules refuse says so', async () => {
  const repository = await store.open(remote);
  world.git('config', 'receive.denyDeletes', 'true');
  const sha = await repository.emptyCommit(world.first, {
    message: 'x',
    author: { name: 'a', email: 'b' },
    trailers: [],
  });
  await repository.push({ commit: sha, branch, expected: null });
  const error = await repository.deleteRemoteBranch(branch, sha).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TroupeError);
  expect(error).toMatchObject({ code: 'git/refused' });
});

test('a fork’s commit that no branch holds is fetched by its id', async () => {
  const fork = world.commit('topic', { 'b.txt': 'b' });
  world.git('update-ref', 'refs/pull/1/head', fork);
  world.git('update-ref', '-d', 'refs/heads/topic');
  const repository = await store.open(remote);
  await repository.ensureCommit(fork);
  expect(await repository.readFile(fork, 'b.txt')).toBe('b');
});

/** What every git process shows of itself while one of them waits for an answer. */
function lookAround(): void {
  for (const pid of processes().filter((name) => /^\d+$/.test(name))) {
    const line = commandLineOf(pid);
    if (line.includes('git')) commandLines.push(line);
  }
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Process ids where the system shows them as files; none elsewhere, where git's own arguments cannot be looked at. */
function processes(): readonly string[] {
  return existsSync('/proc/self/cmdline') ? readdirSync('/proc') : [];
}
