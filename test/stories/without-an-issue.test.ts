// Runs that no issue is about (decision 40): pull request and checks where they write, a check on the head where they only read, one issue when they fail.
import { expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { RunState } from '../../src/engine/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story, StoryOptions } from '../support/story.ts';
import { eventually } from '../support/patience.ts';

const stage = storyPerTest();

const onPush = (rest: string): string => `name: Nightly
trigger: { events: [push], condition: "event.branch === 'main'" }
${rest}`;
const writing = onPush(`steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [implement] }
`);
const reading = onPush(`branch: false
steps:
  - { id: look, name: Look, type: persona-request, persona: code-reviewer }
`);

async function tell(workflow: string, options: StoryOptions = {}): Promise<Story> {
  const story = await stage({
    ...options,
    files: { '.github/troupe/workflows/nightly.yml': workflow, '.github/troupe.yml': '' },
  });
  return story;
}

async function push(told: Story, by = 'maintainer', branch = 'main'): Promise<string> {
  const files = { 'CHANGES.md': `${Math.random()}\n` };
  return told.github.as(by).pushCommit(told.fullName, branch, { message: 'Change', files });
}

/** The newest of so many runs, when it has ended and GitHub shows it. */
async function endedRun(told: Story, count: number): Promise<RunState> {
  const id = await eventually(async () => {
    const runs = (await told.runs()).filter(({ status }) => isRunOver(status));
    expect(runs).toHaveLength(count);
    return runs[0]?.id;
  });
  if (id === undefined) throw new Error('no run has ended');
  await told.bot().views.flush(id);
  await told.github.settled();
  return told.state(id);
}

test('a push starts a run that writes: a pull request with its checks, and no comment anywhere', async () => {
  const told = await tell(writing);
  await push(told);
  const run = await endedRun(told, 1);
  expect(run).toMatchObject({ status: 'succeeded', spec: { task: { kind: 'none', title: 'Push to main' } } });
  const pull = await told.pull();
  expect(pull).toMatchObject({ state: 'open', draft: false });
  expect(pull?.body).toContain(run.id);
  expect(pull?.body).not.toContain('Closes');
  expect([...told.checks(pull?.headSha ?? '').keys()]).toContain('troupe / nightly');
  expect(told.repository.comments()).toEqual([]);
});

test('one that only reads shows its check on the head of the default branch', async () => {
  const told = await tell(reading);
  const head = await push(told);
  expect(await endedRun(told, 1)).toMatchObject({ status: 'succeeded' });
  expect([...told.checks(head)].map(([name, { conclusion }]) => [name, conclusion])).toEqual([
    ['troupe / nightly', 'success'],
    ['troupe / nightly / Look', 'success'],
  ]);
  expect(told.repository.issues()).toHaveLength(1);
});

test('failures are told in one issue; closed by a person it stays so, and the next failure opens another', async () => {
  const told = await tell(reading, { answers: { 'code-reviewer': { status: 'fail', summary: 'It is wrong.' } } });
  await push(told);
  const first = await endedRun(told, 1);
  expect(first.status).toBe('failed');
  const told1 = told.repository.issues().filter(({ title }) => title === 'Troupe: Nightly failed');
  expect(told1).toMatchObject([{ state: 'open', author: told.app.botLogin }]);
  const number = told1[0]?.number ?? 0;
  expect(told.repository.issue(number).body).toContain('It is wrong.');
  await push(told);
  const second = await endedRun(told, 2);
  expect(told.repository.comments(number).map(({ body }) => body.split('\n')[0])).toEqual([
    `<!-- troupe:run=${second.id} -->`,
  ]);
  await told.github.as('maintainer').closeIssue(told.fullName, number);
  await push(told);
  await endedRun(told, 3);
  const all = told.repository.issues().filter(({ title }) => title === 'Troupe: Nightly failed');
  expect(all.map(({ state }) => state).toSorted()).toEqual(['closed', 'open']);
});

test('who may not start runs starts none by pushing, and a push elsewhere starts none', async () => {
  const told = await tell(reading, {
    serverFile: { permissions: { trigger: 'maintain', control: 'write', approve: 'write', bots: [] } },
  });
  await push(told, 'maintainer', 'other');
  await push(told, 'writer');
  await eventually(async () => {
    const entries = await told.bot().store.inbox.list('ignored', 100);
    const notes = entries.filter(({ event }) => event === 'push').map(({ lastError }) => lastError?.split('\n')[0]);
    const refused = await told.bot().store.inbox.list('done', 100);
    const more = refused.filter(({ event }) => event === 'push').map(({ lastError }) => lastError?.split('\n')[0]);
    expect(new Set([...notes, ...more])).toEqual(
      new Set(['no workflow answers to it', 'writer has write permission, maintain is needed']),
    );
  });
  expect(await told.runs()).toEqual([]);
});
