// Stories of `github` steps: one write each, capped, never doubled, never one of our own commands.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeStage, stagedSpec } from '../../test/support/git-steps.ts';
import type { Stage } from '../../test/support/git-steps.ts';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { playRun } from '../../test/support/play-run.ts';
import { git } from '../../test/support/run-builder.ts';
import type { Step } from '../definition/index.ts';
import type { StepState } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import type { JsonObject, StepPath } from '../support/index.ts';

let world: GitWorld;
let stage: Stage;
beforeEach(async () => {
  world = makeGitWorld();
  stage = await makeStage(world);
});
afterEach(() => world.remove());

async function play(config: JsonObject): Promise<StepState | undefined> {
  // git() gives what every step has
  const step = { ...git('act'), type: 'github', config } as unknown as Step;
  const spec = stagedSpec([step], {}, { branch: false, finally: [] });
  return (await playRun(spec, stage.executor)).steps.get('act' as StepPath);
}

test('a comment holds the text without secrets and without markers of ours, and a lost answer does not double it', async () => {
  stage.github.fail('comment', new TroupeError('github/unclear', 'lost', { class: 'transient' }), 'after');
  const step = await play({ action: 'comment', body: 'Hello hunter2hunter2 <!-- troupe:run=x -->' });
  expect(step?.status).toBe('succeeded');
  expect(stage.github.writes).toEqual(['comment #7 Hello [redacted] <!-- run=x -->']);
});

test('an issue is created once and its number handed on', async () => {
  stage.github.fail('create', new TroupeError('github/unclear', 'lost', { class: 'transient' }), 'after');
  const step = await play({ action: 'create-issue', title: 'Follow up', body: 'x' });
  expect(step?.result?.outputs).toMatchObject({ number: 100 });
  expect(stage.github.writes).toEqual(['create issue Follow up']);
});

test('labels, people and closing', async () => {
  await play({ action: 'label', labels: ['bug', 'p1'] });
  await play({ action: 'unlabel', label: 'bug' });
  await play({ action: 'assign', assignees: ['ada'] });
  await play({ action: 'close' });
  expect(stage.github.writes).toEqual(['label #7 bug p1', 'unlabel #7 bug', 'assign #7 ada', 'close issue #7']);
});

test('a workflow cannot give itself commands, flood an issue or invent actions', async () => {
  expect((await play({ action: 'label', labels: ['Troupe:hotfix'] }))?.error?.code).toBe('step/reserved-label');
  const many = Array.from({ length: 11 }, (_, index) => `l${index}`);
  expect((await play({ action: 'label', labels: many }))?.error?.code).toBe('step/too-many');
  expect((await play({ action: 'constructor' }))?.error?.code).toBe('step/unsupported-operation');
  expect(stage.github.writes).toEqual([]);
});
