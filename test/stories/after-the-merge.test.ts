// A hotfix to its end on the local GitHub: change log, merge, tag, release, deployment, comment; and what is said where one is refused.
import { expect, test } from 'vitest';
import type { StepPath } from '../../src/support/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const hotfix = `name: Hotfix
trigger: { labels: ["troupe:hotfix"] }
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: review, type: persona-request, persona: code-reviewer, dependencies: [implement] }
  - id: ship
    type: git-operation
    operation: hotfix_deploy
    dependencies: [review]
    params:
      merge_strategy: squash
      cleanup_branch: true
      tag_release: true
      update_changelog: true
      immediate_deploy: staging
      notification: "Shipped {{task.title}}"
  - { id: tell, type: github, action: comment, dependencies: [ship], params: { body: "{{steps.ship.outputs.tag}} is out" } }
`;

const tree = {
  '.github/troupe/workflows/hotfix.yml': hotfix,
  '.github/troupe.yml': 'verify: []\n',
  'CHANGELOG.md': '# Changes\n\n## Unreleased\n\n- Older\n\n## 1.0.0\n\n- First\n',
  'notes.md': 'one\n',
};
const scene = {
  files: tree,
  answers: {
    implement: { status: 'pass', summary: 'Noted.', edits: { 'notes.md': 'two\n' } },
    review: { status: 'pass', summary: 'Fine.', outputs: { risk: 'low' } },
  },
  serverFile: { allowAutoMerge: ['playhouse/*'] },
} as const;
const permissions = {
  checks: 'write',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  metadata: 'read',
  members: 'read',
  deployments: 'write',
} as const;
const ship = 'ship' as StepPath; // ids are paths outside loops

test('a label ships a hotfix: entry, merge, tag, release with notes, deployment and comment', async () => {
  const told = await stage({ ...scene, world: { permissions } });
  await told.label('troupe:hotfix');
  const run = await told.ended();
  expect([run.status, run.reason]).toEqual(['succeeded', expect.anything()]);
  const main = (await told.repository.branches()).get('main') ?? '';
  const { outputs } = run.steps.get(ship)?.result ?? {};
  expect(outputs).toMatchObject({ merged: true, sha: main, tag: 'v0.1.0', environment: 'staging', cleanup: 'done' });
  expect(await told.repository.tags()).toEqual(new Map([['v0.1.0', main]]));
  expect(told.repository.releases()).toMatchObject([{ tag: 'v0.1.0', name: 'v0.1.0' }]);
  const notes = told.repository.releases()[0]?.body ?? '';
  expect(notes).toContain(`(#${(await told.pull())?.number})`);
  expect(notes).toContain('Noted.');
  expect(notes).not.toContain('<!--');
  expect(told.repository.deployments()).toEqual([
    { sha: main, environment: 'staging', payload: { troupe_run: run.id } },
  ]);
  const title = told.repository.issue(told.issue).title;
  expect(await told.repository.file('main', 'CHANGELOG.md')).toBe(
    `# Changes\n\n## Unreleased\n\n- ${title} (#${told.issue})\n- Older\n\n## 1.0.0\n\n- First\n`,
  );
  const said = told.comments().map(({ body }) => body.split('\n')[0]);
  expect(said.filter((line) => line === `Shipped ${title}`)).toHaveLength(1);
  expect(said.filter((line) => line === 'v0.1.0 is out')).toHaveLength(1);
});

test('a permission that is taken away meanwhile is named after the merge, and the release stays', async () => {
  const told = await stage({ ...scene, world: { permissions } });
  told.github.faults.answer({
    route: 'POST /repos/{owner}/{repo}/deployments',
    when: 'before',
    answer: {
      status: 403,
      message: 'Resource not accessible by integration',
      headers: { 'x-accepted-github-permissions': 'deployments=write' },
    },
    times: Number.POSITIVE_INFINITY,
  });
  await told.label('troupe:hotfix');
  const run = await told.ended();
  expect([run.status, run.reason]).toEqual(['failed', expect.stringContaining('the permission `deployments: write`')]);
  const pull = await told.pull();
  const { error } = run.steps.get(ship) ?? {};
  expect(error?.message).toContain(`Pull request #${pull?.number} is merged. Cannot deploy`);
  expect(error?.message).toContain('the permission `deployments: write` is missing');
  expect(error?.hint).toContain('do what is left by hand');
  expect(pull).toMatchObject({ merged: true });
  expect(told.repository.releases()).toMatchObject([{ tag: 'v0.1.0' }]);
  expect(told.repository.deployments()).toEqual([]);
});

test('a permission that is missing from the start is named before anybody is paid', async () => {
  const told = await stage(scene);
  await told.label('troupe:hotfix');
  const said = await told.github.until('a refusal', () =>
    told.comments().find(({ body }) => body.includes('was not started')),
  );
  expect(said.body).toContain('the permission `deployments: write` is missing');
  expect(await told.runs()).toEqual([]);
});
