// A persona says that nothing has to be done, or that what comes next is not needed: shown with its reason, and never a way around anything.
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Answers, Story } from '../support/story.ts';

const stage = storyPerTest();

const workflow = `name: Build
steps:
  - { id: look, name: Look, type: persona-request, persona: implementation-planner }
  - { id: implement, name: Implement, type: persona-request, persona: lead-engineer, dependencies: [look] }
  - { id: hints, name: Hints, type: persona-request, persona: code-reviewer, advisory: true, dependencies: [implement] }
  - { id: tell, name: Tell, type: github, action: comment, params: { body: "Reviewed" }, on_failure: continue, dependencies: [implement] }
  - { id: review, name: Review, type: persona-request, persona: code-reviewer, on_failure: continue, dependencies: [implement] }
  - { id: gate, name: Gate, type: gate, require: [review], dependencies: [review] }
  - { id: finish, name: Finish, type: git-operation, operation: open-pull-request, dependencies: [hints, tell, gate] }
`;

async function tell(answers: Answers): Promise<Story> {
  const told = await stage({
    files: { '.github/troupe/workflows/build.yml': workflow, '.github/troupe.yml': 'verify: []\n' },
    answers,
  });
  await told.label('troupe:build');
  return told;
}

const plan = { plan: ['x'], acceptance: ['y'] };

test('already fixed: the run ends with success and the reason, neutral, and closes its empty pull request', async () => {
  const told = await tell({
    look: {
      status: 'pass',
      summary: 'Looked.',
      outputs: plan,
      next: { action: 'already_fixed', reason: 'Fixed last week' },
    },
  });
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded', reason: 'Fixed last week' });
  expect(await told.started(run.id)).not.toContain('implement');
  expect(await told.pull()).toMatchObject({ state: 'closed', merged: false });
  expect((await told.repository.branches()).has(run.facts.branch ?? '')).toBe(false);
  const checks = told.checks(run.facts.headSha ?? '');
  expect(checks.get('troupe / build')).toMatchObject({
    conclusion: 'neutral',
    title: 'Rehearsal: Build has nothing to do: Look ended it early',
    summary: expect.stringContaining('Fixed last week'),
  });
  expect(checks.get('troupe / build / Look')).toMatchObject({ conclusion: 'neutral' });
  expect(checks.get('troupe / build / Implement')).toMatchObject({ conclusion: 'skipped' });
  expect(told.comments()[0]?.body).toMatch(
    /### ➖ Rehearsal: Build has nothing to do: \*\*Look\*\* ended it early\n\nFixed last week/,
  );
});

test('who has changed something cannot end the run: what follows judges it, and the wish is told', async () => {
  const told = await tell({
    implement: {
      status: 'pass',
      summary: 'Done.',
      edits: { 'a.txt': 'a\n' },
      next: { action: 'stop', reason: 'Good enough' },
    },
    review: { status: 'fail', summary: 'No.' },
  });
  const run = await told.ended();
  expect(run.status).toBe('failed');
  expect(run.steps.get('implement' as never)?.result?.warnings?.join()).toContain(
    'lead-engineer would end the run here (Good enough), but it goes on: the branch differs from its base',
  );
  expect(run.steps.get('review' as never)?.result).toMatchObject({ verdict: 'fail' });
});

test('skip: optional steps are left out with the reason; what counts for a verdict or a gate runs all the same', async () => {
  const told = await tell({
    implement: {
      status: 'pass',
      summary: 'Done.',
      edits: { 'a.txt': 'a\n' },
      next: { action: 'skip_next', reason: 'One line only' },
    },
  });
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  const because = '"Implement" says it is not needed: One line only';
  for (const path of ['hints', 'tell'])
    expect(run.steps.get(path as never)).toMatchObject({ status: 'skipped', skipped: { reason: 'persona', because } });
  expect(run.steps.get('review' as never)?.result).toMatchObject({ verdict: 'pass' });
  expect(run.steps.get('implement' as never)?.result?.warnings?.join()).toContain(
    'would leave out "Review", which runs all the same',
  );
  expect(await told.pull()).toMatchObject({ state: 'open', draft: false });
  const check = told.checks(run.facts.headSha ?? '').get('troupe / build / Hints');
  expect(check).toMatchObject({ conclusion: 'skipped', title: expect.stringContaining('One line only') });
});
