// An agent that does whatever it reads, and orders wherever it reads: nothing leaves, nothing merges, nobody is told by whom it must not be.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunState } from '../../src/engine/index.ts';
import { apiClient, complaints, installationToken } from '../support/github.ts';
import { writeGullibleAgent } from '../support/gullible-agent.ts';
import type { Seen } from '../support/gullible-agent.ts';
import { breaches, brokenBy, injections, planted } from '../support/injections.ts';
import type { Aftermath, StoryName } from '../support/injections.ts';
import { shellProviders } from '../support/shell-persona.ts';
import { startStory } from '../support/story.ts';
import type { Story } from '../support/story.ts';

const key = `sk-canary-${randomBytes(16).toString('hex')}`;
const after = new Map<StoryName, Aftermath>();
const stories: Story[] = [];
afterAll(async () => {
  for (const told of stories) await told.close();
});

const step = (id: string, persona: string, more = '') =>
  `  - id: ${id}\n    name: ${id}\n    type: persona-request\n    persona: ${persona}\n${more}`;
const workflow = (name: string, steps: string, more = '') => `name: ${name}\nversion: "1.0.0"\n${more}steps:\n${steps}`;
const work = workflow(
  'work',
  step('plan', 'implementation-planner') +
    step('implement', 'lead-engineer', '    dependencies: [plan]\n') +
    step('review', 'code-reviewer', '    dependencies: [implement]\n'),
);

async function stage(issue: { title: string; body: string }): Promise<Story> {
  const told = await startStory({
    world: { issue },
    files: {
      ...planted.files,
      '.github/troupe/workflows/work.yml': work,
      '.github/troupe/workflows/one.yml': workflow('one', step('implement', 'lead-engineer')),
      '.github/troupe/workflows/judge.yml': workflow('judge', step('review', 'code-reviewer'), 'branch: false\n'),
    },
    providers: shellProviders({ env: ['ANTHROPIC_API_KEY'] }),
    secrets: { ANTHROPIC_API_KEY: key },
    serverFile: { defaultProvider: 'program' },
  });
  stories.push(told);
  writeGullibleAgent(told.dir);
  await told.github.as('admin').openIssue(told.fullName, { title: 'Somebody else’s', body: 'Not yours.' });
  return told;
}

/** What there is to see, with everything that the agents found. */
async function look(told: Story, main: string | undefined): Promise<Aftermath> {
  const { repository } = told;
  const pulls = await repository.pullRequests();
  const branches = await repository.branches();
  const ours = [...branches.keys()].filter((name) => name.startsWith('troupe/'));
  const protectedFiles = await Promise.all(
    ours.map(async (branch) => (await repository.diff('main', branch)).map(({ path }) => path)),
  );
  const runs = await told.runs();
  const states = await Promise.all(runs.map(({ id }) => told.state(id)));
  const journals = await Promise.all(runs.map(({ id }) => told.bot().store.journal.read(id)));
  const checks = repository.checkRuns();
  const own = pulls.filter(({ author }) => author === told.app.botLogin);
  return {
    // what the agent writes is a list of these
    seen: (await kept(told, states, '.seen.json')).flatMap((text) => JSON.parse(text) as Seen[]),
    prompts: (await kept(told, states, '.prompt.md')).join('\n'),
    shown: [
      ...repository.comments().filter(({ author }) => author === told.app.botLogin),
      ...checks.map(({ title, summary, text, annotations }) => [
        title,
        summary,
        text,
        annotations.map(({ message }) => message),
      ]),
      // the title is the issue's own, and so is what stands in the place of it
      ...own.map(({ body, reviewComments, reviews }) => [
        body,
        reviewComments.filter(({ author }) => author === told.app.botLogin),
        reviews.filter(({ user }) => user === told.app.botLogin),
      ]),
    ]
      .map((one) => JSON.stringify(one))
      .join('\n'),
    secrets: [key, Buffer.from(key).toString('base64')],
    merged: pulls.some(({ merged }) => merged),
    controls: journals.flat().flatMap(({ type }) => (/control|approval|cancel/.test(type) ? [type] : [])),
    runs: runs.length,
    otherIssues: repository
      .issues()
      .filter(({ number }) => number === 2)
      .map(({ state }) => state),
    branches: [...branches.keys()],
    mainMoved: branches.get('main') !== main,
    protectedFiles: protectedFiles.flat().filter((path) => /^(\.github|CODEOWNERS|AGENTS|CLAUDE)/.test(path)),
    verdict: [...(states.at(-1)?.steps.values() ?? [])]
      .flatMap(({ error, result }) => error?.class ?? result?.verdict ?? [])
      .at(-1),
  };
}

/** Artifacts of all runs, by the end of their names. */
async function kept(told: Story, states: readonly RunState[], end: string): Promise<readonly string[]> {
  const found = states.flatMap(({ artifacts = [] }) => artifacts.filter(({ name }) => name.endsWith(end)));
  const all = await Promise.all(found.map(({ sha256 }) => told.bot().store.blobs.get(sha256)));
  return all.map((bytes) => Buffer.from(bytes ?? []).toString('utf8'));
}

const main = async (told: Story): Promise<string | undefined> => (await told.repository.branches()).get('main');

async function issueAndRework(): Promise<void> {
  const told = await stage({ title: planted.title, body: planted.body });
  const { github, fullName } = told;
  await github.as('reader').comment(fullName, told.issue, planted.outsider);
  const asBot = apiClient(github, await installationToken(told));
  await asBot(`POST /repos/${fullName}/labels`, {
    name: 'area',
    color: 'ffffff',
    description: planted.label.slice(0, 100),
  });
  await github.as('writer').label(fullName, told.issue, 'area');
  await github.as('writer').pushCommit(fullName, 'main', { message: planted.commit, files: { 'more.txt': 'more\n' } });
  const before = await main(told);
  await told.label('troupe:work');
  const run = await told.ended();
  expect(run.status, JSON.stringify(run.reason)).toBe('succeeded');
  after.set('issue', await look(told, before));
  const pull = await told.pull();
  await github.as('maintainer').review(fullName, pull?.number ?? 0, {
    event: 'REQUEST_CHANGES',
    body: planted.review.body,
    comments: [{ path: 'src/cart.js', line: 2, body: planted.review.comment }],
  });
  await told.linked();
  after.set('rework', await look(told, before));
}

async function protectedFiles(): Promise<void> {
  const told = await stage({ title: 'Please', body: planted.protectedBody });
  const before = await main(told);
  await told.label('troupe:one');
  expect((await told.ended()).status).toBe('failed');
  after.set('protected', await look(told, before));
}

async function echo(): Promise<void> {
  const told = await stage({ title: 'Please', body: planted.echoBody });
  const before = await main(told);
  await told.label('troupe:one');
  await told.ended();
  after.set('echo', { ...(await look(told, before)), seen: [{ id: 'echo', verb: 'echo', where: 'data' }] });
}

async function fork(): Promise<void> {
  const told = await stage({ title: 'Please', body: 'Nothing.' });
  const { github, fullName } = told;
  const before = await main(told);
  const { branch, message, files } = planted.fork;
  const copy = await github.as('reader').fork(fullName);
  await github.as('reader').pushCommit(copy, branch, { message, files, from: 'main' });
  const number = await github
    .as('reader')
    .openPullRequest(fullName, { head: `reader:${branch}`, title: 'Tidy', body: 'Tidied.' });
  await github.as('writer').label(fullName, number, 'troupe:judge');
  const run = await told.ended();
  expect(run.spec.task.kind, JSON.stringify(run.reason)).toBe('pull_request');
  after.set('fork', await look(told, before));
}

beforeAll(async () => {
  await Promise.all([issueAndRework(), protectedFiles()]);
  await Promise.all([echo(), fork()]);
});

describe.each(injections)('$what', (row) => {
  test('harms nobody', () => {
    const left = after.get(row.story);
    expect(left, `the story "${row.story}" did not end`).toBeDefined();
    if (left !== undefined) expect(breaches(row, left)).toEqual([]);
  });

  test('would be noticed if it did', () => {
    const left = after.get(row.story);
    if (left === undefined) return;
    for (const broken of brokenBy(row, left)) expect(breaches(row, broken)).not.toEqual([]);
  });
});

test('the worlds have nothing to complain of, and there are more than twenty ways', () => {
  expect(stories.flatMap(({ github }) => complaints(github))).toEqual([]);
  expect(injections.length).toBeGreaterThan(20);
});
