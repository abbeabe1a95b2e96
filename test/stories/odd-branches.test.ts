// Branches that others named, in every way that git allows: a run works from them, on them and beside them.
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const short = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: look, type: git-operation, operation: status, dependencies: [implement] }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [look] }
`;
const files = { '.github/troupe/workflows/build.yml': short, '.github/troupe.yml': '' };

test.each(["release/1.0-#7-(it's)-100%-a&b;$x-,!", '`quoted`-a|b-<c>-{d}-"é"-修正-🎭', 'z'.repeat(210)])(
  'a label works in a repository whose default branch is %s',
  async (defaultBranch) => {
    const told = await stage({ files, world: { defaultBranch } });
    await told.label('troupe:build');
    const run = await told.ended();
    expect(run).toMatchObject({ status: 'succeeded', facts: { baseBranch: defaultBranch } });
    const pull = await told.pull();
    expect(pull).toMatchObject({ baseRef: defaultBranch, draft: false, state: 'open' });
    expect(pull?.headRef).toMatch(/^[\w./-]+$/);
    expect(await told.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('item.quantity');
    const prepared = told.checks(pull?.headSha ?? '').get('troupe / build');
    expect(prepared).toMatchObject({ conclusion: 'success' });
  },
);

test.each(["fix/#7-(it's)-100%-a&b;$x-,!", '`quoted`-a|b-<c>-{d}-"é"-修正-🎭'])(
  'a pull request whose head is %s is worked on, and its branch moves on',
  async (head) => {
    const told = await stage({ files });
    const writer = told.github.as('writer');
    const theirs = await writer.pushCommit(told.fullName, head, {
      message: 'By hand',
      files: { 'NOTES.md': 'By hand.\n' },
      from: 'main',
    });
    const number = await writer.openPullRequest(told.fullName, { head, title: 'By hand' });
    await writer.label(told.fullName, number, 'troupe:build');
    const run = await told.ended();
    expect(run).toMatchObject({ status: 'succeeded', facts: { branch: head } });
    const now = (await told.repository.branches()).get(head) ?? '';
    expect((await told.repository.log(head)).map(({ sha }) => sha)).toContain(theirs);
    expect(await told.repository.file(head, 'src/cart.js')).toContain('item.quantity');
    expect(told.checks(now).get('troupe / build')).toMatchObject({ conclusion: 'success' });
  },
);
