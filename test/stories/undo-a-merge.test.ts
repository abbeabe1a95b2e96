// A merged run is undone by a pull request of another run, never silently (real git over HTTP).
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const build = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: merge, type: git-operation, operation: finalize, merge: true, cleanup_branch: true, dependencies: [implement] }
`;

const undo = `name: Undo
inputs:
  pull: { type: string, required: true }
branch: { name: "undo/{{inputs.pull}}" }
steps:
  - { id: revert, type: git-operation, operation: revert, base: "#{{inputs.pull}}" }
  - { id: finish, type: git-operation, operation: open-pull-request, title: "Undo #{{inputs.pull}}", dependencies: [revert] }
`;

test('a merge tells what it did; another run undoes it with a pull request, and the base changes only when that is merged', async () => {
  const told = await stage({
    files: {
      '.github/troupe/workflows/build.yml': build,
      '.github/troupe/workflows/undo.yml': undo,
      '.github/troupe.yml': 'verify: []\n',
      'notes.md': 'one\n',
    },
    answers: { implement: { status: 'pass', summary: 'Noted.', edits: { 'notes.md': 'two\n' } } },
    serverFile: { allowAutoMerge: ['playhouse/*'] },
  });
  await told.label('troupe:build');
  const first = await told.ended();
  const merged = first.steps.get('merge' as never)?.result?.outputs;
  const pull = await told.pull();
  const main = (await told.repository.branches()).get('main');
  expect(merged).toMatchObject({
    merged: true,
    sha: main,
    branch: first.facts.branch,
    target: 'main',
    pull_request: pull?.number,
    cleanup: 'done',
  });
  expect(await told.repository.file('main', 'notes.md')).toBe('two\n');

  const writer = told.github.as('writer');
  const issue = await writer.openIssue(told.fullName, { title: 'It broke the shop', body: '' });
  await writer.comment(told.fullName, issue, `/troupe run undo pull=${pull?.number}`);
  const second = await told.until('the second run to end', ({ finishedAt }) => finishedAt !== undefined, 1);
  expect(second).toMatchObject({ status: 'succeeded' });
  const opened = await told.pull();
  expect(opened).toMatchObject({ state: 'open', draft: false, merged: false, headRef: `undo/${pull?.number}` });
  expect(await told.repository.file(opened?.headRef ?? '', 'notes.md')).toBe('one\n');
  expect(await told.repository.file('main', 'notes.md')).toBe('two\n');
});
