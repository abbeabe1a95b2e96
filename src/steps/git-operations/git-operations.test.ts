// Stories of single git operations: what they do to the branch, and when merges are refused.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeGitWorld } from '../../../test/support/git-world.ts';
import type { GitWorld } from '../../../test/support/git-world.ts';
import { engineer, makeStage, stagedSpec } from '../../../test/support/git-steps.ts';
import type { Work } from '../../../test/support/git-steps.ts';
import type { FakePulls } from '../../../test/support/fake-pulls.ts';
import { playOn, playRun, setUpRun } from '../../../test/support/play-run.ts';
import type { Play } from '../../../test/support/play-run.ts';
import { git, persona } from '../../../test/support/run-builder.ts';
import { doesGit } from '../../definition/index.ts';
import type { GitStep } from '../../definition/index.ts';
import type { RunState, Step, StepExecutor, StepState } from '../../engine/index.ts';
import type { JsonObject, StepPath } from '../../support/index.ts';

const branch = 'troupe/7-fix-it';
const code: Work = { files: { 'src/sum.js': 'a + b\n' } };

let world: GitWorld;
beforeEach(() => {
  world = makeGitWorld({ 'README.md': '# Widgets\n', 'src/sum.js': 'a - b\n' });
});
afterEach(() => world.remove());

function op(operation: GitStep['operation'], config: JsonObject = {}, more: Partial<GitStep> = {}): GitStep {
  // git() makes a git step
  return git('op', ['code'], { operation, config, ...more }) as GitStep;
}
function stepOf(state: RunState, path: string): StepState | undefined {
  return state.steps.get(path as StepPath); // ids are paths outside loops
}
const allowed = {
  settings: {
    defaultProvider: 'x',
    variables: {},
    environments: {},
    protectedPaths: [],
    budget: {},
    allowAutoMerge: true,
  },
};

test('diff and status tell what the branch changes', async () => {
  const { executor } = await makeStage(world, { code });
  const state = await playRun(
    stagedSpec([engineer(), op('diff'), git('state', ['op'], { operation: 'status' })]),
    executor,
  );
  expect(stepOf(state, 'op')?.result).toMatchObject({
    outputs: { files: ['src/sum.js'], added: 1, removed: 1, truncated: false },
    summary: '1 file changed, +1 −1',
  });
  expect(stepOf(state, 'state')?.result?.outputs).toMatchObject({ branch, ahead: 2, behind: 0, published: true });
});

test('diff hands over two hundred kilobytes of patch, and says when there is more', async () => {
  const row = `${'x'.repeat(99)}\n`;
  const { executor } = await makeStage(world, {
    code: { files: { 'much.txt': row.repeat(1_500) } },
    more: { files: { 'more.txt': row.repeat(1_500) } },
  });
  const diff = git('op', ['code'], { operation: 'diff', config: {} });
  const whole = git('whole', ['more'], { operation: 'diff', config: {} });
  const answered = new Map<string, JsonObject>();
  // a journal in memory takes no large values: they are looked at on their way
  const light: StepExecutor = {
    async execute(context) {
      const outcome = await executor.execute(context);
      if (!doesGit(context.step) || outcome.kind !== 'succeeded') return outcome;
      answered.set(context.path, outcome.result.outputs);
      return { kind: 'succeeded', result: { outputs: {} } };
    },
  };
  await playRun(stagedSpec([engineer(), diff, engineer('more', ['op']), whole]), light);
  expect(answered.get('op')).toMatchObject({ truncated: false, added: 1_500 });
  const { truncated, patch, files } = answered.get('whole') ?? {};
  expect([truncated, files]).toEqual([true, ['more.txt', 'much.txt']]);
  const bytes = Buffer.byteLength(typeof patch === 'string' ? patch : '');
  expect(bytes > 190 * 1024 && bytes <= 200 * 1024).toBe(true);
});

test('verify-diff fails on nothing and on files outside the expected paths', async () => {
  const { executor } = await makeStage(world, { code });
  const state = await playRun(stagedSpec([engineer(), op('verify-diff', { paths: ['docs/**'] })]), executor);
  expect(stepOf(state, 'op')?.error).toMatchObject({
    code: 'step/unexpected-files',
    message: 'Files outside the expected paths changed: src/sum.js',
  });
  world.remove();
  world = makeGitWorld();
  const empty = await makeStage(world, {});
  const nothing = await playRun(stagedSpec([engineer(), op('verify-diff')]), empty.executor);
  expect(stepOf(nothing, 'op')?.error?.code).toBe('step/nothing-delivered');
});

test.each(['merge', 'rebase'] as const)('sync with %s brings the newest base into the branch', async (strategy) => {
  const { executor } = await makeStage(world, { code });
  const stepped = {
    execute: async (context: Parameters<typeof executor.execute>[0]) => {
      if (context.path === 'op') world.commit('main', { 'new.txt': 'new' }, 'Base moves');
      return executor.execute(context);
    },
  };
  const state = await playRun(stagedSpec([engineer(), op('sync', { strategy })]), stepped);
  expect(state.status).toBe('succeeded');
  expect(world.git('ls-tree', '-r', '--name-only', branch).split('\n')).toContain('new.txt');
  expect(world.git('rev-list', '--count', '--merges', branch)).toBe(strategy === 'merge' ? '1' : '0');
});

test('a conflict with the base names the files and takes no side', async () => {
  const { executor } = await makeStage(world, { code });
  const stepped = {
    execute: async (context: Parameters<typeof executor.execute>[0]) => {
      if (context.path === 'op') world.commit('main', { 'src/sum.js': 'sum(a, b)\n' });
      return executor.execute(context);
    },
  };
  const state = await playRun(stagedSpec([engineer(), op('merge')]), stepped);
  expect(state.status).toBe('failed');
  expect(stepOf(state, 'op')?.error).toMatchObject({
    code: 'git/conflict',
    message: `Cannot merge "main" into "${branch}": conflict in src/sum.js`,
  });
  expect(world.git('show', `${branch}:src/sum.js`)).toBe('a + b');
});

test('squash, reset, tag and cleanup work on the run’s own branch', async () => {
  const { executor } = await makeStage(world, { code });
  const state = await playRun(
    stagedSpec([
      engineer(),
      op('squash', { message: 'All of it' }),
      git('tag', ['op'], { operation: 'tag', config: { title: 'v1.0.0' } }),
      git('reset', ['tag'], { operation: 'reset' }),
      git('clean', ['reset'], { operation: 'cleanup-branch' }),
    ]),
    executor,
  );
  expect([...state.steps.values()].filter(({ status }) => status === 'failed')).toEqual([]);
  expect(world.git('log', '-1', '--format=%s %P', 'v1.0.0^{commit}')).toBe(`All of it ${world.first}`);
  expect(world.head(branch)).toBeUndefined();
});

test('revert takes a commit of the branch back', async () => {
  const { executor } = await makeStage(world, { code, more: { files: { 'extra.txt': 'x' } } });
  const more = persona('more', ['code']);
  const revert = op('revert', { base: '{{steps.more.sha}}' }, { dependencies: ['more'] });
  const state = await playRun(stagedSpec([engineer(), more, revert]), executor);
  expect(stepOf(state, 'op')?.result?.summary).toMatch(/^Reverted /);
  expect(world.git('ls-tree', '-r', '--name-only', branch).split('\n')).toEqual(['README.md', 'src/sum.js']);
  expect(world.git('show', `${branch}:src/sum.js`)).toBe('a + b');
});

test('what somebody else pushed is never forced away', async () => {
  const { executor } = await makeStage(world, { code });
  let theirs = '';
  const stepped = {
    execute: async (context: Parameters<typeof executor.execute>[0]) => {
      if (context.path === 'op') theirs = world.commit(branch, { 'theirs.txt': 'x' }, 'Theirs');
      return executor.execute(context);
    },
  };
  const state = await playRun(stagedSpec([engineer(), op('open-pull-request')]), stepped);
  expect(stepOf(state, 'op')?.error?.code).toBe('git/stale');
  expect(world.head(branch)).toBe(theirs);
});

test('the base branch is never checked out for writing or pushed', async () => {
  const { executor } = await makeStage(world, { code });
  const state = await playRun(stagedSpec([engineer(), op('checkout', { branch: 'main' })]), executor);
  expect(stepOf(state, 'op')?.error?.code).toBe('step/default-branch');
  expect(world.head('main')).toBe(world.first);
});

test('work left uncommitted by a persona is committed by `commit` and published by `push`', async () => {
  const { executor, repository } = await makeStage(world, {});
  const { writeFileSync } = await import('node:fs');
  const stepped = {
    execute: async (context: Parameters<typeof executor.execute>[0]) => {
      const at = context.state.facts.headSha;
      if (context.path === 'code' && at !== undefined) {
        const tree = await repository.worktree({ run: context.run, name: 'main', at });
        writeFileSync(`${tree.path}/left.txt`, 'x');
      }
      return executor.execute(context);
    },
  };
  const state = await playRun(
    stagedSpec([engineer(), op('commit', { message: 'Keep it' }), git('push', ['op'], { operation: 'push' })]),
    stepped,
  );
  expect(stepOf(state, 'op')?.result?.summary).toMatch(/^Committed 1 file as/);
  expect(world.git('show', `${branch}:left.txt`)).toBe('x');
  expect(state.status).toBe('succeeded');
});

test('an approved run merges the very commit it knows, and cleans up', async () => {
  const { executor, github } = await makeStage(world, { code, qa: {} });
  const flow = [
    engineer(),
    persona('qa', ['code']),
    op('finalize', { merge: true, merge_strategy: 'squash', cleanup_branch: true }, { dependencies: ['qa'] }),
  ];
  const state = await playRun(stagedSpec(flow, allowed), executor);
  expect(state.status).toBe('succeeded');
  expect(github.writes.at(-1)).toMatch(/^merge #1 squash /);
  expect(github.pulls).toMatchObject([{ merged: true }]);
  expect(world.head(branch)).toBeUndefined();
  expect(state.facts.pullRequest?.state).toBe('merged');
});

test.each([
  ['fail', { qa: { result: { verdict: 'fail' as const } } }, '"qa" says fail'],
  ['unknown', { qa: { result: { verdict: 'unknown' as const } } }, '"qa" gave no clear verdict'],
])('a verdict of %s stops every merge', async (_name, work, reason) => {
  const { executor, github } = await makeStage(world, { code, ...work });
  for (const operation of ['merge-pull-request', 'finalize', 'feature_complete', 'hotfix_deploy'] as const) {
    const flow = [
      engineer(),
      persona('qa', ['code']),
      op(operation, { merge: true }, { dependencies: ['qa'], onSkippedDependency: 'run' }),
    ];
    const id = `r${operation
      .replaceAll(/[^a-z]/g, '')
      .padEnd(15, 'a')
      .slice(0, 15)}`;
    const state = await playRun(stagedSpec(flow, { ...allowed, id: id as never }), executor);
    expect(stepOf(state, 'op')?.error).toMatchObject({ code: 'step/verdict-against' });
    expect(stepOf(state, 'op')?.error?.message).toContain(reason);
  }
  expect(github.pulls.every(({ merged }) => !merged)).toBe(true);
});

test('a verdict about other files does not count, unless only unjudged paths changed', async () => {
  const work = { code, qa: {}, more: { files: { 'docs/page.md': 'x' } } };
  const flow = (unjudged: readonly string[]) => [
    engineer(),
    persona('qa', ['code'], { unjudged }),
    persona('more', ['qa']),
    op('merge-pull-request', {}, { dependencies: ['more'] }),
  ];
  const first = await makeStage(world, work);
  const refused = await playRun(stagedSpec(flow([]), allowed), first.executor);
  expect(stepOf(refused, 'op')?.error?.message).toContain('"qa" judged other files than the branch has now');
  world.remove();
  world = makeGitWorld({ 'src/sum.js': 'a - b\n' });
  const second = await makeStage(world, work);
  const merged = await playRun(stagedSpec(flow(['docs/**']), allowed), second.executor);
  expect(stepOf(merged, 'op')?.status).toBe('succeeded');
});

test('`allow_unverified` lifts the refusal and the run says so', async () => {
  const { executor, github } = await makeStage(world, { code, qa: { result: { verdict: 'unknown' } } });
  const flow = [
    engineer(),
    persona('qa', ['code']),
    op('merge-pull-request', { allow_unverified: true }, { dependencies: ['qa'] }),
  ];
  const state = await playRun(stagedSpec(flow, allowed), executor);
  expect(github.pulls).toMatchObject([{ merged: true }]);
  expect(stepOf(state, 'op')?.result?.warnings).toEqual([
    'Went on unverified, as the workflow allows: "qa" gave no clear verdict',
  ]);
});

test('without approval and without the operator’s leave nothing is merged', async () => {
  const { executor, github } = await makeStage(world, { code });
  const state = await playRun(stagedSpec([engineer(), op('merge-pull-request')]), executor);
  expect(stepOf(state, 'op')?.error?.code).toBe('step/merge-not-allowed');
  expect(github.pulls).toMatchObject([{ merged: false, state: 'open' }]);
});

describe('a merge that a person approved', () => {
  const approval = { by: [], onTimeout: 'reject' } as const;

  async function untilAsked(steps: readonly Step[]): Promise<{ play: Play; github: FakePulls; asked: RunState }> {
    const { executor, github } = await makeStage(world, { code, more: { files: { 'late.txt': 'late\n' } } });
    const play = await setUpRun(stagedSpec(steps), executor);
    return { play, github, asked: await playOn(play) };
  }

  async function approve(play: Play, step: string): Promise<RunState> {
    const data = { approved: true, by: { login: 'ada', from: 'check' } } as const;
    await play.journal.post(play.spec.id, { type: 'approval.decided', step: step as StepPath, data });
    return playOn(play);
  }

  test('merges the commit that was approved', async () => {
    const { play, github, asked } = await untilAsked([engineer(), op('finalize', { merge: true }, { approval })]);
    expect(asked.status).toBe('waiting');
    expect(github.pulls).toMatchObject([{ merged: false }]);
    const ended = await approve(play, 'op');
    expect(ended.status).toBe('succeeded');
    expect(github.pulls).toMatchObject([{ merged: true }]);
  });

  test('does not merge what came after the approval', async () => {
    const steps = [
      engineer(),
      git('read', ['code'], { operation: 'status', approval }),
      engineer('more', ['read']),
      op('merge-pull-request', {}, { dependencies: ['more'] }),
    ];
    const { play, github } = await untilAsked(steps);
    const ended = await approve(play, 'read');
    expect(stepOf(ended, 'op')?.error).toMatchObject({
      code: 'step/merge-not-allowed',
      message: expect.stringContaining('the approval was for another commit than') as string,
    });
    expect(github.pulls).toMatchObject([{ merged: false, state: 'open' }]);
  });
});
