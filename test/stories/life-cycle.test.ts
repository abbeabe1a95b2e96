// What happens on GitHub to the things a run works with, while it works: each as decision 34 says.
import { expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { RunState } from '../../src/engine/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story, StoryOptions } from '../support/story.ts';
import { eventually } from '../support/patience.ts';

const stage = storyPerTest();

/** Builds, waits for a person, then finishes. */
const gated = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: go, type: approval, message: Go on?, dependencies: [implement] }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [go] }
`;

interface Waiting {
  readonly told: Story;
  readonly run: RunState;
}

async function waiting(options: StoryOptions = {}): Promise<Waiting> {
  const told = await stage({
    ...options,
    files: { '.github/troupe/workflows/build.yml': gated, '.github/troupe.yml': '', ...options.files },
  });
  await told.label('troupe:build');
  const run = await told.github.until('the run to ask', async () =>
    (await told.runs()).find(({ status }) => status === 'waiting'),
  );
  await told.bot().views.flush(run.id);
  return { told, run: await told.state(run.id) };
}

async function over({ told, run }: Waiting): Promise<RunState> {
  await eventually(async () => {
    const status = (await told.runs()).find(({ id }) => id === run.id)?.status ?? 'queued';
    expect([status, isRunOver(status)]).toEqual([status, true]);
  });
  await told.bot().views.flush(run.id);
  await told.github.settled();
  return told.state(run.id);
}

const openChecks = (told: Story) => told.repository.checkRuns().filter(({ status }) => status !== 'completed');

test('its pull request is merged: the run stops writing and has succeeded, merged by who did it', async () => {
  const given = await waiting();
  const { told, run } = given;
  const maintainer = told.github.as('maintainer');
  const number = run.facts.pullRequest?.number ?? 0;
  await maintainer.readyForReview(told.fullName, number);
  await maintainer.mergePullRequest(told.fullName, number);
  const ended = await over(given);
  expect(ended).toMatchObject({ status: 'succeeded', reason: expect.stringContaining('merged by maintainer') });
  expect(told.repository.issue(told.issue).state).toBe('closed');
  expect(openChecks(told)).toEqual([]);
});

test('its pull request is closed: the run is cancelled', async () => {
  const given = await waiting();
  const { told, run } = given;
  await told.github.as('maintainer').closePullRequest(told.fullName, run.facts.pullRequest?.number ?? 0);
  expect(await over(given)).toMatchObject({
    status: 'cancelled',
    reason: expect.stringContaining('pull request closed by maintainer'),
  });
  expect(openChecks(told)).toEqual([]);
});

test('its branch is deleted: the run is cancelled, and nothing brings the branch back', async () => {
  const given = await waiting();
  const { told, run } = given;
  const branch = run.facts.branch ?? '';
  await told.github.as('maintainer').deleteBranch(told.fullName, branch);
  expect(await over(given)).toMatchObject({ status: 'cancelled' });
  expect((await told.repository.branches()).has(branch)).toBe(false);
});

test('the App is removed: the run ends, and nothing more is written', async () => {
  const given = await waiting();
  const { told } = given;
  const before = told.comments().map(({ body }) => body);
  await told.github.uninstall(told.installationId);
  expect(await over(given)).toMatchObject({
    status: 'cancelled',
    reason: expect.stringContaining('the App was removed'),
  });
  expect(told.comments().map(({ body }) => body)).toEqual(before);
});

test('the repository is renamed: the run goes on under its new name', async () => {
  const given = await waiting();
  const { told, run } = given;
  await told.github.renameRepository(told.fullName, 'basket');
  await told.github.settled();
  await told.github.as('writer').comment(told.fullName.replace(/[^/]+$/, 'basket'), told.issue, '/troupe approve');
  expect(await over(given)).toMatchObject({ status: 'succeeded' });
  expect(await told.pull()).toMatchObject({ number: run.facts.pullRequest?.number, draft: false });
});

/** A run whose base is replaced by another history with these files. */
async function rewritten(files: Readonly<Record<string, string>>): Promise<Waiting> {
  const told = await stage({
    files: { '.github/troupe/workflows/build.yml': gated, '.github/troupe.yml': '' },
  });
  const admin = told.github.as('admin');
  await admin.pushCommit(told.fullName, 'main', { message: 'Soon gone', files: { 'OLD.md': 'Old.\n' } });
  await told.label('troupe:build');
  const { id } = await told.github.until('the run to ask', async () =>
    (await told.runs()).find(({ status }) => status === 'waiting'),
  );
  const first = (await told.repository.log('main')).at(-1)?.sha ?? '';
  await admin.pushCommit(told.fullName, 'main', { message: 'Another history', files, from: first, force: true });
  await told.github.until('the run to know', async () =>
    (await told.state(id)).facts.baseRewritten === true ? true : undefined,
  );
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe approve');
  return { told, run: await told.state(id) };
}

test('its base is force-pushed: the commits are put onto the new base, once, and the run goes on', async () => {
  const given = await rewritten({ 'NEWS.md': 'New.\n' });
  const { told, run } = given;
  expect(await over(given)).toMatchObject({ status: 'succeeded' });
  const branch = run.facts.branch ?? '';
  expect(await told.repository.file(branch, 'NEWS.md')).toBe('New.\n');
  expect(await told.repository.file(branch, 'OLD.md')).toBeUndefined();
  expect(await told.repository.file(branch, 'src/cart.js')).toContain('item.quantity');
  const main = (await told.repository.branches()).get('main');
  expect((await told.repository.log(branch)).map(({ sha }) => sha)).toContain(main);
});

test('its base is force-pushed and the commits do not fit: the roll-up asks for a person and names the files', async () => {
  const given = await rewritten({ 'src/cart.js': 'export const nothing = 1;\n' });
  const { told, run } = given;
  const ended = await over(given);
  expect(ended).toMatchObject({ status: 'failed' });
  const rollup = told.checks(run.facts.headSha ?? '').get('troupe / build');
  expect(rollup).toMatchObject({ conclusion: 'action_required' });
  expect(rollup?.summary).toContain('src/cart.js');
  expect(rollup?.summary).toContain('Rebase the branch by hand');
  expect((await told.repository.branches()).get(run.facts.branch ?? '')).toBe(run.facts.headSha);
});
