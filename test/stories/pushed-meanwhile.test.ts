// A person pushes to the run's branch while a step works: nothing of anybody is lost, and every sentence about it is true.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { RunState } from '../../src/engine/index.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const build = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [implement] }
`;

let doorbell: Server | undefined;
afterEach(() => {
  doorbell?.closeAllConnections();
  doorbell?.close();
});

interface Told {
  readonly told: Story;
  readonly run: RunState;
  readonly asked: readonly string[];
}

/** A run in which somebody does something while a persona works: that one rings and waits until it is done. */
async function meanwhile(
  persona: string,
  act: (told: Story, branch: string) => Promise<unknown>,
  { workflow = build, after = '' }: { readonly workflow?: string; readonly after?: string } = {},
): Promise<Told> {
  const told = await stage({
    files: { '.github/troupe/workflows/build.yml': workflow, '.github/troupe.yml': '' },
    providers: shellProviders(),
    serverFile: { defaultProvider: 'program', sandbox: 'off' },
  });
  const asked: string[] = [];
  doorbell = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    asked.push(name);
    const isFirst = asked.filter((one) => one === persona).length === 1;
    const done = name === persona && isFirst ? told.pull().then((pull) => act(told, pull?.headRef ?? '')) : undefined;
    void Promise.resolve(done).then(() => response.end());
  });
  const server = doorbell;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a TCP server that listens has an address with a port
  const { port } = server.address() as AddressInfo;
  writePersona(told.dir, {
    '*': `await fetch('http://127.0.0.1:${port}/' + process.env.TROUPE_PERSONA);`,
    [persona]: after,
  });
  await told.label('troupe:build');
  const run = await told.ended();
  return { told, run, asked };
}

const theirs = { message: 'By hand', files: { 'BY-HAND.md': 'By hand.\n' } };

/** What people read: every comment and every check. */
function words(told: Story): string {
  const checks = told.repository.checkRuns().map(({ title, summary }) => `${title}\n${summary}`);
  return [...told.comments().map(({ body }) => body), ...checks].join('\n');
}

async function expectKept({ told, run }: Told): Promise<void> {
  const branch = run.facts.branch ?? '';
  const branches = [...(await told.repository.branches()).keys()];
  const kept = branches.filter((name) => name.startsWith(`${branch}-kept-`));
  expect(kept).toHaveLength(1);
  expect(await told.repository.file(kept[0] ?? '', 'src/cart.js')).toContain('item.quantity');
  expect(words(told)).toContain(`What the step made is kept on branch "${kept[0]}"`);
  expect(words(told)).not.toMatch(/Nothing to deliver|branch deleted|Pull request closed/);
}

test('on top of what is there: their commit stays, the pull request stays open, the commit of the step is kept', async () => {
  let pushed = '';
  const given = await meanwhile('lead-engineer', async (told, branch) => {
    pushed = await told.github.as('writer').pushCommit(told.fullName, branch, theirs);
  });
  const { told, run } = given;
  expect(run.status).toBe('failed');
  expect((await told.repository.branches()).get(run.facts.branch ?? '')).toBe(pushed);
  expect(await told.pull()).toMatchObject({ state: 'open', draft: true, headSha: pushed });
  expect(words(told)).toContain('somebody else pushed to it while this step worked');
  await expectKept(given);
});

test('by force: their history stays, and the step does not stand on it', async () => {
  let pushed = '';
  const given = await meanwhile('lead-engineer', async (told, branch) => {
    pushed = await told.github.as('writer').pushCommit(told.fullName, branch, { ...theirs, from: 'main', force: true });
  });
  const { told, run } = given;
  expect(run.status).toBe('failed');
  expect(await told.pull()).toMatchObject({ state: 'open', headSha: pushed });
  expect(words(told)).toContain('somebody else rewrote it while this step worked');
  await expectKept(given);
});

test('that deletes the branch before anybody tells: it stays deleted, and the work is kept', async () => {
  const given = await meanwhile('lead-engineer', async (told, branch) => {
    told.github.faults.deliveries({ event: 'delete', effect: 'drop' });
    told.github.faults.deliveries({ event: 'push', effect: 'drop' });
    told.github.faults.deliveries({ event: 'pull_request', effect: 'drop' });
    await told.github.as('writer').deleteBranch(told.fullName, branch);
  });
  const { told, run } = given;
  expect(run.status).toBe('failed');
  expect((await told.repository.branches()).has(run.facts.branch ?? '')).toBe(false);
  expect(words(told)).toContain('somebody deleted it while this step worked');
  await expectKept(given);
});

const twice = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: review, type: persona-request, persona: code-reviewer, dependencies: [implement] }
  - { id: polish, type: persona-request, persona: lead-engineer, dependencies: [review] }
`;

test('while a reviewer reads: the next one is not paid for work that could not be pushed', async () => {
  let pushed = '';
  const { told, run, asked } = await meanwhile(
    'code-reviewer',
    async (story, branch) => {
      pushed = await story.github.as('writer').pushCommit(story.fullName, branch, theirs);
    },
    { workflow: twice },
  );
  expect(run.status).toBe('failed');
  expect(asked).toEqual(['lead-engineer', 'code-reviewer']);
  expect(await told.pull()).toMatchObject({ state: 'open', headSha: pushed });
  expect(words(told)).toContain('somebody else moved it, so the persona was not asked');
});

const quiet = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
`;

test('while a persona finds nothing to do: the pull request and their commit stay', async () => {
  let pushed = '';
  const { told, run } = await meanwhile(
    'lead-engineer',
    async (story, branch) => {
      pushed = await story.github.as('writer').pushCommit(story.fullName, branch, theirs);
    },
    { workflow: quiet, after: `sh('git checkout -q .'); answer.noop = 'It is right already.';` },
  );
  expect(await told.pull()).toMatchObject({ state: 'open', headSha: pushed });
  expect((await told.repository.branches()).get(run.facts.branch ?? '')).toBe(pushed);
  expect(words(told)).toContain('Somebody else pushed to');
  expect(words(told)).not.toMatch(/Nothing to deliver|branch deleted|Pull request closed/);
});

test('while a reviewer reads, and nothing else was to be done: the sentence is true', async () => {
  let pushed = '';
  const { told, run } = await meanwhile(
    'code-reviewer',
    async (story, branch) => {
      pushed = await story.github.as('writer').pushCommit(story.fullName, branch, theirs);
    },
    { workflow: build.replace('lead-engineer', 'code-reviewer') },
  );
  expect(run.reason).toContain('Nothing delivered: this run changed nothing, and somebody else pushed to');
  expect(await told.pull()).toMatchObject({ state: 'open', draft: true, headSha: pushed });
});

const late = `${build}  - { id: look, type: persona-request, persona: code-reviewer, dependencies: [finish] }
`;

test('after the pull request was finished: it is done, and their commit stays on top', async () => {
  let pushed = '';
  const { told, run } = await meanwhile(
    'code-reviewer',
    async (story, branch) => {
      pushed = await story.github.as('writer').pushCommit(story.fullName, branch, theirs);
    },
    { workflow: late },
  );
  expect(run.status).toBe('succeeded');
  expect(await told.pull()).toMatchObject({ state: 'open', draft: false, headSha: pushed });
  expect(await told.repository.file(pushed, 'src/cart.js')).toContain('item.quantity');
});
