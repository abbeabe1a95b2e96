// Jobs that start nothing: each says on its page what happened, why, and what would start something. Labels that name nothing are answered where they were put on.
import { expect, test } from 'vitest';
import { rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: false });

/** A job for a label that somebody puts on the issue. */
async function labelled(there: Stage, name: string, more: Partial<Parameters<Stage['job']>[0]> = {}) {
  await there.github.as(more.actor ?? 'writer').label(there.fullName, there.issue, name);
  return there.job({
    event: 'issues',
    payload: await there.payload('issues', 'labeled'),
    with: rehearse,
    ...more,
  });
}

const unknown = 'There is no workflow `smal` here. Did you mean `small`? Known: `look`, `small`, ';

test.each([
  ['a slip', 'troupe:smal', unknown],
  ['a slip in capitals', 'Troupe:SMAL', unknown],
  ['one that is nowhere near', 'troupe:something-else', 'There is no workflow `something-else` here. Known: `look`, '],
  [
    'one that is switched off',
    'troupe:hotfix',
    'The workflow `hotfix` is switched off here: take it out of `workflows: { disable: […] }` in `.github/troupe.yml` on the default branch, or start another one.',
  ],
])('a label with %s is answered on the issue, once, and taken off', async (_, name, sentence) => {
  const there = await set({ files: { '.github/troupe.yml': 'workflows: { disable: [hotfix] }\n' } });
  const job = await labelled(there, name);
  const again = await there.job({
    event: 'issues',
    payload: await there.payload('issues', 'labeled'),
    with: rehearse,
    attempt: 2,
  });
  expect([job.exitCode, job.outputs['conclusion'], again.exitCode]).toEqual([1, 'failed', 1]);
  const said = there.repository.comments(there.issue).map(({ body }) => body);
  expect(said).toEqual([expect.stringContaining(sentence)]);
  expect(there.repository.issue(there.issue).labels).toEqual([]);
  expect(job.annotations.map(({ level, message }) => [level, message])).toEqual([
    ['error', expect.stringContaining(sentence)],
  ]);
  expect(job.summary).toContain('### ❌ Nothing was started');
  expect(job.summary.split(sentence)).toHaveLength(2);
});

test('in another spelling of its name a label starts its workflow', async () => {
  const there = await set();
  const job = await labelled(there, 'Troupe:Look');
  expect(job.outputs['conclusion']).toBe('succeeded');
});

test('a mistyped label of somebody who may not start a run is not answered', async () => {
  const there = await set();
  const job = await labelled(there, 'troupe:smal', { actor: 'triager' });
  expect([job.exitCode, there.repository.comments(there.issue)]).toEqual([1, []]);
});

test('a mark of Troupe’s own starts nothing, and nobody is told that it is unknown', async () => {
  const there = await set();
  const job = await labelled(there, 'troupe:paused');
  expect([job.exitCode, job.outputs['conclusion'], job.annotations]).toEqual([0, 'skipped', []]);
  expect(job.summary).toContain(
    '### ➖ Nothing was started\n\nThe label troupe:paused is one of Troupe’s own marks and starts nothing.',
  );
});

/** What stands in every summary of a job that started nothing. */
function expectNothing(
  summary: string,
  { event, why, actor = 'writer' }: { event: string; why: string; actor?: string },
) {
  expect(summary).toContain(' Nothing was started\n');
  expect(summary).toContain(`The job was started by the event \`${event}\`, caused by ${actor}.`);
  expect(summary).toContain('What starts a run:\n- the label `troupe:<workflow>`');
  expect(summary.split(why)).toHaveLength(2);
}

test('a comment without a command', async () => {
  const there = await set();
  await there.github.as('writer').comment(there.fullName, there.issue, 'What a nice day');
  const payload = await there.payload('issue_comment');
  const job = await there.job({ event: 'issue_comment', payload, with: rehearse });
  expectNothing(job.summary, {
    event: 'issue_comment',
    why: 'The comment holds no `/troupe` command, and no workflow answers to it.',
  });
});

test('a label that no workflow answers to: each workflow and why', async () => {
  const there = await set();
  const job = await labelled(there, 'question');
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([0, 'skipped']);
  expectNothing(job.summary, { event: 'issues', why: 'No workflow answers to it.' });
  expect(job.summary).toContain('The workflows here, and why none of them answers:\n- `look`: ');
});

test('a mistake in the inputs, and an event that names nothing', async () => {
  const there = await set();
  const mistaken = await there.job({ event: 'push', payload: {}, with: { ...rehearse, checks: 'perhaps' } });
  expect([mistaken.exitCode, mistaken.outputs['conclusion']]).toEqual([1, 'failed']);
  expectNothing(mistaken.summary, { event: 'push', why: 'The input `checks` needs true or false, not "perhaps".' });
  expect(mistaken.summary).toContain('docs/action.md describes every input.');
  const nothing = await there.job({ event: 'workflow_dispatch', payload: {}, with: rehearse });
  expectNothing(nothing.summary, { event: 'workflow_dispatch', why: 'No workflow answers to it.' });
});

test('somebody who may not: the comment is not answered, the summary tells', async () => {
  const there = await set();
  await there.github.as('reader').comment(there.fullName, there.issue, '/troupe run small');
  const payload = await there.payload('issue_comment');
  const job = await there.job({ event: 'issue_comment', payload, actor: 'reader', with: rehearse });
  expect(job.exitCode).toBe(1);
  expectNothing(job.summary, { event: 'issue_comment', why: 'reader has read permission', actor: 'reader' });
});

test('a dry run says in its summary what would run, and that nothing was started', async () => {
  const there = await set();
  const given = { ...rehearse, workflow: 'small', 'issue-number': `${there.issue}`, 'dry-run': 'true' };
  const job = await there.job({ event: 'workflow_dispatch', payload: {}, with: given });
  expect(job.summary).toMatch(
    /^### This is what `small` would do\. Nothing was started or written\.\n[\s\S]*\| Fix \| persona-request \| lead-engineer \|/,
  );
});

test('a pull request of a fork that a workflow with a branch would answer to', async () => {
  const there = await set();
  const fork = await there.github.as('reader').fork(there.fullName);
  const change = { from: 'main', message: 'Change', files: { 'a.txt': 'a\n' } };
  await there.github.as('reader').pushCommit(fork, 'topic', change);
  await there.github
    .as('reader')
    .openPullRequest(there.fullName, { head: `${fork.split('/')[0]}:topic`, title: 'From afar' });
  const payload = await there.payload('pull_request', 'opened');
  const token = await there.token({ contents: 'read', metadata: 'read', pull_requests: 'read', issues: 'read' });
  const given = { ...rehearse, workflow: 'small' };
  const job = await there.job({ event: 'pull_request', payload, token, actor: 'reader', with: given });
  expect(job.exitCode).toBe(1);
  expectNothing(job.summary, {
    event: 'pull_request',
    why: '`small` was not started: this pull request comes from a fork, where only workflows with `branch: false` may run.',
    actor: 'reader',
  });
});
