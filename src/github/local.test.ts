import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocalGitHub } from '../local-github/index.ts';
import type { LocalGitHub } from '../local-github/index.ts';
import { createRedactor, isSha, randomRunId, silentLogger, systemClock } from '../support/index.ts';
import type { BranchName, Sha } from '../support/index.ts';
import { createGitHubApp } from './app.ts';
import type { GitHubApp, RepositoryApi } from './client/types.ts';

let dir = '';
let github: LocalGitHub;
let app: GitHubApp;
let api: RepositoryApi;
let installation = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'troupe-github-'));
  github = await startLocalGitHub({ dir });
  github.createUser('acme', { type: 'Organization' });
  github.createUser('octocat');
  const registered = github.createApp({
    slug: 'troupe',
    owner: 'acme',
    permissions: {
      checks: 'write',
      contents: 'write',
      issues: 'write',
      pull_requests: 'write',
      statuses: 'write',
      deployments: 'write',
      actions: 'write',
      metadata: 'read',
    },
    events: ['issues'],
  });
  await github.createRepository({
    owner: 'acme',
    name: 'shop',
    files: {
      'README.md': '# Shop\n',
      '.github/troupe/workflows/a.yml': 'a: 1\n',
      '.github/troupe/deep/b.yml': 'b: 1\n',
      '.github/workflows/work.yml':
        "run-name: 'Work on ${{ inputs.id }}'\non: { workflow_dispatch: { inputs: { id: { required: true } } } }\n",
    },
  });
  github.setPermission('acme/shop', 'octocat', 'write');
  installation = await github.install('troupe', 'acme');
  app = createGitHubApp({
    appId: String(registered.appId),
    privateKey: registered.privateKey,
    baseUrl: github.apiUrl,
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(),
    writeIntervalMs: 0,
  });
  api = app.repository(installation, 'acme', 'shop');
});

afterAll(async () => {
  expect(github.violations).toEqual([]);
  expect(github.unknownRoutes).toEqual([]);
  await github.close();
  await rm(dir, { recursive: true, force: true });
});

async function head(): Promise<Sha> {
  const sha = await api.branchSha('main');
  if (sha === undefined) throw new Error('no main');
  return sha;
}

test('many checks are created in one request, and one that is refused keeps none of the others away', async () => {
  const branch = 'troupe/checks' as BranchName; // has the shape
  const check = (name: string, headSha: Sha) => ({
    name,
    headSha,
    externalId: `r:${name}`,
    status: 'completed' as const,
    conclusion: 'failure' as const,
    title: 'It failed',
    summary: 'Because.',
    annotations: [{ path: 'README.md', startLine: 1, endLine: 1, level: 'warning' as const, message: 'Here' }],
    actions: [{ label: 'Retry', description: 'Once more', identifier: 'retry' }],
  });
  expect(await api.createCheckRuns?.([check('none', await head()), check('knows', await head())])).toBeUndefined();
  await github
    .as('octocat')
    .pushCommit('acme/shop', branch, { message: 'Checks', files: { 'a.md': 'a' }, from: 'main' });
  const request = { title: 'Checks', body: '', run: randomRunId(), since: 0, head: branch, base: 'main', draft: true };
  const { headSha: sha } = await api.createPullRequest(request);
  const before = github.requests.length;
  const made = await api.createCheckRuns?.([check('one', sha), check('bad', 'f'.repeat(40) as Sha), check('two', sha)]);
  expect(github.requests.slice(before).map(({ route }) => route)).toEqual(['POST /graphql']);
  expect(made?.map((id) => typeof id)).toEqual(['number', 'undefined', 'number']);
  const shown = github.repository('acme/shop').checkRuns(sha);
  expect(shown.map(({ name, status, conclusion, externalId }) => [name, status, conclusion, externalId])).toEqual([
    ['one', 'completed', 'failure', 'r:one'],
    ['two', 'completed', 'failure', 'r:two'],
  ]);
  expect(shown[0]?.annotations).toHaveLength(1);
  expect(await api.findCheckRuns(sha)).toMatchObject([{ id: made?.[0], annotations: 1 }, { id: made?.[2] }]);
});

test('the App finds itself, its installation and its repositories', async () => {
  expect(await app.identity()).toMatchObject({ slug: 'troupe', owner: 'acme', botLogin: 'troupe[bot]' });
  expect((await app.identity()).botId).toBeGreaterThan(0);
  expect(await app.installations()).toEqual([{ id: installation, account: 'acme' }]);
  const [repository] = await app.repositories(installation);
  expect(repository).toMatchObject({ owner: 'acme', name: 'shop', defaultBranch: 'main', archived: false });
  expect(await api.info()).toEqual(repository);
  expect(await app.gitToken(installation, repository?.id ?? 0)).toMatch(/^ghs_/);
});

test('files, branches and permissions are read', async () => {
  expect(await api.readFile('README.md')).toMatchObject({ text: '# Shop\n' });
  expect(await api.readFile('missing.md')).toBeUndefined();
  expect((await api.listFiles('.github/troupe')).map(({ path }) => path)).toEqual([
    '.github/troupe/deep/b.yml',
    '.github/troupe/workflows/a.yml',
  ]);
  expect(await api.listFiles('nowhere')).toEqual([]);
  expect(isSha((await head()) as string)).toBe(true);
  expect(await api.branchSha('troupe/7-x')).toBeUndefined();
  expect(await api.permission('octocat')).toBe('write');
  expect(await api.permission('stranger')).toBe('none');
});

test('an issue is labelled, commented, reacted to and closed', async () => {
  const number = await github.as('octocat').openIssue('acme/shop', { title: 'Bug', body: 'It breaks' });
  expect(await api.issue(number)).toMatchObject({
    title: 'Bug',
    body: 'It breaks',
    author: 'octocat',
    isPullRequest: false,
  });
  expect(await api.issue(9_999)).toBeUndefined();
  await api.ensureLabel({ name: 'troupe:hotfix', color: 'ededed', description: 'Run hotfix' });
  await api.ensureLabel({ name: 'troupe:hotfix', color: 'ededed', description: 'Run hotfix' });
  expect(await api.labels()).toContain('troupe:hotfix');
  await github.as('octocat').label('acme/shop', number, 'troupe:hotfix');
  expect(await api.lastLabeled(number, 'troupe:hotfix')).toMatchObject({ actor: 'octocat' });
  expect((await api.issuesWithLabel('troupe:hotfix')).map((issue) => issue.number)).toEqual([number]);
  await api.addLabels(number, ['seen']);
  await api.removeLabel(number, 'troupe:hotfix');
  await api.removeLabel(number, 'troupe:hotfix');
  expect((await api.issue(number))?.labels).toEqual(['seen']);
  await api.assign(number, ['octocat']);
  await api.react({ issue: number }, 'eyes');
  const theirs = await github.as('octocat').comment('acme/shop', number, '<!-- m --> mine');
  await api.react({ comment: theirs }, '+1');
  expect(await api.findComment(number, '<!-- m -->')).toBeUndefined();
  const made = await api.createComment(number, '<!-- m --> ours');
  await api.updateComment(made.id, '<!-- m --> ours, edited');
  expect(await api.findComment(number, '<!-- m -->')).toMatchObject({ id: made.id, body: '<!-- m --> ours, edited' });
  expect(await api.comments(number)).toHaveLength(2);
  await api.minimizeComment(made.nodeId);
  await api.closeIssue(number);
  expect((await api.issue(number))?.state).toBe('closed');
  const opened = await api.createIssue({ title: 'Failed', body: '<!-- failed --> x', labels: ['seen'] });
  expect(await api.findIssue('<!-- failed -->')).toMatchObject({ number: opened.number });
});

test('a check is created, found by its external id, updated and concluded; a status is set', async () => {
  const check = {
    name: 'troupe / hotfix',
    headSha: await head(),
    externalId: 'r1:run:1',
    status: 'in_progress' as const,
    startedAt: new Date().toISOString(),
    title: 'Running',
    summary: 's',
  };
  const made = await api.createCheckRun(check);
  expect(await api.findCheckRuns(check.headSha)).toEqual([made]);
  const annotations = Array.from({ length: 70 }, (_, index) => ({
    path: 'README.md',
    startLine: index + 1,
    endLine: index + 1,
    level: 'warning' as const,
    message: 'm',
    title: 't',
  }));
  await api.updateCheckRun(made.id, {
    ...check,
    status: 'completed',
    conclusion: 'success',
    completedAt: new Date().toISOString(),
    text: 'all',
    annotations,
    actions: [{ label: 'Approve', description: 'Go on', identifier: 'approve' }],
  });
  expect(await api.findCheckRuns(check.headSha)).toEqual([
    { ...made, status: 'completed', conclusion: 'success', annotations: 70 },
  ]);
  await api.commitStatus(check.headSha, { context: 'troupe', state: 'success', description: 'd'.repeat(300) });
});

test('a pull request is opened as a draft, described, marked ready, reviewed and merged', async () => {
  const branch = 'troupe/1-fix' as BranchName; // a checked name
  await github.as('octocat').pushCommit('acme/shop', branch, { message: 'Fix', files: { 'a.txt': 'a' }, from: 'main' });
  const part = { title: 'Fix', body: 'b', run: randomRunId(), since: 0 };
  const made = await api.createPullRequest({ ...part, head: branch, base: 'main', draft: true });
  expect(made).toMatchObject({ draft: true, state: 'open', headRef: branch, baseRef: 'main', author: 'troupe[bot]' });
  await expect(api.createPullRequest({ ...part, head: branch, base: 'main', draft: true })).rejects.toMatchObject({
    code: 'github/exists',
  });
  expect((await api.pullRequestsByHead(branch, 'open')).map(({ number }) => number)).toEqual([made.number]);
  expect(await api.pullRequestsByHead('troupe/none', 'all')).toEqual([]);
  expect(await api.describePullRequest(made.number, { ...part, title: 'Fix it', body: 'done' })).toBe('written');
  expect(await api.markReadyForReview(made.nodeId)).toBe(true);
  expect(await api.pullRequest(made.number)).toMatchObject({
    draft: false,
    title: 'Fix it',
    body: expect.stringContaining('-->\ndone\n<!--'),
    merged: false,
  });
  await api.requestReview(made.number, ['octocat']);
  await api.reviewComment(made.number, { event: 'COMMENT', body: 'fine', commitId: made.headSha });
  const merged = await api.mergePullRequest(made.number, { sha: made.headSha, method: 'squash', title: 'Fix it' });
  expect(await head()).toBe(merged);
  expect(await api.pullRequest(made.number)).toMatchObject({ merged: true, state: 'closed' });
});

test('a tag is released once, a commit is deployed, and both are found again', async () => {
  const sha = await api.branchSha('main');
  if (sha === undefined) throw new Error('The repository has a commit');
  expect(await api.release('v1/0')).toBeUndefined();
  const made = await api.createRelease({ tag: 'v1/0', name: 'First', body: 'Notes' });
  expect(await api.release('v1/0')).toEqual(made);
  await expect(api.createRelease({ tag: 'v1/0', name: 'Again', body: '' })).rejects.toMatchObject({
    code: 'github/exists',
  });
  const deployment = { sha, environment: 'staging 1', description: 'x'.repeat(300), run: 'r1' };
  const first = await api.createDeployment(deployment);
  await api.createDeployment({ ...deployment, run: 'r2' });
  expect(await api.deployments(sha, 'staging 1')).toMatchObject([{ run: 'r2' }, first]);
  expect(await api.deployments(sha, 'production')).toEqual([]);
});

test('a dispatched workflow is found by a word of its title, looked at, and cancelled once', async () => {
  const since = Date.now();
  const wanted = { word: 'r1:fix:1', since };
  const first = await api.dispatchWorkflow?.('work.yml', { ref: 'main', inputs: { id: 'r1:fix:1' } });
  await api.dispatchWorkflow?.('work.yml', { ref: 'main', inputs: { id: 'r1:fix:11' } });
  expect(await api.findWorkflowRun?.('work.yml', wanted)).toMatchObject({ id: first, isOver: false, conclusion: null });
  expect(await api.findWorkflowRun?.('work.yml', { ...wanted, since: since + 3_600_000 })).toBeUndefined();
  expect(await api.findWorkflowRun?.('work.yml', { ...wanted, word: 'r1:fix' })).toBeUndefined();
  await api.cancelWorkflowRun?.(first ?? 0);
  expect(await api.workflowRun?.(first ?? 0)).toMatchObject({ isOver: true, conclusion: 'cancelled' });
  // it has ended, or was never there
  await api.cancelWorkflowRun?.(first ?? 0);
  await api.cancelWorkflowRun?.(4_711);
  expect(await api.workflowRun?.(4_711)).toBeUndefined();
  github.faults.answer({
    route: 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    when: 'after',
    answer: 'reset',
  });
  const unclear = api.dispatchWorkflow?.('work.yml', { ref: 'main', inputs: { id: 'r2:fix:1' } });
  await expect(unclear).rejects.toMatchObject({ code: 'github/unclear' });
  expect(await api.findWorkflowRun?.('work.yml', { ...wanted, word: 'r2:fix:1' })).toBeDefined();
  const nowhere = api.dispatchWorkflow?.('other.yml', { ref: 'main', inputs: {} });
  await expect(nowhere).rejects.toMatchObject({ code: 'github/not-found' });
  const unknown = api.dispatchWorkflow?.('work.yml', { ref: 'main', inputs: { id: 'r3', more: 'x' } });
  await expect(unknown).rejects.toThrow('Unexpected inputs provided: ["more"]');
});

test('a reset after the comment was written is unclear, and looking it up finds it', async () => {
  const number = await github.as('octocat').openIssue('acme/shop', { title: 'Again' });
  github.faults.answer({
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    when: 'after',
    answer: 'reset',
  });
  await expect(api.createComment(number, '<!-- x -->')).rejects.toMatchObject({ code: 'github/unclear' });
  expect(await api.findComment(number, '<!-- x -->')).toBeDefined();
  expect(await api.comments(number)).toHaveLength(1);
});

test('revoked tokens are replaced without the caller noticing', async () => {
  github.revokeTokens(installation);
  expect(await api.info()).toMatchObject({ name: 'shop' });
});
