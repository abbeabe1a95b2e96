import { describe, expect, test } from 'vitest';
import type { RunId } from '../support/index.ts';
import { base, bot, issue, story, wendy, workflow } from './testing/story.ts';

const closed = (change: object = {}) => ({
  ...base(),
  action: 'closed',
  issue: { ...issue(), state: 'closed', ...change },
});

async function withRun() {
  const world = story();
  const [run] = (await world.label('troupe:feature')).runs;
  if (run === undefined) throw new Error('not started');
  return { ...world, run };
}

describe('an issue is closed', () => {
  test('its runs are cancelled', async () => {
    const { runs, run, send } = await withRun();
    expect(await send('issues', closed())).toMatchObject({ outcome: 'acted', reason: 'closed by wendy' });
    expect(runs.posted).toEqual([
      {
        run,
        event: {
          type: 'run.cancel_requested',
          data: { by: { login: 'wendy', from: 'github', reason: 'closed by wendy' } },
        },
      },
    ]);
  });

  test('nothing is cancelled when the run’s own pull request closed it', async () => {
    const { github, runs, run, send } = await withRun();
    runs.set(run, { status: 'running', pullRequestUrl: 'https://github.example/acme/shop/pull/8' });
    github.pulls.set(8, { headRepositoryId: 100, merged: true });
    expect(await send('issues', closed())).toMatchObject({ outcome: 'ignored' });
    expect(runs.posted).toEqual([]);
  });

  test('runs that are over stay as they are', async () => {
    const { runs, run, send } = await withRun();
    runs.set(run, { status: 'succeeded' });
    expect(await send('issues', closed())).toMatchObject({ outcome: 'ignored', reason: 'no run is going on for it' });
    expect(runs.posted).toEqual([]);
  });
});

describe('a pull request of a run is closed', () => {
  const pull = (run: RunId, change: object) => ({
    ...base(),
    action: 'closed',
    pull_request: {
      ...issue(),
      number: 8,
      html_url: 'https://github.example/acme/shop/pull/8',
      state: 'closed',
      user: bot,
      body: `Closes #7\n\n<!-- troupe:run=${run} pull -->`,
      head: { ref: 'troupe/7-x', sha: 'b'.repeat(40), repo: { id: 100 } },
      base: { ref: 'main', sha: 'c'.repeat(40), repo: { id: 100 } },
      merged: false,
      ...change,
    },
  });

  test('merged: the run is told and goes to its end', async () => {
    const { runs, run, send } = await withRun();
    expect(await send('pull_request', pull(run, { merged: true }))).toMatchObject({ reason: 'merged by wendy' });
    expect(runs.posted.map(({ event }) => event.type)).toEqual(['facts.changed']);
    expect(runs.posted[0]?.event.data).toMatchObject({ pullRequest: { number: 8, state: 'merged' } });
  });

  test('not merged: the run is cancelled', async () => {
    const { runs, run, send } = await withRun();
    await send('pull_request', pull(run, {}));
    expect(runs.posted.map(({ event }) => event.type)).toEqual(['facts.changed', 'run.cancel_requested']);
  });

  test('our mark in somebody else’s pull request is worth nothing', async () => {
    const { runs, run, send } = await withRun();
    await send('pull_request', pull(run, { user: { login: 'mallory', id: 66 } }));
    expect(runs.posted).toEqual([]);
  });
});

describe('events that workflows name', () => {
  const opened = (sender: object = wendy) => ({ ...base(), action: 'opened', sender, issue: issue() });
  const triage = workflow('triage', 'trigger: { events: [issues.opened] }');

  test('an opened issue starts a run', async () => {
    const { github, runs, send } = story();
    github.files.set('.github/troupe/workflows/triage.yml', triage);
    await send('issues', opened());
    await send('issues', opened());
    expect([...runs.specs.values()].map((spec) => spec.workflow.id)).toEqual(['triage']);
    expect(github.writes).toEqual([]);
  });

  test('an issue opened by somebody who may not start runs is met with silence', async () => {
    const { github, runs, send } = story();
    github.files.set('.github/troupe/workflows/triage.yml', triage);
    const result = await send('issues', opened({ login: 'rita', id: 3 }));
    expect(result).toMatchObject({ outcome: 'ignored', reason: 'rita has read permission, write is needed' });
    expect([runs.specs.size, github.writes]).toEqual([0, []]);
  });

  test('a dispatch starts a run without an issue, once, with what it sends as the task', async () => {
    const { github, runs, send } = story();
    const trigger =
      "trigger: { events: [repository_dispatch.nightly], condition: 'event.client_payload.deep === true' }";
    github.files.set('.github/troupe/workflows/nightly.yml', workflow('nightly', trigger));
    const dispatch = (deep: boolean) => ({
      ...base(),
      action: 'nightly',
      sender: wendy,
      client_payload: { title: 'Look at everything', body: 'Slowly.', deep },
    });
    await send('repository_dispatch', dispatch(true), 'd1');
    await send('repository_dispatch', dispatch(true), 'd1');
    await send('repository_dispatch', dispatch(false), 'd2');
    expect(
      [...runs.specs.values()].map(({ workflow: { id }, task }) => [id, task.kind, task.title, task.body]),
    ).toEqual([['nightly', 'none', 'Look at everything', 'Slowly.']]);
    expect(github.writes).toEqual([]);
  });

  test('an assignee starts a run', async () => {
    const { github, runs, send } = story();
    github.files.set('.github/troupe/workflows/triage.yml', workflow('triage', 'trigger: { assignees: [helper] }'));
    await send('issues', { ...base(), action: 'assigned', issue: issue(), assignee: { login: 'Helper', id: 8 } });
    expect(runs.specs.size).toBe(1);
  });
});

describe('labels of the commands', () => {
  const installed = {
    action: 'created',
    installation: { id: 11, account: { login: 'acme' } },
    repositories: [{ full_name: 'acme/shop' }, { full_name: 'other/thing' }],
    sender: wendy,
  };

  test('an installation gets one label per workflow, with its description', async () => {
    const { github, send } = story();
    github.files.set('.github/troupe/workflows/triage.yml', workflow('triage'));
    expect(await send('installation', installed)).toMatchObject({ outcome: 'acted', reason: '3 labels are there' });
    expect([...github.labels]).toEqual([
      ['troupe:triage', 'Troupe: What triage does'],
      ['troupe:feature', 'Troupe: What feature does'],
      ['troupe:hotfix', 'Troupe: What hotfix does'],
    ]);
  });

  test('an archived repository gets none', async () => {
    const { github, send } = story();
    github.archived = true;
    expect(await send('installation', installed)).toMatchObject({ outcome: 'ignored' });
    expect(github.writes).toEqual([]);
  });

  test('a push to the default branch that changes workflows brings the labels up to date', async () => {
    const { github, send } = story();
    const push = (ref: string, path: string) => ({
      ...base(),
      ref,
      commits: [{ added: [path], modified: [], removed: [] }],
    });
    await send('push', push('refs/heads/main', 'src/x.ts'));
    await send('push', push('refs/heads/work', '.github/troupe/workflows/x.yml'));
    expect(github.writes).toEqual([]);
    await send('push', push('refs/heads/main', '.github/troupe/workflows/x.yml'));
    expect([...github.labels.keys()]).toEqual(['troupe:feature', 'troupe:hotfix']);
  });
});

describe('payloads that are not what they should be', () => {
  test.each([
    ['null', null],
    ['a list', []],
    ['a number', 7],
    ['nothing in it', {}],
    ['no installation', { ...base(), installation: undefined, action: 'labeled' }],
    ['a label that is a list', { ...base(), action: 'labeled', label: [], issue: issue() }],
    ['an issue without a number', { ...base(), action: 'labeled', label: { name: 'x' }, issue: {} }],
    [
      'a comment without an author',
      { ...base(), action: 'created', issue: issue(), comment: { id: 1, body: '/troupe run feature', user: null } },
    ],
  ])('%s is ignored', async (_what, payload) => {
    const { github, runs, coordinator } = story();
    for (const event of ['issues', 'issue_comment', 'installation', 'pull_request', 'whatever'])
      expect(await coordinator.handle({ id: '1', event, payload })).toMatchObject({ outcome: 'ignored' });
    expect([runs.specs.size, github.writes]).toEqual([0, []]);
  });

  test('a ping and a button of a check are ignored with a reason', async () => {
    const { send } = story();
    expect(await send('ping', { zen: 'x', hook_id: 1 })).toMatchObject({ outcome: 'ignored' });
    expect(await send('check_run', { ...base(), action: 'requested_action', check_run: {} })).toMatchObject({
      reason: 'the check is not of a run of this Troupe',
    });
  });
});

test('every handled event is logged with its reasons', async () => {
  const { logged, label } = story();
  await label('troupe:feature');
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('"outcome":"started"');
  expect(logged[0]).toContain('matches by name');
});
