// Stories of a run's branch and pull request, from prepare to settle, with the real engine on a real remote.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeGitWorld, plainGit } from '../../../test/support/git-world.ts';
import type { GitWorld } from '../../../test/support/git-world.ts';
import { engineer, makeStage, run, stagedSpec } from '../../../test/support/git-steps.ts';
import type { Stage } from '../../../test/support/git-steps.ts';
import { playOn, playRun, setUpRun, stateOf, statuses } from '../../../test/support/play-run.ts';
import { git, persona } from '../../../test/support/run-builder.ts';
import { TroupeError } from '../../support/index.ts';

const branch = 'troupe/7-fix-it';
const finish = git('finish', ['code'], { operation: 'open-pull-request' });

let world: GitWorld;
beforeEach(() => {
  world = makeGitWorld({ 'README.md': '# Widgets\n', 'src/sum.js': 'a - b\n' });
});
afterEach(() => world.remove());

function stage(
  work: Parameters<typeof makeStage>[1] = { code: { files: { 'src/sum.js': 'a + b\n' } } },
): Promise<Stage> {
  return makeStage(world, work);
}
function log(): string[] {
  return world.git('log', '--reverse', '--format=%s', `main..${branch}`).split('\n');
}

test('the branch begins with one empty commit and a draft, and ends ready for review without the trailer that keeps CI away', async () => {
  const { executor, github } = await stage();
  const state = await playRun(stagedSpec([engineer(), finish]), executor);
  expect(state.status).toBe('succeeded');
  expect(github.writes).toEqual(['open draft Fix it', 'ready #1', 'review #1 ada']);
  expect(github.pulls).toMatchObject([{ headRef: branch, baseRef: 'main', draft: false, state: 'open' }]);
  expect(log()).toEqual(['Start work on #7: Fix it', 'code']);
  expect(world.git('log', '-1', '--format=%B', `${branch}~1`)).toMatchInlineSnapshot(`
    "Start work on #7: Fix it


    Troupe-Run: rabcdefghijklmno
    Co-authored-by: ada <1+ada@users.noreply.github.com>
    skip-checks: true"
  `);
  expect(world.git('log', '-1', '--format=%(trailers:only=true)', branch)).toBe(`Troupe-Run: ${run}`);
  expect(state.facts).toMatchObject({ branch, headSha: world.head(branch), pullRequest: { number: 1, draft: false } });
  expect(state.facts.headTree).toBe(world.git('rev-parse', `${branch}^{tree}`));
});

test('without a step that opens the pull request, it is made ready at success', async () => {
  const { executor, github } = await stage();
  const state = await playRun(stagedSpec([engineer()]), executor);
  expect(state.status).toBe('succeeded');
  expect(github.pulls).toMatchObject([{ draft: false }]);
  expect(state.steps.get('settle' as never)?.result?.summary).toBe('Pull request #1 is ready for review');
});

test('a run that changes nothing closes its pull request, deletes its branch and says why', async () => {
  const { executor, github } = await stage({ code: { result: { noop: 'it is fixed already.' } } });
  const state = await playRun(stagedSpec([engineer()]), executor);
  expect(world.head(branch)).toBeUndefined();
  expect(github.pulls).toMatchObject([{ state: 'closed' }]);
  expect(state.facts.pullRequest?.state).toBe('closed');
  expect(state.steps.get('settle' as never)?.result?.summary).toBe(
    'Nothing to deliver: it is fixed already. Pull request closed, branch deleted.',
  );
});

test('opening a pull request for nothing fails the run and is never green', async () => {
  const { executor, github } = await stage({ code: {} });
  const state = await playRun(stagedSpec([engineer(), finish]), executor);
  expect(state.status).toBe('failed');
  expect(state.steps.get('finish' as never)?.error).toMatchObject({ code: 'step/nothing-delivered' });
  expect(github.pulls).toMatchObject([{ state: 'closed' }]);
});

test('a run that failed with commits leaves a draft, its CI still waiting', async () => {
  const { executor, github } = await stage({
    code: { files: { 'src/sum.js': 'a * b\n' } },
    review: { result: { verdict: 'fail' } },
  });
  const review = persona('review', ['code']);
  const state = await playRun(stagedSpec([engineer(), review]), executor);
  expect(state.status).toBe('failed');
  expect(github.pulls).toMatchObject([{ state: 'open', draft: true }]);
  expect(world.git('log', '-1', '--format=%B', branch)).toContain('skip-checks: true');
});

test('the branch of an earlier run is left alone: the new one gets a number', async () => {
  const theirs = world.commit(branch, { 'other.txt': 'x' });
  const { executor } = await stage();
  const state = await playRun(stagedSpec([engineer()]), executor);
  expect(state.facts.branch).toBe(`${branch}-2`);
  expect(world.head(branch)).toBe(theirs);
  expect(state.steps.get('prepare' as never)?.result?.summary).toContain(
    `The branch \`${branch}\` of an earlier run exists and is left as it is.`,
  );
});

test('people’s words in the branch template become a valid name', async () => {
  const { executor } = await stage();
  const task = { kind: 'issue', number: 7, title: '$(id); `rm`', body: '', labels: [], slug: 'x', fields: {} } as const;
  const state = await playRun(
    stagedSpec([engineer()], { task }, { branch: { name: '--{{task.title}}/{{task.number}}' } }),
    executor,
  );
  expect(state.facts.branch).toBe('id-rm/7');
  expect(world.head('id-rm/7')).toBeDefined();
});

test('where drafts are not available the pull request opens with the work', async () => {
  const { executor, github } = await stage();
  github.fail('open draft', new TroupeError('github/drafts-unavailable', 'no drafts'), 'before');
  const state = await playRun(stagedSpec([engineer(), finish]), executor);
  expect(github.writes).toEqual(['open WIP: Fix it', 'review #1 ada']);
  expect(github.pulls).toMatchObject([{ title: 'WIP: Fix it', draft: false }]);
  expect(state.status).toBe('succeeded');
});

test.each([
  ['without a step that opens it', [engineer()]],
  ['with a step that opens it', [engineer(), finish]],
])(
  'where Troupe may not open pull requests the branch is pushed and the run ends degraded: %s',
  async (_how, steps) => {
    const { executor, github } = await stage();
    github.fail(
      'open',
      new TroupeError('github/setting', 'forbidden', { class: 'auth', hint: 'Allow it.' }),
      'before',
      9,
    );
    const state = await playRun(stagedSpec([...steps]), executor);
    expect(github.pulls).toEqual([]);
    expect(log()).toEqual(['Start work on #7: Fix it', 'code']);
    expect(state.steps.get('prepare' as never)?.result?.warnings?.[0]).toContain(
      'does not let Troupe open pull requests',
    );
    expect(state.facts.pullRequest).toBeUndefined();
    expect([state.status, state.reason]).toEqual(['degraded', 'Branch pushed, but no pull request. Allow it']);
  },
);

test('a pull request that was refused at the start is opened at the end, once it may be', async () => {
  const { executor, github } = await stage();
  github.fail(
    'open',
    new TroupeError('github/setting', 'forbidden', { class: 'auth', hint: 'Allow it.' }),
    'before',
    1,
  );
  const state = await playRun(stagedSpec([engineer()]), executor);
  expect(state.status).toBe('succeeded');
  expect(github.pulls).toMatchObject([{ headRef: branch, draft: false, state: 'open' }]);
});

test('a lost answer never opens a second pull request', async () => {
  const { executor, github } = await stage();
  github.fail('open', new TroupeError('github/unclear', 'lost', { class: 'transient' }), 'after');
  const state = await playRun(stagedSpec([engineer(), finish]), executor);
  expect(state.status).toBe('succeeded');
  expect(github.pulls.length).toBe(1);
});

test('a task that is a pull request works on its branch and never closes, rewords or deletes it', async () => {
  const head = world.commit('topic', { 'b.txt': 'b' }, 'Ada’s work');
  const { executor, workplace, github } = await stage({});
  await workplace.repository.fetch();
  workplace.pullRequest = {
    ...(await github.api.createPullRequest({
      title: 'T',
      body: '',
      run: 'rabcdefghijklmno' as never,
      since: 0,
      head: 'topic' as never,
      base: 'main',
      draft: false,
    })),
  };
  const task = { kind: 'pull_request', number: 1, title: 'T', body: '', labels: [], slug: 't', fields: {} } as const;
  const state = await playRun(stagedSpec([engineer()], { task }), executor);
  expect(state.facts).toMatchObject({ branch: 'topic', headSha: head, baseSha: world.first });
  expect(world.head('topic')).toBe(head);
  expect(github.writes).toEqual(['open T']);
  expect(state.steps.get('settle' as never)?.result?.summary).toContain('another person');
});

test('a pull request from a fork is read-only at its head', async () => {
  const fork = world.commit('fork-topic', { 'b.txt': 'b' });
  world.git('update-ref', 'refs/pull/1/head', fork);
  world.git('update-ref', '-d', 'refs/heads/fork-topic');
  const { executor, workplace } = await stage({});
  workplace.pullRequest = {
    number: 1,
    nodeId: 'PR_1',
    url: 'https://github.test/1',
    title: 'T',
    body: '',
    state: 'open',
    merged: false,
    draft: false,
    headRef: 'main',
    headSha: fork,
    headRepositoryId: 99,
    baseRef: 'main',
    author: 'eve',
    ours: false,
  };
  const task = { kind: 'pull_request', number: 1, title: 'T', body: '', labels: [], slug: 't', fields: {} } as const;
  const state = await playRun(stagedSpec([engineer()], { task }), executor);
  expect(state.facts.branch).toBeUndefined();
  expect(state.facts).toMatchObject({ headSha: fork, baseSha: world.first });
});

test('a local working copy gets its branch and no pull request', async () => {
  const copy = `${world.dir}/copy`;
  plainGit(world.dir, 'clone', '--quiet', world.remote, copy);
  const { executor, github } = await makeStage(
    { ...world, remote: copy },
    { code: { files: { 'src/sum.js': 'a + b\n' } } },
    { isLocal: true },
  );
  const state = await playRun(stagedSpec([engineer(), finish]), executor);
  expect(state.status).toBe('succeeded');
  expect(plainGit(copy, 'show', `${branch}:src/sum.js`)).toBe('a + b');
  expect(plainGit(copy, 'status', '--porcelain')).toBe('');
  expect(github.writes).toEqual([]);
});

test('while the task is paused nothing is pushed', async () => {
  const place = await stage();
  place.paused = true;
  const play = await setUpRun(stagedSpec([engineer()]), place.executor);
  let looks = 0;
  place.services.isPaused = async () => (looks += 1) < 3;
  const state = await playOn(play);
  expect(state.status).toBe('succeeded');
  expect(looks).toBeGreaterThan(2);
});

test('killed before any of its journal writes, the run ends with one branch, one pull request and the same commits', async () => {
  const whole = await stage();
  const reference = await setUpRun(stagedSpec([engineer(), finish]), whole.executor);
  await playOn(reference);
  const writes = reference.journal.writes();
  expect(writes).toBeGreaterThan(12);
  for (let at = 1; at <= writes; at += 3) {
    world.remove();
    world = makeGitWorld({ 'README.md': '# Widgets\n', 'src/sum.js': 'a - b\n' });
    const { executor, github } = await stage();
    let isDead = false;
    const play = await setUpRun(stagedSpec([engineer(), finish]), executor, {
      beforeWrite(n) {
        if (n === at) isDead = true;
        if (isDead) throw new Error('killed');
      },
    });
    await playOn(play).catch(() => undefined);
    play.journal.crash();
    isDead = false;
    // the write number goes on counting, so the kill does not come again
    const state = await playOn(play);
    expect([at, state.status]).toEqual([at, 'succeeded']);
    expect(github.pulls).toMatchObject([{ headRef: branch, draft: false, state: 'open' }]);
    expect(log()).toEqual(['Start work on #7: Fix it', 'code']);
    expect(world.git('for-each-ref', '--format=%(refname)', 'refs/heads').split('\n')).toEqual([
      'refs/heads/main',
      `refs/heads/${branch}`,
    ]);
    expect(statuses(stateOf(play))).toMatchObject({ prepare: 'succeeded', code: 'succeeded', finish: 'succeeded' });
  }
});
