// What GitHub would turn back later is told before the first persona is asked: rules of branches, permissions of the token, a locked conversation. Nobody is paid, nothing is left behind.
import { expect, test } from 'vitest';
import { answer, nothingLeft } from '../support/not-started.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import type { NewRuleset } from '../../src/local-github/index.ts';

const stage = storyPerTest();

const small = `name: Small
steps:
  - { id: fix, type: persona-request, persona: lead-engineer, expect: changes }
`;
const merging = `name: Merging
steps:
  - { id: fix, type: persona-request, persona: lead-engineer, expect: changes }
  - { id: look, type: persona-request, persona: code-reviewer, dependencies: [fix] }
  - { id: end, type: git-operation, operation: finalize, merge: true, approval: {}, dependencies: [look] }
`;
const files = {
  '.github/troupe/workflows/small.yml': small,
  '.github/troupe/workflows/merging.yml': merging,
};

type Rules = NewRuleset['rules'];

async function under(rules: Rules, more: Partial<NewRuleset> = {}): Promise<Story> {
  const told = await stage({ files });
  await told.github.setRulesets(told.fullName, [{ name: 'House', include: ['~ALL'], rules, ...more }]);
  return told;
}

const pattern = (operator: string, text: string, negate = false) => ({ operator, pattern: text, negate, name: 'p' });

test.each<[what: string, rules: Rules, says: RegExp]>([
  ['no branch may be made', [{ type: 'creation' }], /does not let Troupe create its branch "troupe\/1-/],
  ['nobody pushes', [{ type: 'update' }], /does not let Troupe push to its branch/],
  ['signed commits', [{ type: 'required_signatures' }], /wants signed commits on "troupe\/1-.*Troupe are not signed/],
  [
    'pull requests for every branch',
    [
      {
        type: 'pull_request',
        parameters: {
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_approving_review_count: 1,
          required_review_thread_resolution: false,
        },
      },
    ],
    /come through a pull request.*should name only that/s,
  ],
  [
    'names of branches',
    [{ type: 'branch_name_pattern', parameters: pattern('regex', '^(feature|fix)/') }],
    /as the name of a branch only what matches `\^\(feature\|fix\)\/`, and the run's would be "troupe\/1-.*Give the workflow a `branch\.name` that fits/s,
  ],
  [
    'messages of commits',
    [{ type: 'commit_message_pattern', parameters: pattern('starts_with', 'JIRA-') }],
    /as the message of a commit only what begins with `JIRA-`, and the run's first one would be `Start work on #\u200b1/,
  ],
  [
    'addresses of authors',
    [{ type: 'commit_author_email_pattern', parameters: pattern('ends_with', '@example.com') }],
    /as the address of an author only what ends with `@\u200Bexample\.com`/,
  ],
])('a rule of the repository, %s: told before anybody is asked', async (_what, rules, says) => {
  const told = await under(rules);
  await told.label('troupe:small');
  const said = await answer(told);
  expect(said).toMatch(/^`small` was not started, and nothing was spent: /);
  expect(said).toMatch(says);
  expect(said).toMatch(/bypass list/);
  await nothingLeft(told);
});

test('rules that the run keeps, or that its App may pass by, stop nothing', async () => {
  const told = await stage({ files });
  const strict = [{ type: 'required_signatures' }, { type: 'update' }] as const;
  const kept = [
    { type: 'deletion' },
    { type: 'commit_message_pattern', parameters: pattern('contains', 'JIRA', true) },
  ];
  await told.github.setRulesets(told.fullName, [
    { name: 'Kept', include: ['~ALL'], rules: kept },
    { name: 'Main', include: ['~DEFAULT_BRANCH'], rules: strict },
    { name: 'Passed', include: ['~ALL'], rules: strict, bypass: [told.app.botLogin] },
  ]);
  await told.label('troupe:small');
  expect((await told.ended()).status).toBe('succeeded');
});

test('what the base wants of a merge: told where the workflow merges, and every thing at once', async () => {
  const told = await under([{ type: 'required_linear_history' }, { type: 'required_signatures' }], {
    include: ['~DEFAULT_BRANCH'],
  });
  await told.label('troupe:merging');
  expect(await answer(told)).toMatchInlineSnapshot(`
    "\`merging\` was not started, and nothing was spent: 2 things stand against it.

    - A rule of the repository wants a linear history on "main", and the workflow makes a merge commit. Write \`merge_strategy: squash\` or \`rebase\` at the step that merges, or put Troupe's App on its bypass list.
    - A rule of the repository wants signed commits on "main", and those of Troupe are not signed. Write \`merge_strategy: squash\` at the step that merges (GitHub signs that commit), or put Troupe's App on its bypass list.

    Then start it again."
  `);
  await nothingLeft(told);
});

test('protection from before there were rules, by a pattern', async () => {
  const told = await stage({ files });
  told.github.protectBranch(told.fullName, 'troupe/*', { signatures: true });
  told.github.protectBranch(told.fullName, 'main', { signatures: true, locked: true });
  await told.label('troupe:small');
  expect(await answer(told)).toMatch(/wants signed commits on "troupe\/1-/);
  await nothingLeft(told);
});

test('an App without the permissions: each by its name', async () => {
  const told = await stage({
    files,
    world: { permissions: { issues: 'write', contents: 'read', metadata: 'read', checks: 'write' } },
  });
  await told.label('troupe:small');
  expect(await answer(told)).toMatchInlineSnapshot(`
    "\`small\` was not started, and nothing was spent: 2 things stand against it.

    - Cannot push branch troupe/1-the-total-ignores-how-many-of-an-item-ar to playhouse/cart: the permission \`contents: write\` is missing. Grant \`contents: write\` in the App's settings under Permissions, then accept the new permissions on the installation's page.
    - Cannot open a pull request of troupe/1-the-total-ignores-how-many-of-an-item-ar in playhouse/cart: the permission \`pull_requests: write\` is missing. Grant \`pull_requests: write\` in the App's settings under Permissions, then accept the new permissions on the installation's page.

    Then start it again."
  `);
  await nothingLeft(told);
});

test('a locked conversation: nothing is asked where nobody can answer', async () => {
  const told = await stage({ files });
  told.github.lockIssue(told.fullName, told.issue, true);
  await told.label('troupe:merging');
  await told.github.until('the label is off', () =>
    told.repository.issue(told.issue).labels.length === 0 ? true : undefined,
  );
  expect([await told.runs(), told.comments()]).toEqual([[], []]);
});

test('a run that goes on from another one is looked at as the first one was', async () => {
  const told = await stage({ files });
  await told.label('troupe:small');
  expect((await told.ended()).status).toBe('succeeded');
  await told.github.setRulesets(told.fullName, [
    { name: 'Late', include: ['refs/heads/troupe/**'], rules: [{ type: 'required_signatures' }] },
  ]);
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe followup Say it in the readme, too');
  const said = await told.github.until('a refusal', async () =>
    told.comments().find(({ body }) => body.includes('was not started')),
  );
  expect(said.body).toMatch(/wants signed commits on "troupe\/1-/);
  expect(await told.runs()).toHaveLength(1);
});
