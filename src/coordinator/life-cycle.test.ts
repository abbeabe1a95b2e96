// What happens on GitHub to the things a run works with (decision 34), and the label that holds everything.
import { expect, test } from 'vitest';
import type { RunId, Sha } from '../support/index.ts';
import { base, issue, story, wendy } from './testing/story.ts';
import type { Story } from './testing/story.ts';

const rita = { login: 'rita', id: 3, type: 'User' };

async function running(): Promise<{ told: Story; run: RunId }> {
  const told = story();
  const [run] = (await told.comment('/troupe run feature', { commentId: 400 })).runs;
  if (run === undefined) throw new Error('the run of the story did not start');
  told.runs.append(
    run,
    { type: 'run.started', data: {} },
    { type: 'facts.changed', data: { branch: 'troupe/7', baseBranch: 'main', headSha: 'a'.repeat(40) as Sha } }, // 40 hex digits
  );
  told.github.comments.splice(0);
  return { told, run };
}

const posted = ({ runs }: Story) => runs.posted.map(({ run, event }) => [run, event.type]);

test.each([
  ['its branch is deleted', 'delete', { ref: 'troupe/7', ref_type: 'branch' }, 'run.cancel_requested'],
  ['a push deletes its branch', 'push', { ref: 'refs/heads/troupe/7', deleted: true }, 'run.cancel_requested'],
  ['its base is force-pushed', 'push', { ref: 'refs/heads/main', forced: true, commits: [] }, 'signal.received'],
])('%s', async (_what, event, payload, type) => {
  const { told, run } = await running();
  expect(await told.send(event, { ...base(), ...payload }, 'd1')).toMatchObject({ outcome: 'acted' });
  await told.send(event, { ...base(), ...payload }, 'd1');
  expect(posted(told)).toEqual([[run, type]]);
});

test('its branch is there when the event that it was deleted comes: the run goes on', async () => {
  const { told } = await running();
  told.github.heads.set('troupe/7', 'b'.repeat(40));
  const late = await told.send('delete', { ...base(), ref: 'troupe/7', ref_type: 'branch' });
  expect(late).toMatchObject({ outcome: 'ignored' });
  expect(posted(told)).toEqual([]);
});

test.each([
  ['another branch is deleted', 'delete', { ref: 'other', ref_type: 'branch' }],
  ['a tag is deleted', 'delete', { ref: 'troupe/7', ref_type: 'tag' }],
  ['somebody pushes to its base', 'push', { ref: 'refs/heads/main', commits: [] }],
  ['the repository is renamed', 'repository', { action: 'renamed' }],
])('%s: the run goes on', async (_what, event, payload) => {
  const { told } = await running();
  expect(await told.send(event, { ...base(), ...payload })).toMatchObject({ outcome: 'ignored' });
  expect(posted(told)).toEqual([]);
});

test.each([
  ['the App is removed', 'installation', { action: 'deleted', repositories: [{ full_name: 'acme/shop' }] }],
  [
    'the repository is taken from the App',
    'installation_repositories',
    { action: 'removed', repositories_removed: [{ id: 100 }] },
  ],
])('%s: the run ends and nothing is written', async (_what, event, payload) => {
  const { told, run } = await running();
  const before = told.github.writes.length;
  await told.send(event, { installation: { id: 11, account: { login: 'acme' } }, ...payload });
  expect(posted(told)).toEqual([[run, 'run.cancel_requested']]);
  expect(told.github.writes).toHaveLength(before);
});

test('another repository is taken from the App: the run goes on', async () => {
  const { told } = await running();
  await told.send('installation_repositories', {
    installation: { id: 11, account: { login: 'acme' } },
    action: 'removed',
    repositories_removed: [{ id: 101 }],
  });
  expect(posted(told)).toEqual([]);
});

test('troupe:paused holds the runs of the issue, and starts none; taken off, they go on', async () => {
  const { told, run } = await running();
  await told.label('troupe:paused');
  expect((await told.runs.journal.summary(run))?.status).toBe('paused');
  await told.comment('/troupe run hotfix', { commentId: 601 });
  await told.comment('/troupe resume', { commentId: 602 });
  expect(told.said()).toEqual([
    '`hotfix` was not started: the label `troupe:paused` is on. Take it off first.',
    'The label `troupe:paused` is on: take it off, and what it holds goes on.',
  ]);
  told.github.labelsOf.get(7)?.delete('troupe:paused');
  await told.send('issues', { ...base(), action: 'unlabeled', label: { name: 'troupe:paused' }, issue: issue() });
  expect(posted(told)).toEqual([
    [run, 'run.paused'],
    [run, 'run.resumed'],
  ]);
});

test('troupe:paused by somebody who may not: taken off, one line, nothing paused', async () => {
  const { told } = await running();
  await told.label('troupe:paused', { sender: rita });
  expect(posted(told)).toEqual([]);
  expect(told.github.labelsOf.get(7)).toEqual(new Set());
  expect(told.said()[0]).toContain(
    '@rita, the label `troupe:paused` pauses or resumes runs only for somebody with write',
  );
});

test('the label is off again when its event is handled: nothing pauses', async () => {
  const { told } = await running();
  await told.label('troupe:paused', { gone: true, sender: wendy });
  expect(posted(told)).toEqual([]);
});

test('a queued run says what it waits for', async () => {
  const { told, run } = await running();
  await told.comment('/troupe run feature', { commentId: 601 });
  expect(told.said()[0]).toContain(`It is number 1 in line, waits for \`${run}\`.`);
  await told.comment('/troupe status', { commentId: 602 });
  expect(told.said()[1]).toContain(`queued, number 1 in line, waits for \`${run}\``);
});

const pullRequest = {
  number: 12,
  url: 'https://github.example/acme/shop/pull/12',
  draft: true,
  state: 'open',
} as const;

/** Pull request #12 as payloads show it when it is closed. */
function closedPull(run: RunId, merged: boolean): object {
  return {
    ...base(),
    action: 'closed',
    pull_request: {
      ...issue({ author: 'troupe[bot]', issue: { number: 12, body: `<!-- troupe:run=${run} -->` } }),
      html_url: pullRequest.url,
      state: 'closed',
      merged,
      head: { ref: 'troupe/7', sha: 'a'.repeat(40), repo: { id: 100 } },
      base: { ref: 'main', sha: 'c'.repeat(40), repo: { id: 100 } },
    },
  };
}

test('its branch is deleted because its pull request was merged: the run is told that, and is not cancelled', async () => {
  const { told, run } = await running();
  told.runs.append(run, { type: 'facts.changed', data: { pullRequest } });
  told.github.pulls.set(12, { headRepositoryId: 100, merged: true });
  await told.send('delete', { ...base(), ref: 'troupe/7', ref_type: 'branch' });
  await told.send('pull_request', closedPull(run, true));
  expect(posted(told)).toEqual([
    [run, 'facts.changed'],
    [run, 'facts.changed'],
  ]);
  expect(told.runs.posted[0]?.event).toMatchObject({ data: { mergedBy: 'wendy', pullRequest: { state: 'merged' } } });
});

test.each([
  [true, ['facts.changed']],
  [false, ['facts.changed', 'run.cancel_requested']],
])(
  'the pull request of a run that has ended is closed (merged: %s): the run that goes on from it hears it',
  async (merged, events) => {
    const { told, run } = await running();
    told.runs.append(run, { type: 'facts.changed', data: { pullRequest } });
    told.runs.append(run, { type: 'run.finished', data: { status: 'succeeded', reason: '', outputs: {} } });
    const [next] = (await told.comment('/troupe followup Also the tests', { commentId: 700 })).runs;
    expect(next).toBeDefined();
    await told.send('pull_request', closedPull(run, merged));
    expect(posted(told)).toEqual(events.map((type) => [next, type]));
  },
);

test('the issue was closed before the run began, and the event is late: the run goes on', async () => {
  const { told } = await running();
  const closed = (closed_at: string) => ({
    ...base(),
    action: 'closed',
    issue: { ...issue(), state: 'closed', closed_at },
  });
  await told.send('issues', closed('1969-12-31T23:00:00Z'));
  expect(posted(told)).toEqual([]);
  await told.send('issues', closed('1970-01-01T00:00:00Z'));
  expect(posted(told)).toHaveLength(1);
});
