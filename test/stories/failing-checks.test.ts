// The project's own CI fails on a head of ours: a workflow that names `check_suite.completed` works on it in the same pull request.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { RunState } from '../../src/engine/index.ts';
import { apiClient, installationToken } from '../support/github.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Story } from '../support/story.ts';
import { eventually } from '../support/patience.ts';

const stage = storyPerTest();

const build = (trigger: string): string => `name: Build
${trigger}
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [implement] }
`;
const asking = build('trigger: { labels: ["troupe:build"], events: [check_suite.completed] }');

/** A story with another App that checks commits. */
interface Checked extends Story {
  /** The other App's verdict on a head. */
  check(head: string, conclusion: 'failure' | 'success'): Promise<void>;
}

async function tell(workflow: string): Promise<Checked> {
  const told = await stage({
    files: { '.github/troupe/workflows/build.yml': workflow, '.github/troupe.yml': '' },
  });
  const app = told.github.createApp({
    slug: 'builder',
    owner: 'playhouse',
    permissions: { checks: 'write', metadata: 'read' },
    events: [],
  });
  const installationId = await told.github.install('builder', 'playhouse');
  const asBuilder = apiClient(told.github, await installationToken({ ...told, app, installationId }));
  await told.label('troupe:build');
  return {
    ...told,
    async check(head, conclusion) {
      const answer = await asBuilder(`POST /repos/${told.fullName}/check-runs`, {
        name: 'unit tests',
        head_sha: head,
        status: 'completed',
        conclusion,
        output: {
          title: 'One test is red',
          summary: 'Expected 450, got 250.',
          annotations: [
            {
              path: 'src/cart.js',
              start_line: 5,
              end_line: 5,
              annotation_level: 'failure',
              message: 'Quantity is lost',
            },
          ],
        },
      });
      expect(answer.status).toBe(201);
      await told.github.settled();
    },
  };
}

/** What the engineer does next time. */
function nextAnswer(told: Story, word: string): void {
  const edits = { 'notes.md': `${word}\n` };
  const answer = { status: 'pass', summary: `Wrote ${word}.`, edits };
  writeFileSync(join(told.dir, 'answers.yml'), JSON.stringify({ ...goodAnswers, 'lead-engineer': answer }));
}

/** Until so many runs have ended; the newest of them. */
async function endedRuns(told: Story, count: number): Promise<RunState> {
  const newest = await eventually(async () => {
    const runs = (await told.runs()).filter(({ status }) => isRunOver(status));
    expect(runs).toHaveLength(count);
    return runs[0];
  });
  if (newest === undefined) throw new Error('no run has ended');
  await told.bot().views.flush(newest.id);
  await told.github.settled();
  return told.state(newest.id);
}

async function ignoredBecause(told: Story): Promise<string | undefined> {
  const entries = await told.bot().store.inbox.list('ignored', 100);
  return entries
    .filter(({ event, action }) => event === 'check_suite' && action === 'completed')
    .map(({ lastError }) => lastError?.split('\n')[0])
    .find((note) => note !== undefined && note !== 'it was done by Troupe itself');
}

test('failing checks start a linked run that knows what failed; three in a row, then a person is asked', async () => {
  const told = await tell(asking);
  const first = await endedRuns(told, 1);
  expect(first.status).toBe('succeeded');
  nextAnswer(told, 'one');
  await told.check(first.facts.headSha ?? '', 'failure');
  const second = await endedRuns(told, 2);
  expect(second).toMatchObject({
    status: 'succeeded',
    spec: {
      requester: { login: 'writer' },
      followUp: {
        run: first.id,
        kind: 'ci',
        ci: {
          app: 'builder',
          headSha: first.facts.headSha,
          checks: [
            {
              name: 'unit tests',
              conclusion: 'failure',
              summary: expect.stringContaining('Expected 450, got 250.'),
              annotations: [{ path: 'src/cart.js', line: 5, message: 'Quantity is lost' }],
            },
          ],
        },
      },
    },
  });
  expect(second.facts.branch).toBe(first.facts.branch);
  const pull = await told.pull();
  const said = () => told.repository.comments(pull?.number ?? 0).map(({ body }) => body.split('\n')[0]);
  expect(said()).toEqual([
    `Checks of \`builder\` failed on the head of this pull request: \`unit tests\`. Started \`build\` as \`${second.id}\`; it goes on from \`${first.id}\` on the same branch.`,
  ]);
  nextAnswer(told, 'two');
  await told.check(second.facts.headSha ?? '', 'failure');
  const third = await endedRuns(told, 3);
  nextAnswer(told, 'three');
  await told.check(third.facts.headSha ?? '', 'failure');
  const fourth = await endedRuns(told, 4);
  await told.check(fourth.facts.headSha ?? '', 'failure');
  await eventually(() => expect(said().at(-1)).toContain('The checks have failed again after 3 tries in a row'));
  const labels = (await told.pull())?.labels;
  expect(labels).toEqual(['troupe:exhausted']);
  expect(await told.runs()).toHaveLength(4);
});

test('a workflow that does not ask for it is left alone', async () => {
  const told = await tell(build('trigger: { labels: ["troupe:build"] }'));
  const run = await endedRuns(told, 1);
  await told.check(run.facts.headSha ?? '', 'failure');
  await eventually(async () => {
    expect(await ignoredBecause(told)).toBe('build does not name check_suite.completed in its trigger');
  });
  expect(await told.runs()).toHaveLength(1);
});

test('a head that somebody else pushed is not worked on', async () => {
  const told = await tell(asking);
  const run = await endedRuns(told, 1);
  const pushed = await told.github
    .as('maintainer')
    .pushCommit(told.fullName, run.facts.branch ?? '', { message: 'More', files: { 'a.txt': 'a\n' } });
  await told.check(pushed, 'failure');
  await eventually(async () => {
    expect(await ignoredBecause(told)).toBe(`${pushed.slice(0, 7)} is not the head that the run left`);
  });
  expect(await told.runs()).toHaveLength(1);
});

test('whoever asked for the run may not start runs any more: nothing starts', async () => {
  const told = await tell(asking);
  const run = await endedRuns(told, 1);
  told.github.setPermission(told.fullName, 'writer', 'read');
  await told.check(run.facts.headSha ?? '', 'failure');
  await eventually(async () => {
    expect(await ignoredBecause(told)).toBe('writer has read permission, write is needed');
  });
  expect(await told.runs()).toHaveLength(1);
});
