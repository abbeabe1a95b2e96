// Stories about pull requests: opened, reviewed, merged, refused.
import { afterEach, expect, test } from 'vitest';
import { apiClient, complaints, createWorld, dig, installationToken } from '../../test/support/github.ts';

let world: Awaited<ReturnType<typeof createWorld>>;
afterEach(() => world.close());

test('a pull request needs a branch, new commits, and no other like it', async () => {
  world = await createWorld();
  const { github, fullName, issue } = world;
  const api = apiClient(github, await installationToken(world));
  const open = (head: string) =>
    api(`POST /repos/${fullName}/pulls`, { title: 'Fix', head, base: 'main', draft: true });
  expect((await open('missing')).body).toMatchObject({
    message: 'Validation Failed',
    errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }],
  });
  const main = (await world.repository.branches()).get('main');
  await api(`POST /repos/${fullName}/git/refs`, { ref: 'refs/heads/fix', sha: main });
  expect((await open('fix')).body).toMatchObject({ errors: [{ message: 'No commits between main and fix' }] });
  await github.as('writer').pushCommit(fullName, 'fix', { message: 'fix', files: { a: 'b' } });
  const opened = await open('fix');
  expect(opened).toMatchObject({ status: 201, body: { number: issue + 1, draft: true, mergeable_state: 'draft' } });
  expect(await open('fix')).toMatchObject({
    status: 422,
    body: { errors: [{ message: 'A pull request already exists for playhouse:fix.' }] },
  });
  const found = await api(`GET /repos/${fullName}/pulls?head=playhouse:fix&state=open`);
  expect(found.body).toMatchObject([{ number: issue + 1, user: { login: 'troupe[bot]', type: 'Bot' } }]);
  expect((await api(`GET /repos/${fullName}/pulls?head=playhouse:other&state=open`)).body).toEqual([]);
  expect(complaints(github)).toEqual([]);
});

test('a merge takes the head that was meant, and nothing that conflicts or is a draft', async () => {
  world = await createWorld();
  const { github, fullName } = world;
  const api = apiClient(github, await installationToken(world));
  const writer = github.as('writer');
  const old = await writer.pushCommit(fullName, 'fix', { message: 'fix', files: { 'README.md': 'a\n' } });
  const number = await writer.openPullRequest(fullName, { head: 'fix', title: 'Fix', draft: true });
  const merge = (sha: string) => api(`PUT /repos/${fullName}/pulls/${number}/merge`, { sha, merge_method: 'squash' });
  expect(await merge(old)).toMatchObject({ status: 405 });
  await writer.readyForReview(fullName, number);
  const head = await writer.pushCommit(fullName, 'fix', { message: 'more', files: { b: 'b' } });
  expect(await merge(old)).toMatchObject({ status: 409 });
  await writer.pushCommit(fullName, 'main', { message: 'other', files: { 'README.md': 'b\n' } });
  expect((await api(`GET /repos/${fullName}/pulls/${number}`)).body).toMatchObject({
    mergeable: false,
    mergeable_state: 'dirty',
  });
  expect(await merge(head)).toMatchObject({ status: 405, body: { message: 'Pull Request is not mergeable' } });
  const solved = await writer.pushCommit(fullName, 'fix', {
    message: 'again',
    from: 'main',
    force: true,
    files: { 'README.md': 'c\n' },
  });
  const merged = await merge(solved);
  expect(merged).toMatchObject({ status: 200, body: { merged: true } });
  expect((await world.repository.branches()).get('main')).toBe(dig(merged.body, 'sha'));
  expect(await world.repository.file('main', 'README.md')).toBe('c\n');
  expect(dig((await api(`GET /repos/${fullName}/pulls/${number}/files`)).body, '0.filename')).toBe('README.md');
});

test('a protected branch asks for its checks and approvals', async () => {
  world = await createWorld();
  const { github, fullName } = world;
  github.protectBranch(fullName, 'main', { checks: ['troupe / feature'], approvals: 1 });
  const api = apiClient(github, await installationToken(world));
  const sha = await github.as('writer').pushCommit(fullName, 'fix', { message: 'fix', files: { a: 'b' } });
  const number = await github.as('writer').openPullRequest(fullName, { head: 'fix', title: 'Fix' });
  await expect(github.as('writer').mergePullRequest(fullName, number)).rejects.toThrow('Required status check');
  await api(`POST /repos/${fullName}/check-runs`, { name: 'troupe / feature', head_sha: sha, conclusion: 'success' });
  await expect(github.as('writer').review(fullName, number, { event: 'APPROVE' })).rejects.toThrow('own pull request');
  await github.as('maintainer').review(fullName, number, { event: 'APPROVE' });
  await github.as('writer').mergePullRequest(fullName, number, 'rebase');
  expect(await world.repository.pullRequests()).toMatchObject([{ merged: true, headSha: sha }]);
});

test('GraphQL marks a draft ready, hides a comment and answers a thread', async () => {
  world = await createWorld();
  const { github, fullName } = world;
  const api = apiClient(github, await installationToken(world));
  await github.as('writer').pushCommit(fullName, 'fix', { message: 'fix', files: { a: 'b' } });
  const opened = await api(`POST /repos/${fullName}/pulls`, { title: 'Fix', head: 'fix', base: 'main', draft: true });
  const id = dig(opened.body, 'node_id');
  const ready =
    'mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }';
  expect((await api('POST /graphql', { query: ready, variables: { id } })).body).toMatchObject({
    data: { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } },
  });
  const comment = await api(`POST /repos/${fullName}/issues/${world.issue}/comments`, { body: 'old' });
  const hide =
    'mutation($input: MinimizeCommentInput!) { minimizeComment(input: $input) { minimizedComment { isMinimized } } }';
  const input = { subjectId: dig(comment.body, 'node_id'), classifier: 'OUTDATED' };
  await api('POST /graphql', { query: hide, variables: { input } });
  expect(world.repository.comments()).toMatchObject([{ body: 'old', minimized: true }]);
  const nobody = { query: ready, variables: { id: 'PR_kwMQ' } };
  expect((await api('POST /graphql', nobody)).body).toMatchObject({ errors: [{ type: 'NOT_FOUND' }] });
});

test('a fork brings its pull request, and its head follows the fork', async () => {
  world = await createWorld();
  const { github, fullName } = world;
  github.createUser('guest');
  const fork = await github.as('guest').fork(fullName);
  await github.as('guest').pushCommit(fork, 'idea', { message: 'idea', files: { a: 'b' } });
  const number = await github.as('guest').openPullRequest(fullName, { head: 'guest:idea', title: 'Idea' });
  const head = await github.as('guest').pushCommit(fork, 'idea', { message: 'more', files: { c: 'd' } });
  const api = apiClient(github, await installationToken(world));
  const { body } = await api(`GET /repos/${fullName}/pulls/${number}`);
  expect(body).toMatchObject({ head: { sha: head, label: 'guest:idea', repo: { fork: true } }, changed_files: 2 });
  const check = await api(`POST /repos/${fullName}/check-runs`, { name: 'a', head_sha: head });
  expect(check).toMatchObject({ status: 201, body: { pull_requests: [] } });
});

test('people can do what their permission allows and nothing else', async () => {
  world = await createWorld();
  const { github, fullName, issue } = world;
  await expect(github.as('reader').label(fullName, issue, 'bug')).rejects.toThrow('needs triage, has read');
  await github.as('triager').label(fullName, issue, 'bug');
  await expect(github.as('triager').pushCommit(fullName, 'x', { message: 'x', files: { a: 'b' } })).rejects.toThrow(
    'needs write',
  );
  await expect(github.as('reader').closeIssue(fullName, issue)).rejects.toThrow('needs triage');
  await github.as('reporter').closeIssue(fullName, issue);
  expect(world.repository.issue(issue)).toMatchObject({ state: 'closed', labels: ['bug'] });
});
