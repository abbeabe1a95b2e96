// Stories of the end of a run: merge, change log, release, deployment, comment. Each is done once, whenever the process dies.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allPoints, crashSeed, everyDeath, someDeaths } from '../../../test/support/crash-sample.ts';
import { makeGitWorld } from '../../../test/support/git-world.ts';
import type { GitWorld } from '../../../test/support/git-world.ts';
import { engineer, makeStage, stagedSpec } from '../../../test/support/git-steps.ts';
import type { Stage, Work } from '../../../test/support/git-steps.ts';
import { playOn, playRun, setUpRun } from '../../../test/support/play-run.ts';
import { git, persona } from '../../../test/support/run-builder.ts';
import type { GitStep } from '../../definition/index.ts';
import type { RunSpec, RunState } from '../../engine/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { JsonObject, StepPath } from '../../support/index.ts';
import { nextVersion } from './after-merge.ts';

const code: Work = { files: { 'src/sum.js': 'a + b\n' } };
const files = { 'README.md': '# Widgets\n', 'src/sum.js': 'a - b\n' };
const branch = 'troupe/7-fix-it';

let world: GitWorld;
beforeEach(() => {
  world = makeGitWorld(files);
});
afterEach(() => world.remove());

const settings = {
  defaultProvider: 'x',
  variables: {},
  environments: {},
  protectedPaths: [],
  budget: {},
  allowAutoMerge: true,
};

function endingWith(
  config: JsonObject,
  operation: GitStep['operation'] = 'hotfix_deploy',
  more: Partial<RunSpec['settings']> = {},
): RunSpec {
  const end = git('end', ['qa'], { operation, config });
  return stagedSpec([engineer(), persona('qa', ['code']), end], { settings: { ...settings, ...more } });
}

function end(state: RunState): RunState['steps'] extends ReadonlyMap<StepPath, infer Step> ? Step | undefined : never {
  return state.steps.get('end' as StepPath); // ids are paths outside loops
}

function after(stage: Stage): readonly string[] {
  return stage.github.writes.filter((write) => /^(merge|release|deploy|comment|label)/.test(write));
}

test('a hotfix is entered, merged, tagged, released, deployed and told, and its outputs say so', async () => {
  const stage = await makeStage(world, { code, qa: {} });
  const keys = {
    update_changelog: true,
    tag_release: 'v1.2.0',
    immediate_deploy: 'staging',
    notification: 'It is out.',
  };
  const state = await playRun(endingWith(keys), stage.executor);
  expect(state.status).toBe('succeeded');
  const { outputs = {}, summary } = end(state)?.result ?? {};
  expect(outputs).toMatchObject({
    merged: true,
    changelog: 'CHANGELOG.md',
    tag: 'v1.2.0',
    release: 'https://github.test/acme/widgets/releases/tag/v1.2.0',
    environment: 'staging',
    deployment: 1,
    notification: 'https://github.test/c/1',
  });
  const sha = end(state)?.result?.sha ?? '';
  expect(outputs['sha']).toBe(sha);
  expect(summary).toBe(
    `Pull request #1 merged into \`main\` as ${sha.slice(0, 7)}. Released as \`v1.2.0\`. Deployment to \`staging\` requested`,
  );
  expect(world.git('rev-parse', 'v1.2.0^{commit}')).toBe(sha);
  expect(after(stage)).toEqual([
    `merge #1 merge ${sha.slice(0, 7)}`,
    'release v1.2.0',
    `deploy ${sha.slice(0, 7)} staging`,
    'comment #7 It is out.',
  ]);
  expect(world.git('show', `${sha}:CHANGELOG.md`)).toBe('# Changelog\n\n## Unreleased\n\n- Fix it (#7)');
  expect(world.git('log', '-1', '--format=%B', sha)).not.toContain('skip-checks');
});

test('killed before any of its journal writes, the run makes one entry, merge, tag, release, deployment and comment', async () => {
  const keys = {
    update_changelog: true,
    tag_release: true,
    immediate_deploy: true,
    notification: true,
    cleanup_branch: true,
  };
  const reference = await setUpRun(endingWith(keys), (await makeStage(world, { code, qa: {} })).executor);
  await playOn(reference);
  const events = reference.journal.journalOf(reference.spec.id);
  const writes = reference.journal.writes();
  const share = events.filter((event) => 'step' in event && event.step === 'end').length;
  expect(share).toBeGreaterThan(15);
  const from = writes - share - 2;
  const deaths = allPoints ? everyDeath(share + 2) : someDeaths(6)(share + 2);
  for (const at of deaths.flat().map((point) => from + point)) {
    world.remove();
    world = makeGitWorld(files);
    const stage = await makeStage(world, { code, qa: {} });
    let isDead = false;
    const play = await setUpRun(endingWith(keys), stage.executor, {
      beforeWrite(n) {
        if (n === at) isDead = true;
        if (isDead) throw new Error('killed');
      },
    });
    await playOn(play).catch(() => undefined);
    play.journal.crash();
    isDead = false;
    const state = await playOn(play);
    expect([at, state.status, end(state)?.error?.message], `seed ${crashSeed}`).toEqual([at, 'succeeded', undefined]);
    const sha = end(state)?.result?.sha ?? '';
    expect([at, ...after(stage)]).toEqual([
      at,
      `merge #1 merge ${sha.slice(0, 7)}`,
      'release v0.1.0',
      `deploy ${sha.slice(0, 7)} production`,
      `comment #7 Pull request #1 merged into \`main\` as ${sha.slice(0, 7)}. Released as \`v0.1.0\`. Deployment to \`production\` requested`,
    ]);
    expect(world.git('for-each-ref', '--format=%(refname)').split('\n')).toEqual([
      'refs/heads/main',
      'refs/tags/v0.1.0',
    ]);
    expect(world.git('show', `${sha}:CHANGELOG.md`).match(/Fix it/g)).toHaveLength(1);
    expect(world.git('log', '--format=%s', sha).match(/Add an entry/g)).toHaveLength(1);
  }
});

test('what fails after the merge fails the step, and the sentence says that it is merged', async () => {
  const stage = await makeStage(world, { code, qa: {} });
  const missing = new TroupeError('github/permission', 'Cannot deploy: the permission deployments=write is missing', {
    class: 'auth',
    hint: 'Grant it.',
  });
  stage.github.fail('deploy', missing, 'before');
  const play = await setUpRun(
    endingWith({ tag_release: true, immediate_deploy: true, cleanup_branch: true }),
    stage.executor,
  );
  const failed = await playOn(play);
  expect(failed.status).toBe('failed');
  expect(end(failed)?.error).toMatchObject({
    code: 'github/permission',
    message: 'Pull request #1 is merged. Cannot deploy: the permission deployments=write is missing',
    hint: 'Grant it. The merge and what was done after it stay; do what is left by hand.',
  });
  expect(failed.facts.pullRequest?.state).toBe('merged');
});

test.each(['after', 'before'] as const)(
  'an unclear answer %s the write is looked up, and nothing is doubled',
  async (when) => {
    const stage = await makeStage(world, { code, qa: {} });
    for (const write of ['merge', 'release', 'deploy', 'comment'])
      stage.github.fail(write, new TroupeError('github/unclear', 'Lost', { class: 'transient' }), when);
    const spec = endingWith({ tag_release: true, immediate_deploy: true, notification: true, cleanup_branch: true });
    const steps = spec.workflow.steps.map((step) =>
      step.id === 'end' ? { ...step, retry: { ...('retry' in step ? step.retry : {}), limit: 5 } } : step,
    );
    // the same steps, one of them with more tries
    const state = await playRun({ ...spec, workflow: { ...spec.workflow, steps } } as RunSpec, stage.executor);
    expect([state.status, end(state)?.error]).toEqual(['succeeded', undefined]);
    expect(after(stage).map((write) => write.split(' ')[0])).toEqual(['merge', 'release', 'deploy', 'comment']);
  },
);

test('a tag that is taken is told before anything is merged', async () => {
  world.git('tag', 'v1.0.0', world.first);
  const stage = await makeStage(world, { code, qa: {} });
  const state = await playRun(endingWith({ tag_release: 'v1.0.0' }), stage.executor);
  expect(end(state)?.error).toMatchObject({
    code: 'step/tag-exists',
    message: 'Cannot tag the merge as "v1.0.0": the tag exists',
  });
  expect(after(stage)).toEqual([]);
  const bad = await playRun(
    { ...endingWith({ tag_release: 'no tag' }), id: 'rbbbbbbbbbbbbbbb' as RunSpec['id'] },
    stage.executor,
  );
  expect(end(bad)?.error?.code).toBe('git/bad-ref');
  expect(after(stage)).toEqual([]);
});

test('the next version follows the newest one, by number; others are none', async () => {
  expect(nextVersion([])).toBe('v0.1.0');
  expect(nextVersion(['v1.9.9', 'v1.10.0', 'v1.2.30', 'v2.0.0-rc.1', '3.0.0', 'vNext', 'v1.2', 'release/v9.0.0'])).toBe(
    'v1.10.1',
  );
  world.git('tag', '-a', '-m', 'x', 'v1.4.2', world.first);
  const stage = await makeStage(world, { code, qa: {} });
  const state = await playRun(endingWith({ tag_release: true }, 'feature_complete'), stage.executor);
  expect(end(state)?.result?.outputs).toMatchObject({ tag: 'v1.4.3' });
});

test('an entry of Troupe leaves the verdict standing, for a merge in a later step too', async () => {
  const stage = await makeStage(world, { code, qa: {} });
  const steps = [
    engineer(),
    persona('qa', ['code']),
    git('end', ['qa'], { operation: 'finalize', config: { update_changelog: 'docs/CHANGES.md', notification: true } }),
    git('merge', ['end'], { operation: 'merge-pull-request', config: {} }),
  ];
  const state = await playRun(stagedSpec(steps, { settings }), stage.executor);
  expect([state.status, state.reason]).toEqual(['succeeded', expect.anything()]);
  expect(after(stage)).toEqual(['comment #7 Pull request #1 is ready for review', expect.stringMatching(/^merge #1/)]);
  expect(world.git('show', `${branch}:docs/CHANGES.md`)).toContain('- Fix it (#7)');
});

test('whatever else is written into the change log after the verdict has to be judged', async () => {
  const late: Work = { files: { 'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- Fix it (#7)\n- And more\n' } };
  const stage = await makeStage(world, { code, qa: {}, late });
  const steps = [
    engineer(),
    persona('qa', ['code']),
    persona('late', ['qa']),
    git('end', ['late'], { operation: 'feature_complete', config: { update_changelog: true } }),
  ];
  const state = await playRun(stagedSpec(steps, { settings }), stage.executor);
  expect(end(state)?.error?.message).toContain('since then changed: CHANGELOG.md');
  expect(after(stage)).toEqual([]);
});

test('no entry is made in a path that nobody may change, and then nothing is merged', async () => {
  const stage = await makeStage(world, { code, qa: {} });
  const state = await playRun(endingWith({ update_changelog: '.github/workflows/log.md' }), stage.executor);
  expect(end(state)?.error?.message).toMatch(/is protected/);
  expect(after(stage)).toEqual([]);
});

test('where nothing is merged, nothing is tagged or deployed, and the result says so', async () => {
  const stage = await makeStage(world, { code: { result: { noop: 'It works already.' } }, qa: {} });
  const keys = { tag_release: true, immediate_deploy: true, notification: true };
  const state = await playRun(endingWith(keys), stage.executor);
  expect(end(state)?.result?.warnings).toEqual([
    'Nothing was merged, so this was left out: `tag_release`, `immediate_deploy`, `notification`',
  ]);
  expect(after(stage)).toEqual([]);
  const local = await makeStage(world, { code, qa: {} }, { isLocal: true });
  const desk = await playRun(
    {
      ...endingWith({ update_changelog: true, notification: true }, 'finalize'),
      id: 'rcccccccccccccccc'.slice(0, 16) as RunSpec['id'],
    },
    local.executor,
  );
  expect(end(desk)?.result?.warnings).toEqual([
    'The notification was left out: there is no issue or pull request to comment on',
  ]);
});
