// A run that goes on where another one ended: its branch, its pull request.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { engineer, makeStage, stagedSpec } from '../../test/support/git-steps.ts';
import { playRun } from '../../test/support/play-run.ts';
import type { FollowUp, RunState } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import type { RunId } from '../support/index.ts';

let world: GitWorld;
beforeEach(() => {
  world = makeGitWorld({ 'README.md': '# Widgets\n' });
});
afterEach(() => world.remove());

const second = 'rabcdefghijklmn2' as RunId; // it has the shape
const steps = [engineer('code'), engineer('more', ['code'])];

function followUp(before: RunState): FollowUp {
  return { run: before.id, kind: 'followup', text: 'Also the docs', facts: before.facts, reusable: {} };
}

test('a follow-up commits on the same branch and opens no second pull request', async () => {
  const work = { code: { files: { 'a.txt': 'a\n' } }, more: {} };
  const { executor, github, workplace } = await makeStage(world, work);
  const before = await playRun(stagedSpec(steps), executor);
  const next = await makeStage(world, { code: {}, more: { files: { 'docs.md': 'docs\n' } } });
  next.workplace.api = github.api;
  const after = await playRun(stagedSpec(steps, { id: second, followUp: followUp(before) }), next.executor);
  expect(after).toMatchObject({ status: 'succeeded' });
  expect(after.facts).toMatchObject({ branch: before.facts.branch, baseSha: before.facts.baseSha });
  expect(after.facts.pullRequest?.number).toBe(before.facts.pullRequest?.number);
  expect(github.pulls).toHaveLength(1);
  await workplace.repository.fetch();
  const { files } = await workplace.repository.diff(before.facts.baseSha!, after.facts.headSha!, { maxBytes: 0 });
  expect(files.map(({ path }) => path).toSorted()).toEqual(['a.txt', 'docs.md']);
});

test('after the pull request was merged a follow-up takes a new branch', async () => {
  const { executor, github } = await makeStage(world, { code: { files: { 'a.txt': 'a\n' } } });
  const before = await playRun(stagedSpec(steps), executor);
  const number = before.facts.pullRequest?.number ?? 0;
  const head = before.facts.headSha!;
  await github.api.mergePullRequest(number, { sha: head, method: 'merge' });
  const next = await makeStage(world, { code: { files: { 'b.txt': 'b\n' } } });
  next.workplace.api = github.api;
  const after = await playRun(stagedSpec(steps, { id: second, followUp: followUp(before) }), next.executor);
  expect(after.facts.branch).toBe('troupe/7-fix-it-2');
  expect(github.pulls).toHaveLength(2);
});

test('a run that was refused its pull request gets it from the next one of its branch, once the setting is changed', async () => {
  const { executor, github } = await makeStage(world, { code: { files: { 'a.txt': 'a\n' } } });
  github.fail('open', new TroupeError('github/setting', 'forbidden', { class: 'auth' }), 'before', 9);
  const before = await playRun(stagedSpec(steps), executor);
  expect(before).toMatchObject({ status: 'degraded', facts: { branch: 'troupe/7-fix-it' } });
  const next = await makeStage(world, { code: {}, more: {} });
  const after = await playRun(stagedSpec(steps, { id: second, followUp: followUp(before) }), next.executor);
  expect(after).toMatchObject({ status: 'succeeded', facts: { branch: 'troupe/7-fix-it' } });
  expect(next.github.pulls).toMatchObject([{ headRef: 'troupe/7-fix-it', draft: false, state: 'open' }]);
});
