// One job per kind of event, with the bundle as it is shipped.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { initFiles } from '../../src/cli/common/init-files.ts';
import { builtInWorkflows } from '../../src/host/index.ts';
import { installClaude } from '../support/fake-claude.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { rehearse, root } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: true });

/** A step of a job as README shows it. */
interface ShownStep {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

test('a label starts its workflow: pull request, comment, one commit status, summary and outputs', async () => {
  const there = await set();
  await there.github.as('writer').label(there.fullName, there.issue, 'troupe:small');
  const job = await there.job({ event: 'issues', payload: await there.payload('issues', 'labeled'), with: rehearse });
  expect(job.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect([job.exitCode, job.postExitCode, job.forbidden]).toEqual([0, 0, []]);
  const [pull] = await there.repository.pullRequests();
  expect(pull).toMatchObject({ state: 'open', draft: false, author: 'github-actions[bot]', baseRef: 'main' });
  expect(job.outputs).toEqual({
    conclusion: 'succeeded',
    'run-id': expect.stringMatching(/^r[a-z2-7]{15}$/),
    branch: pull?.headRef,
    'pull-request-number': String(pull?.number),
    'pull-request-url': expect.stringContaining(`/pull/${pull?.number}`),
    'final-message': `Rehearsal: small is done: #${pull?.number} is ready for review.`,
    outputs: '{"said":"Multiplied by the quantity."}',
    'cost-usd': expect.any(String),
    transcripts: expect.stringContaining('-transcripts'),
  });
  const comments = there.repository.comments(there.issue);
  expect(comments.map(({ author }) => author)).toEqual(['github-actions[bot]']);
  expect(comments[0]?.body).toContain('small is done');
  expect(there.repository.issue(there.issue).labels).toEqual([]);
  expect(there.repository.statuses(pull?.headSha).at(-1)).toMatchObject({
    context: 'troupe / small',
    state: 'success',
  });
  const newest = new Map(there.repository.statuses().map(({ sha, state }) => [sha, state]));
  expect([...newest.values()]).not.toContain('pending');
  expect(there.repository.checkRuns()).toEqual([]);
  expect(job.summary).toMatch(/### ✅ Rehearsal: small is done[\s\S]*\| ✅ \| Fix \|[\s\S]*Receipt[\s\S]*```mermaid/);
  expect(job.log).not.toContain(await there.token());
  expect(job.masks.some((mask) => mask.startsWith('ghs_'))).toBe(true);
});

test('README’s job works as it stands with the files that `troupe init` writes', async () => {
  const template = builtInWorkflows().get('project-loop') ?? '';
  const there = await set({
    files: Object.fromEntries(
      initFiles({ template: 'project-loop', provider: '' }, { template, there: new Set(), agents: [] }),
    ),
  });
  const [, shown = ''] = /```yaml\n(on: [\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  const { steps } = (parse(shown) as { jobs: { troupe: { steps: ShownStep[] } } }).jobs.troupe;
  // the steps before it build the wall that hosted runners do not have
  const step = steps.find(({ uses = '' }) => uses.startsWith('OWNER/troupe@'));
  await there.github.as('writer').label(there.fullName, there.issue, 'troupe:project-loop');
  const job = await there.job({
    event: 'issues',
    payload: await there.payload('issues', 'labeled'),
    with: step?.with ?? {},
  });
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([0, 'succeeded']);
  expect(await there.repository.pullRequests()).toHaveLength(1);
});

test('a comment starts a workflow with its inputs; an ordinary comment starts nothing', async () => {
  const there = await set();
  await there.github.as('writer').comment(there.fullName, there.issue, 'What a nice day');
  const idle = await there.job({
    event: 'issue_comment',
    payload: await there.payload('issue_comment'),
    with: rehearse,
  });
  expect([idle.exitCode, idle.outputs['conclusion']]).toEqual([0, 'skipped']);
  expect(there.repository.comments(there.issue)).toHaveLength(1);
  await there.github.as('writer').comment(there.fullName, there.issue, '/troupe run look');
  const job = await there.job({
    event: 'issue_comment',
    payload: await there.payload('issue_comment'),
    with: rehearse,
  });
  expect(job.outputs).toMatchObject({ conclusion: 'succeeded', 'pull-request-number': '', branch: '' });
  expect(there.repository.comments(there.issue).map(({ author }) => author)).toContain('github-actions[bot]');
});

test('a pull request is reviewed on its head', async () => {
  const there = await set();
  await there.github
    .as('writer')
    .pushCommit(there.fullName, 'topic', { from: 'main', message: 'Change', files: { 'notes.txt': 'new\n' } });
  await there.github.as('writer').openPullRequest(there.fullName, { head: 'topic', title: 'A change' });
  const payload = await there.payload('pull_request', 'opened');
  const job = await there.job({ event: 'pull_request', payload, with: rehearse });
  expect(job.outputs).toMatchObject({ conclusion: 'succeeded' });
  const [pull] = await there.repository.pullRequests();
  expect(there.repository.statuses(pull?.headSha).at(-1)).toMatchObject({ context: 'troupe / look', state: 'success' });
  expect(there.repository.comments(pull?.number).at(-1)?.body).toContain('look is done');
  expect(job.summary).toMatch(/### ✅ Rehearsal: look is done[\s\S]*Small and right\./);
  expect(await there.repository.pullRequests()).toHaveLength(1);
});

test.each([
  ['schedule', { schedule: '0 3 * * *' }],
  ['workflow_dispatch', { inputs: {}, ref: 'refs/heads/main' }],
  ['push', { ref: 'refs/heads/main', commits: [] }],
])('%s works for the words of `task`', async (event, payload) => {
  const there = await set();
  const job = await there.job({
    event,
    payload,
    with: { ...rehearse, workflow: 'small', task: 'Count every item\n\nThe total is wrong.' },
  });
  expect(job.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  const [pull] = await there.repository.pullRequests();
  expect(pull).toMatchObject({ title: expect.stringContaining('Count every item'), draft: false });
  expect(job.outputs).toMatchObject({
    conclusion: 'succeeded',
    branch: pull?.headRef,
    'pull-request-number': String(pull?.number),
  });
  expect(job.summary).toContain(`### ✅ Rehearsal: small is done: [#${pull?.number}]`);
  expect(there.repository.statuses(pull?.headSha).at(-1)).toMatchObject({
    context: 'troupe / small',
    state: 'success',
  });
  // there is no issue to say it on, and none is made
  expect(there.repository.comments(there.issue)).toEqual([]);
});

test('a dispatch works for the issue of `issue-number`, and `dry-run` only tells', async () => {
  const there = await set();
  const given = { event: 'workflow_dispatch', payload: {} };
  const told = await there.job({
    ...given,
    with: { ...rehearse, workflow: 'small', 'issue-number': String(there.issue), 'dry-run': 'true' },
  });
  expect([told.exitCode, told.outputs['conclusion'], told.outputs['run-id']]).toEqual([0, 'skipped', '']);
  expect(told.summary).toContain('| Fix | persona-request | lead-engineer |');
  expect(
    there.github.requests.filter(({ method, path }) => method !== 'GET' && !/graphql|access_tokens/.test(path)),
  ).toEqual([]);
  const job = await there.job({
    ...given,
    with: { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) },
  });
  expect(job.outputs['conclusion']).toBe('succeeded');
  expect((await there.repository.pullRequests())[0]?.body).toContain(`Closes #${there.issue}`);
});

test('the token of a GitHub App shows a check run per step and no commit status', async () => {
  const there = await set({ world: { slug: 'troupe' } });
  const token = await there.token({ checks: 'write', contents: 'write', issues: 'write', pull_requests: 'write' });
  await there.github.as('writer').label(there.fullName, there.issue, 'troupe:small');
  const payload = await there.payload('issues', 'labeled');
  const job = await there.job({ event: 'issues', payload, token, with: rehearse });
  expect(job.outputs['conclusion']).toBe('succeeded');
  const [pull] = await there.repository.pullRequests();
  const checks = there.repository.checkRuns(pull?.headSha).map(({ name, conclusion }) => `${name}: ${conclusion}`);
  expect(checks.toSorted()).toEqual(['troupe / small / Fix: success', 'troupe / small: success']);
  expect(there.repository.statuses()).toEqual([]);
});

test('a run that fails fails the job', async () => {
  const there = await set({ answers: { 'code-reviewer': { status: 'fail', summary: 'This is wrong.' } } });
  const job = await there.job({
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'look', 'issue-number': String(there.issue) },
  });
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'failed']);
  expect(job.outputs['final-message']).toContain('This is wrong.');
});

test('the workflows beside the examples run as a newcomer rehearses them', async () => {
  const folder = join(root, 'examples/actions');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const there = await set({ files });
  const given = { answers: '.github/answers.yml', 'max-cost-usd': '5' };
  const nightly = { ...given, workflow: 'nightly', task: 'Bring the documentation up to date' };
  const night = await there.job({ event: 'schedule', payload: { schedule: '17 3 * * 1-5' }, with: nightly });
  const [pull] = await there.repository.pullRequests();
  expect(night.outputs).toMatchObject({ conclusion: 'succeeded', 'pull-request-number': String(pull?.number) });
  expect(pull).toMatchObject({ title: expect.stringContaining('Bring the documentation up to date'), draft: false });
  await there.github
    .as('writer')
    .pushCommit(there.fullName, 'topic', { from: 'main', message: 'Change', files: { 'notes.txt': 'new\n' } });
  await there.github.as('writer').openPullRequest(there.fullName, { head: 'topic', title: 'A change' });
  const payload = await there.payload('pull_request', 'opened');
  const review = await there.job({
    event: 'pull_request',
    payload,
    runId: 4712,
    with: { ...given, workflow: 'review' },
  });
  expect(review.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect(review.outputs['conclusion']).toBe('succeeded');
  expect(review.summary).toMatch(/\| ✅ \| Code review \|[\s\S]*\| ✅ \| Security review \|/);
});

test('without a server file the agent that the job installed and that has its key plays', async () => {
  const bin = mkdtempSync(join(tmpdir(), 'troupe-agent-'));
  chmodSync(bin, 0o755);
  try {
    installClaude(bin, goodAnswers);
    const there = await set({ files: { '.github/troupe.config.yml': '' } });
    const work = {
      event: 'workflow_dispatch',
      payload: {},
      with: { workflow: 'small', 'issue-number': `${there.issue}` },
    };
    const path = `${bin}:${process.env['PATH'] ?? ''}`;
    const keyless = await there.job({ ...work, env: { PATH: path } });
    expect([keyless.exitCode, keyless.log]).toEqual([1, expect.stringContaining('No agent can work yet:')]);
    expect(keyless.log).toContain('Set ANTHROPIC_API_KEY');
    const key = 'sk-ant-api03-of-this-job';
    const job = await there.job({ ...work, runId: 4714, env: { PATH: path, ANTHROPIC_API_KEY: key } });
    expect(job.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(job.outputs).toMatchObject({ conclusion: 'succeeded', 'cost-usd': '0.01' });
    expect(job.log).not.toContain(key);
    const [pull] = await there.repository.pullRequests();
    const seen = JSON.parse((await there.repository.file(pull?.headRef ?? '', 'seen.json')) ?? '{}') as object;
    expect(seen).toMatchObject({ variables: expect.arrayContaining(['ANTHROPIC_API_KEY']) });
    expect(JSON.stringify(seen)).not.toMatch(/GITHUB_TOKEN|INPUT_|ACTIONS_/);
  } finally {
    rmSync(bin, { recursive: true, force: true });
  }
});
