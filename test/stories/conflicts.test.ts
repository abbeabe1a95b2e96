// A conflict with the base asks for a person, with the files, wherever it comes up; no side is ever taken (real git over HTTP).
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Answers, Story } from '../support/story.ts';

const stage = storyPerTest();

const first = '{ id: implement, name: Implement, type: persona-request, persona: lead-engineer }';
const wait = '{ id: go, name: Go, type: approval, message: Go on?, dependencies: [implement] }';

const flow = (last: string): string => `name: Build\nsteps:\n  - ${first}\n  - ${wait}\n${last}`;

/** Runs until it asks; then the base moves on, in the same line or in another file. */
async function tell(last: string, base: Readonly<Record<string, string>>, answers?: Answers): Promise<Story> {
  const told = await stage({
    files: {
      '.github/troupe/workflows/build.yml': flow(last),
      '.github/troupe.yml': 'verify: []\n',
      'notes.md': 'one\n',
    },
    answers: answers ?? { implement: { status: 'pass', summary: 'Noted.', edits: { 'notes.md': 'two\n' } } },
    serverFile: { allowAutoMerge: ['playhouse/*'] },
  });
  await told.label('troupe:build');
  await told.until('the question', (run) => run.steps.get('go' as never)?.approval?.isOpen === true);
  await told.github.as('maintainer').pushCommit(told.fullName, 'main', { message: 'Base moves', files: base });
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe approve go');
  return told;
}

const three = { 'notes.md': 'three\n' };
const git = (operation: string, more = ''): string =>
  `  - { id: op, name: Op, type: git-operation, operation: ${operation}, dependencies: [go]${more} }\n`;

test.each([
  ['sync', git('sync')],
  ['rebase', git('rebase')],
  ['open-pull-request', git('open-pull-request')],
  ['merge-pull-request', git('merge-pull-request')],
  ['nothing but the end of the run', ''],
])('%s: the roll-up asks for a person and names the file; branch and base keep what they had', async (_what, last) => {
  const told = await tell(last, three);
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'failed', reason: expect.stringMatching(/conflict.* in notes\.md$/) });
  const head = run.facts.headSha ?? '';
  const rollup = told.checks(head).get('troupe / build');
  expect(rollup).toMatchObject({ conclusion: 'action_required', summary: expect.stringContaining('notes.md') });
  expect(rollup?.actions.map(({ label }) => label)).toContain('Judge again');
  expect(told.comments()[0]?.body).toContain('notes.md');
  expect(await told.pull()).toMatchObject({ state: 'open', merged: false });
  expect(await told.repository.file(run.facts.branch ?? '', 'notes.md')).toBe('two\n');
  expect(await told.repository.file('main', 'notes.md')).toBe('three\n');
});

test('a base that moved on elsewhere is in nobody’s way', async () => {
  const told = await tell(git('finalize', ', merge: true'), { 'other.md': 'x\n' });
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  expect(await told.repository.file('main', 'notes.md')).toBe('two\n');
});

test('status tells beforehand how far the two are apart and in which files they would conflict', async () => {
  const step = git('status').replace('id: op', 'id: look').trimEnd();
  const told = await tell(
    `${step}\n  - { id: tell, type: github, action: comment, params: { body: "behind {{steps.look.outputs.behind}}, conflicts {{steps.look.outputs.conflicts}}" }, dependencies: [look], condition: "steps.look.outputs.conflicts.length > 0" }\n`,
    three,
  );
  const run = await told.ended();
  expect(run.steps.get('look' as never)?.result?.outputs).toMatchObject({ behind: 1, conflicts: ['notes.md'] });
  expect(
    told
      .comments()
      .map(({ body }) => body)
      .join('\n'),
  ).toContain('behind 1, conflicts ["notes.md"]');
});

test('generated files are taken from the side that the file names; anything else stays a conflict', async () => {
  const answers = {
    implement: {
      status: 'pass',
      summary: 'Noted.',
      edits: { 'dist/a.js': 'branch\n', 'b.lock': 'branch\n', 'notes.md': 'two\n' },
    },
  };
  const step = git('sync', ', conflicts: { "dist/**": base, "*.lock": branch, "notes.md": base }');
  const told = await tell(step, { 'dist/a.js': 'base\n', 'b.lock': 'base\n', 'notes.md': 'three\n' }, answers);
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  const branch = run.facts.branch ?? '';
  const files = await Promise.all(
    ['dist/a.js', 'b.lock', 'notes.md'].map((path) => told.repository.file(branch, path)),
  );
  expect(files).toEqual(['base\n', 'branch\n', 'three\n']);
  expect(run.steps.get('op' as never)?.result).toMatchObject({
    outputs: { resolved: ['b.lock', 'dist/a.js', 'notes.md'], behind: 1 },
    warnings: [expect.stringContaining('Taken from one side, as the step says')],
  });
});
