// Stories about clone and push with the git of this machine, and what follows from a push.
import { defined } from '../support/index.ts';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiClient, createWorld, dig, installationToken, runGit, startReceiver } from '../../test/support/github.ts';

let world: Awaited<ReturnType<typeof createWorld>>;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clone-'));
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

test('anybody clones a public repository; pushing needs a valid token that may write', async () => {
  world = await createWorld();
  const clone = await cloned();
  await commit(clone, 'note.txt', 'hello');
  await expect(runGit(clone, ['push', 'origin', 'HEAD:refs/heads/x'])).rejects.toThrow(
    /could not read Username|Authentication/,
  );
  await expect(push(clone, 'HEAD:refs/heads/x', 'ghs_wrong')).rejects.toThrow(
    /Authentication failed|could not read Username/,
  );
  const reader = await installationToken(world, { permissions: { contents: 'read' } });
  await expect(push(clone, 'HEAD:refs/heads/x', reader)).rejects.toThrow('403');
  await expect(push(clone, 'HEAD:refs/heads/x', world.github.as('triager').token())).rejects.toThrow('403');
  await push(clone, 'HEAD:refs/heads/x', await installationToken(world));
  expect((await world.repository.branches()).get('x')).toBe(await runGit(clone, ['rev-parse', 'HEAD']));
});

test('a private repository is not there for strangers', async () => {
  world = await createWorld({ private: true });
  world.github.createUser('stranger');
  const url = world.repository.cloneUrl;
  await expect(runGit(folder, ['clone', '--quiet', url, 'a'])).rejects.toThrow('could not read Username');
  await expect(runGit(folder, ['clone', '--quiet', url, 'b'], world.github.as('stranger').token())).rejects.toThrow(
    'not found',
  );
  await runGit(folder, ['clone', '--quiet', url, 'c'], await installationToken(world));
});

test('an App may not push workflow files without the permission for them', async () => {
  world = await createWorld();
  const clone = await cloned();
  await mkdir(join(clone, '.github/workflows'), { recursive: true });
  await commit(clone, '.github/workflows/ci.yml', 'on: push');
  await expect(push(clone, 'HEAD:refs/heads/x', await installationToken(world))).rejects.toThrow(
    'without `workflows` permission',
  );
  await push(clone, 'HEAD:refs/heads/x', world.github.as('writer').token());
});

test('the head of a pull request follows pushes, and webhooks tell of it', async () => {
  const receiver = await startReceiver('secret');
  world = await createWorld({ webhook: { url: receiver.url, secret: 'secret' } });
  const { github, fullName, repository } = world;
  const clone = await cloned();
  await commit(clone, 'one.txt', '1');
  const token = await installationToken(world);
  await push(clone, 'HEAD:refs/heads/fix', token);
  const number = await github.as('writer').openPullRequest(fullName, { head: 'fix', title: 'Fix' });
  await github.settled();
  receiver.arrived.length = 0;

  await commit(clone, 'two.txt', '2');
  await push(clone, 'HEAD:refs/heads/fix', token);
  const head = await runGit(clone, ['rev-parse', 'HEAD']);
  const api = apiClient(github, token);
  const { body } = await api(`GET /repos/${fullName}/pulls/${number}`);
  expect(dig(body, 'head.sha')).toBe(head);
  expect(body).toMatchObject({ commits: 2, changed_files: 2, mergeable: true });
  await github.settled();
  expect(receiver.names().toSorted()).toEqual(['check_suite.requested', 'pull_request.synchronize', 'push']);
  const [sync] = receiver.arrived.filter(({ action }) => action === 'synchronize');
  expect(sync).toMatchObject({
    signed: true,
    payload: {
      after: head,
      pull_request: { head: { sha: head, ref: 'fix' } },
      sender: { login: 'troupe[bot]', type: 'Bot' },
    },
  });

  await push(clone, ':refs/heads/fix', token);
  expect(await repository.pullRequests()).toMatchObject([{ number, state: 'closed', merged: false, headSha: head }]);
  await receiver.close();
});

test('refs of pull requests can be fetched but not pushed', async () => {
  world = await createWorld();
  const { github, fullName } = world;
  const sha = await github.as('writer').pushCommit(fullName, 'fix', { message: 'fix', files: { a: 'b' } });
  const number = await github.as('writer').openPullRequest(fullName, { head: 'fix', title: 'Fix' });
  const clone = await cloned();
  await runGit(clone, ['fetch', '--quiet', 'origin', `refs/pull/${number}/head`]);
  expect(await runGit(clone, ['rev-parse', 'FETCH_HEAD'])).toBe(sha);
  await expect(push(clone, `HEAD:refs/pull/${number}/head`, await installationToken(world))).rejects.toThrow(
    'hidden ref',
  );
});

test('a push of the commits of a pull request to its base merges it and closes what it names', async () => {
  world = await createWorld();
  const { github, fullName, repository, issue } = world;
  await github.as('writer').pushCommit(fullName, 'fix', { message: 'fix', files: { a: 'b' } });
  await github.as('writer').openPullRequest(fullName, { head: 'fix', title: 'Fix', body: `Closes #${issue}` });
  const clone = await cloned();
  await push(clone, 'refs/remotes/origin/fix:refs/heads/main', github.as('writer').token());
  expect(await repository.pullRequests()).toMatchObject([{ state: 'closed', merged: true }]);
  expect(repository.issue(issue).state).toBe('closed');
});

test('files, folders, trees and comparisons are what git has', async () => {
  world = await createWorld({ files: { '.github/troupe/workflows/a.yml': 'name: a\n', 'docs/ünï côde.md': 'é\n' } });
  const { github, fullName } = world;
  const api = apiClient(github, await installationToken(world));
  const file = await api(`GET /repos/${fullName}/contents/.github%2Ftroupe%2Fworkflows%2Fa.yml`);
  expect(Buffer.from(String(dig(file.body, 'content')), 'base64').toString('utf8')).toBe('name: a\n');
  const raw = await api(
    `GET /repos/${fullName}/contents/docs/${encodeURIComponent('ünï côde.md')}?ref=main`,
    undefined,
    {
      accept: 'application/vnd.github.raw+json',
    },
  );
  expect(raw.body).toBe('é\n');
  const folderAnswer = await api(`GET /repos/${fullName}/contents/src`);
  expect(folderAnswer.body).toMatchObject([{ name: 'cart.js', path: 'src/cart.js', type: 'file' }]);
  expect((await api(`GET /repos/${fullName}/contents/nothing.txt`)).status).toBe(404);
  const tree = await api(`GET /repos/${fullName}/git/trees/main?recursive=1`);
  const clone = await cloned();
  const paths = (await runGit(clone, ['ls-tree', '-r', '-t', '-z', '--name-only', 'HEAD']))
    .split('\0')
    .filter((path) => path !== '');
  expect((dig(tree.body, 'tree') as readonly unknown[]).map((entry) => dig(entry, 'path'))).toEqual(paths); // trees hold a list
  await github
    .as('writer')
    .pushCommit(fullName, 'topic/a', { message: 'x', files: { 'src/cart.js': 'changed\n', 'README.md': null } });
  const compared = await api(`GET /repos/${fullName}/compare/main...topic%2Fa`);
  expect(compared.body).toMatchObject({
    status: 'ahead',
    ahead_by: 1,
    files: [
      { filename: 'README.md', status: 'removed' },
      { filename: 'src/cart.js', status: 'modified', additions: 1 },
    ],
  });
});

test('refs are made, moved and deleted by the API under the rules of git', async () => {
  world = await createWorld();
  const { github, fullName, repository } = world;
  const api = apiClient(github, await installationToken(world));
  const main = (await repository.branches()).get('main') ?? '';
  const create = (ref: string, sha: string) => api(`POST /repos/${fullName}/git/refs`, { ref, sha });
  expect((await create('refs/heads/a/b', main)).status).toBe(201);
  expect(await create('refs/heads/a/b', main)).toMatchObject({
    status: 422,
    body: { message: 'Reference already exists' },
  });
  expect((await create('refs/heads/bad..name', main)).status).toBe(422);
  expect((await create('refs/heads/c', 'f'.repeat(40))).status).toBe(422);
  const next = await github.as('writer').pushCommit(fullName, 'a/b', { message: 'x', files: { x: 'y' } });
  const move = (sha: string, force?: boolean) =>
    api(`PATCH /repos/${fullName}/git/refs/heads/a/b`, { sha, ...defined({ force }) });
  expect(await move(main)).toMatchObject({ status: 422, body: { message: 'Update is not a fast forward' } });
  expect((await move(main, true)).status).toBe(200);
  expect((await move(next)).status).toBe(200);
  expect(dig((await api(`GET /repos/${fullName}/git/ref/heads%2Fa%2Fb`)).body, 'object.sha')).toBe(next);
  expect((await api(`DELETE /repos/${fullName}/git/refs/heads/a/b`)).status).toBe(204);
  expect((await api(`GET /repos/${fullName}/branches/a%2Fb`)).status).toBe(404);
});

async function cloned(): Promise<string> {
  const token = await installationToken(world);
  await runGit(folder, ['clone', '--quiet', world.repository.cloneUrl, 'work'], token);
  return join(folder, 'work');
}

async function commit(clone: string, path: string, content: string): Promise<void> {
  await writeFile(join(clone, path), content);
  await runGit(clone, ['add', '--all']);
  await runGit(clone, ['commit', '--quiet', '-m', `Add ${path}`]);
}

async function push(clone: string, refspec: string, token: string): Promise<void> {
  await runGit(clone, ['push', '--quiet', 'origin', refspec], token);
}
