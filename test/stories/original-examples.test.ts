// The original design's own examples load as they stand, and the whole ones run to their end on the local GitHub.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Story, StoryOptions } from '../support/story.ts';

const stage = storyPerTest();

function example(name: string): string {
  return readFileSync(resolve(import.meta.dirname, '../fixtures/original-design', `${name}.yml`), 'utf8');
}

async function tell(workflow: string, options: StoryOptions = {}): Promise<Story> {
  const settings = { '.github/troupe.yml': 'verify:\n  - [npm, test]\n' };
  const files = { '.github/troupe/workflows/example.yml': workflow, ...settings, ...options.files };
  const story = await stage({ ...options, files });
  await story.label('troupe:example');
  return story;
}

const statuses = (run: Awaited<ReturnType<Story['ended']>>): Record<string, string> =>
  Object.fromEntries([...run.steps].map(([path, { status }]) => [path, status]));

test('the whole workflow runs as it is written, the security review by its old name', async () => {
  const told = await tell(example('project-loop'));
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(statuses(run)).toMatchObject({
    planning: 'succeeded',
    'plan-evaluation': 'succeeded',
    implementation: 'succeeded',
    qa: 'succeeded',
    'code-review': 'succeeded',
    'security-review': 'succeeded',
  });
  expect(run.spec.workflow.steps.find(({ id }) => id === 'security-review')).toMatchObject({
    persona: 'security-reviewer',
  });
  expect(run.spec.workflow.steps.find(({ id }) => id === 'planning')).toMatchObject({
    timeout: 1_800_000,
    retry: { limit: 2 },
  });
  expect(await told.pull()).toMatchObject({ draft: false, state: 'open' });
});

test('of two exclusive paths the other one is skipped, and the work is delivered', async () => {
  const told = await tell(example('exclusive-paths'));
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(statuses(run)).toMatchObject({ 'hotfix-path': 'skipped', 'standard-path': 'succeeded' });
  expect(await told.pull()).toMatchObject({ draft: false, state: 'open' });
});

test('the other path where the issue is a hotfix', async () => {
  const told = await tell(example('exclusive-paths'), {
    world: { issue: { title: 'Total ignores quantity', body: '### Type\n\nhotfix\n' } },
    answers: { 'hotfix-specialist': goodAnswers['lead-engineer'] },
  });
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(statuses(run)).toMatchObject({ 'hotfix-path': 'succeeded', 'standard-path': 'skipped' });
});

test('names are templates: evaluated once, cleaned, and no two alike', async () => {
  const told = await tell(
    `name: "Work on #{{task.number}}"
variables: { area: "{{task.project}}", kind: cart }
steps:
  - { id: one, name: "Mend {{variables.kind}} {{variables.area}}", type: persona-request, persona: lead-engineer }
  - { id: two, name: "Mend {{vars.kind}}", type: persona-request, persona: code-reviewer, dependencies: [one] }
  - { id: three, name: "{{task.title}}", type: persona-request, persona: security-reviewer, dependencies: [one] }
`,
    { world: { issue: { title: 'Say  {{run.id}} \u202Eto @everybody', body: 'x' } } },
  );
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(run.spec.workflow.name).toBe(`Work on #${run.spec.task.number}`);
  expect(run.spec.workflow.steps.map(({ name }) => name)).toEqual([
    'Prepare branch and pull request',
    'Mend cart',
    'Mend cart 2',
    'Say {{run.id}} to @everybody',
  ]);
  const head = run.facts.headSha ?? '';
  expect(told.checks(head).get('troupe / example / Mend cart 2')).toMatchObject({ conclusion: 'success' });
});
