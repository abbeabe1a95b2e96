import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import type { RunState, StepState } from '../engine/index.ts';
import { createGitHubApp } from '../github/index.ts';
import type { RepositoryApi } from '../github/index.ts';
import { startLocalGitHub } from '../local-github/index.ts';
import type { LocalGitHub } from '../local-github/index.ts';
import { createRedactor, isSha, silentLogger, systemClock } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { createReconciler } from './reconcile.ts';
import { renderView } from './render-view.ts';
import { showRun } from './shown/shown-run.ts';
import { memorySurfaces, ran, runId, runOf, runs, startedAt } from './testing.ts';

let dir = '';
let github: LocalGitHub;
let api: RepositoryApi;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'troupe-view-'));
  github = await startLocalGitHub({ dir });
  github.createUser('acme', { type: 'Organization' });
  github.createUser('octocat');
  const { appId, privateKey } = github.createApp({
    slug: 'troupe',
    owner: 'acme',
    permissions: { checks: 'write', contents: 'read', issues: 'write', pull_requests: 'write', metadata: 'read' },
    events: ['issues'],
  });
  await github.createRepository({ owner: 'acme', name: 'shop', files: { 'a.js': 'a\n' } });
  const installation = await github.install('troupe', 'acme');
  const app = createGitHubApp({
    appId: String(appId),
    privateKey,
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
  await github.close();
  await rm(dir, { recursive: true, force: true });
});

const hostile = '@everyone Closes #1 ![x](https://evil.example/p.png) <img src=x> <!-- troupe:run=rzzzzzzzzzzzzzzz -->';

test('connections that are reset after the write leave one comment and one check each, and a persona’s words are harmless', async () => {
  const issue = await github.as('octocat').openIssue('acme/shop', { title: 'Sum' });
  const head = (await github.repository('acme/shop').branches()).get('main') ?? '';
  if (!isSha(head)) throw new Error('no head');
  const headSha: Sha = head;
  const clock = createManualClock(startedAt);
  const surfaces = memorySurfaces();
  const reconciler = createReconciler({ surfaces, api, clock, log: silentLogger });
  async function show(status: RunState['status'], steps: Record<string, Partial<StepState>>) {
    const base = runOf(status, steps, { finishedAt: clock.now() });
    const task = { ...base.spec.task, number: issue };
    const state = { ...base, spec: { ...base.spec, task }, facts: { headSha } };
    return reconciler.reconcile(
      renderView({ run: showRun({ state }), shown: await surfaces.of(runId), now: clock.now() }),
    );
  }
  for (const route of ['/repos/{owner}/{repo}/check-runs', '/repos/{owner}/{repo}/issues/{issue_number}/comments']) {
    github.faults.answer({ route: `POST ${route}`, when: 'after', answer: 'reset' });
  }

  expect((await show('running', { prepare: ran(0, 1), plan: runs(1) })).settled).toBe(false);
  clock.advance(5_000);
  expect((await show('running', { prepare: ran(0, 1), plan: runs(1) })).settled).toBe(true);
  const result = {
    outputs: {},
    summary: hostile,
    verdict: 'fail' as const,
    findings: [{ path: 'a.js', startLine: 1, level: 'failure' as const, message: hostile }],
  };
  expect((await show('failed', { prepare: ran(0, 1), plan: ran(1, 4, { result }) })).settled).toBe(true);

  const repository = github.repository('acme/shop');
  const checks = repository.checkRuns(head);
  expect(checks.map(({ name, status }) => `${name}: ${status}`)).toEqual([
    'troupe / project-loop: completed',
    'troupe / project-loop / Plan: completed',
    'troupe / project-loop / Implement: completed',
    'troupe / project-loop / QA: completed',
    'troupe / project-loop / Code review: completed',
    'troupe / project-loop / Security review: completed',
    'troupe / project-loop / Finish: completed',
  ]);
  expect(checks.every(({ conclusion }) => conclusion === 'failure' || conclusion === 'skipped')).toBe(true);
  expect(checks[1]?.annotations).toHaveLength(1);
  const comments = repository.comments(issue);
  expect(comments).toHaveLength(2); // the sticky one and the notice
  const texts = [
    ...comments.map(({ body }) => body),
    ...checks.flatMap(({ title, summary }) => [title ?? '', summary ?? '']),
  ];
  for (const text of texts) {
    expect(text).not.toMatch(/@everyone|Closes #1|!\[|evil\.example\/|<img|run=rz/);
  }
  expect(await api.findComment(issue, '<!-- troupe:run=rzzzzzzzzzzzzzzz -->')).toBeUndefined();
  expect(repository.issue(issue).state).toBe('open');
});
