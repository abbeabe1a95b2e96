// A person hands in files with their answer, as a branch or as a patch: judged like any other work, and asked for again where it cannot be used.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StepPath } from '../../src/support/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import { eventually } from '../support/patience.ts';

const stage = storyPerTest();

const make = `name: Make
steps:
  - { id: make, name: Make, type: persona-request, persona: lead-engineer, provider: people, expect: changes }
`;
const made = 'make' as StepPath; // an id outside loops
const fixed =
  'export const total = (items) => items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);\n';

/** A person is asked for work; gives the name of the run's branch. */
async function untilAsked(): Promise<{ readonly told: Story; readonly branch: string }> {
  const told = await stage({
    files: { '.github/troupe/workflows/make.yml': make },
    providers: { people: { transport: 'assisted' } },
    serverFile: { defaultProvider: 'people' },
  });
  await told.label('troupe:make');
  await said(told, 'Hand in what you change with it: a branch of this repository that begins at');
  const [run] = await told.runs();
  const branch = run === undefined ? undefined : (await told.state(run.id)).facts.branch;
  return { told, branch: branch ?? '' };
}

/** Waits until the bot has said it on the issue. */
async function said(told: Story, words: string): Promise<void> {
  await eventually(() => {
    const bodies = told.comments().map(({ body }) => body);
    expect(bodies.join('\n')).toContain(words);
  });
}

async function answer(told: Story, words: string): Promise<void> {
  await told.github.as('writer').comment(told.fullName, told.issue, `/troupe answer ${words}`);
}

async function push(told: Story, branch: string, files: Readonly<Record<string, string>>): Promise<void> {
  await told.github.as('writer').pushCommit(told.fullName, branch, { message: 'By hand', files, from: 'main' });
}

/** What `git diff` prints in a clone with these files. */
function patchOf(told: Story, files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(told.dir, 'clone-'));
  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8' });
  try {
    execFileSync('git', ['clone', '--quiet', told.repository.dir, dir], { stdio: 'ignore' });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
    git('add', '--all');
    return git('diff', '--cached');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const fenced = (patch: string): string => `\`\`\`diff\n${patch}\`\`\``;

/** The work is a commit of the bot on the run's branch, in a pull request. */
async function delivered(told: Story, branch: string): Promise<void> {
  const run = await told.ended();
  expect([...run.steps.values()].flatMap(({ error }) => (error === undefined ? [] : [error]))).toEqual([]);
  expect(run.status).toBe('succeeded');
  expect(await told.repository.file(branch, 'src/cart.js')).toBe(fixed);
  const [newest] = await told.repository.log(branch);
  expect(newest?.author).toBe('troupe[bot]');
  expect((await told.pull())?.headRef).toBe(branch);
}

test('a branch that a person names is taken over, also where the bot was away when they said it', async () => {
  const { told, branch } = await untilAsked();
  await told.stopBot();
  await push(told, 'fix-by-hand', { 'src/cart.js': fixed });
  await answer(told, 'pass: multiplies by the quantity. branch: fix-by-hand');
  await (await told.startBot()).sweep();
  await delivered(told, branch);
  const [run] = await told.runs();
  const step = run === undefined ? undefined : (await told.state(run.id)).steps.get(made);
  expect(step?.result).toMatchObject({
    verdict: 'pass',
    summary: 'multiplies by the quantity. (writer)',
    provider: 'people',
  });
  expect(step?.result?.warnings?.join('\n')).toContain('Took over the branch "fix-by-hand" at ');
});

test('a patch in the comment is taken over', async () => {
  const { told, branch } = await untilAsked();
  await answer(told, `pass: multiplies by the quantity\n\n${fenced(patchOf(told, { 'src/cart.js': fixed }))}\n`);
  await delivered(told, branch);
});

test('a result object may name a branch, too', async () => {
  const { told, branch } = await untilAsked();
  await push(told, 'fix-by-hand', { 'src/cart.js': fixed });
  await answer(told, '{"status":"pass","summary":"Done","branch":"fix-by-hand"}');
  await delivered(told, branch);
});

const workflowFile = { '.github/workflows/own.yml': 'on: push\njobs: {}\n' };

type Bad = readonly [what: string, handIn: (told: Story, branch: string) => Promise<string>, words: string];

const bad: readonly Bad[] = [
  ['a branch that is not there', async () => 'branch: nowhere', 'There is no branch "nowhere" in this repository'],
  [
    'a branch of a fork',
    async () => 'branch: reporter:fix',
    '"reporter:fix" names a branch of another repository: push it to this one, or hand in a patch',
  ],
  ['the branch of the run', async (_told, branch) => `branch: ${branch}`, "is the run's own branch"],
  ['the branch that the work is for', async () => 'branch: main', '"main" is the branch that the work is for'],
  ['a name that is none', async () => 'branch: --upload-pack=x', 'it starts with "-"'],
  [
    'a branch without a change',
    async (told) => {
      await told.github
        .as('writer')
        .pushCommit(told.fullName, 'empty', { message: 'Nothing', files: {}, from: 'main' });
      return 'branch: empty';
    },
    'The branch "empty" holds no change since',
  ],
  [
    'a branch that changes what is protected',
    async (told) => {
      await push(told, 'own-workflow', workflowFile);
      return 'branch: own-workflow';
    },
    '.github/workflows/own.yml',
  ],
  [
    'a patch that does not apply',
    async (told) => fenced(patchOf(told, { 'src/cart.js': fixed }).replace(/^-(?!-).*$/m, '-something else')),
    'they do not apply',
  ],
  ['a patch that is none', async () => '```diff\nI changed the sum\n```', 'they are no patch that git can read'],
  [
    'an attached file',
    async () => '[fix.patch](https://github.com/user-attachments/files/1/fix.patch)',
    'what is attached to a comment cannot be read here',
  ],
  ['two branches', async () => 'branch: one\nbranch: two', 'it hands in more than one work'],
];
/** A person is asked three times: two that are bad, and one that is good. */
const pairs = bad.flatMap((_one, at) => (at % 2 === 0 ? [bad.slice(at, at + 2)] : []));

test.each(pairs.map((pair) => [pair.map(([what]) => what).join(', then '), pair] as const))(
  '%s: refused in a sentence, and asked for again',
  async (_what, pair) => {
    const { told, branch } = await untilAsked();
    for (const [, handIn, words] of pair) {
      await answer(told, `pass: done\n${await handIn(told, branch)}`);
      await said(told, words);
      // nothing of it is there
      for (const name of [branch, 'main']) {
        expect(await told.repository.file(name, '.github/workflows/own.yml')).toBeUndefined();
        expect(await told.repository.file(name, 'src/cart.js')).not.toBe(fixed);
      }
    }
    await push(told, 'at-last', { 'src/cart.js': fixed });
    await answer(told, 'pass: done\nbranch: at-last');
    await delivered(told, branch);
  },
);

test('who hands in what cannot be used again and again is asked no more: the step fails with the reason', async () => {
  const { told } = await untilAsked();
  for (const name of ['one', 'two']) {
    await answer(told, `pass: done\nbranch: ${name}`);
    await said(told, `There is no branch "${name}" in this repository. Nothing of it was taken over`);
  }
  await answer(told, 'pass: done\nbranch: three');
  const run = await told.ended();
  expect(run.status).toBe('failed');
  expect(run.steps.get(made)?.error).toMatchObject({ message: 'There is no branch "three" in this repository' });
});

test('whoever may not answer hands in nothing', async () => {
  const { told } = await untilAsked();
  await push(told, 'fix-by-hand', { 'src/cart.js': fixed });
  await told.github.as('reader').comment(told.fullName, told.issue, '/troupe answer pass: done\nbranch: fix-by-hand');
  await said(told, '@reader, `/troupe answer`');
  const [run] = await told.runs();
  expect(run?.status).toBe('waiting');
});
