// A step that asks for `rollback` and is not judged a pass leaves the branch as it was, and people are told (real git over HTTP).
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const workflow = `name: Build
steps:
  - { id: plan, name: Plan, type: persona-request, persona: lead-engineer, expect: [changes] }
  - id: implement
    name: Implement
    type: persona-request
    persona: lead-engineer
    dependencies: [plan]
    rollback: true
    verify: [[sh, -c, "test ! -e src/extra.js"]]
`;

test('a red verify: the commit is off the branch, the work before it stays, comment and check say so', async () => {
  const told = await stage({
    files: { '.github/troupe/workflows/build.yml': workflow, '.github/troupe.yml': 'verify: []\n' },
    answers: {
      plan: { status: 'pass', summary: 'A plan.', edits: { 'docs/plan.md': 'Add.\n' } },
      implement: { status: 'pass', summary: 'Added.', edits: { 'src/extra.js': 'export {};\n' } },
    },
  });
  await told.label('troupe:build');
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'failed', reason: expect.stringContaining('it exited with 1') });
  const pull = await told.pull();
  const branch = run.facts.branch ?? '';
  expect(pull).toMatchObject({ state: 'open', draft: true, headSha: run.facts.headSha });
  expect(await told.repository.file(branch, 'docs/plan.md')).toBe('Add.\n');
  expect(await told.repository.file(branch, 'src/extra.js')).toBeUndefined();
  const sentence = `Rolled back: \`${branch}\` is at ${pull?.headSha.slice(0, 7)} again, as before the step.`;
  expect(told.comments()[0]?.body).toContain(sentence);
  const check = told.checks(pull?.headSha ?? '').get('troupe / build / Implement');
  expect(check).toMatchObject({ conclusion: 'failure', summary: expect.stringContaining(sentence) });
});
