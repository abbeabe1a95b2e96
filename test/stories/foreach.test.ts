// A list of items on an issue: checks, comment, branch and commands as people see them (real git over HTTP, local GitHub).
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

function workflow(more: string, items: string, persona = 'lead-engineer'): string {
  return `name: Tour
steps:
  - id: files
    name: Files
    type: foreach
    items: ${items}
    as: file
    ${more}
    steps:
      - { id: write, name: Write, type: persona-request, persona: ${persona}, params: { file: "{{file}}" } }
`;
}

const three = '[one, two, three]';
const settings = { '.github/troupe.yml': 'verify: []\n' } as const;

test('each item is a step of its own: one check each, one for all, every edit on the branch', async () => {
  const told = await stage({
    files: { '.github/troupe/workflows/tour.yml': workflow('concurrency: 3', three), ...settings },
    answers: {
      'files.0.write': { status: 'pass', summary: 'One.', edits: { 'one.md': '1\n' } },
      'files.1.write': { status: 'pass', summary: 'Two.', edits: { 'two.md': '2\n' } },
      'files.2.write': { status: 'pass', summary: 'Three.', edits: { 'three.md': '3\n' } },
    },
  });
  await told.label('troupe:tour');
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  const branch = run.facts.branch ?? '';
  for (const [name, text] of [
    ['one.md', '1\n'],
    ['two.md', '2\n'],
    ['three.md', '3\n'],
  ] as const)
    expect(await told.repository.file(branch, name)).toBe(text);
  const checks = told.checks((await told.pull())?.headSha ?? '');
  expect(
    [...checks.keys()].filter((name) => name.includes(' / Write') || name.includes(' / Files')).toSorted(),
  ).toEqual([
    'troupe / tour / Files',
    'troupe / tour / Write [0]',
    'troupe / tour / Write [1]',
    'troupe / tour / Write [2]',
  ]);
  expect(checks.get('troupe / tour / Files')).toMatchObject({
    conclusion: 'success',
    summary: expect.stringContaining('3 of 3 items done'),
  });
});

test('forty items are one row: the comment counts them, and names those that failed', async () => {
  const numbers = JSON.stringify(Array.from({ length: 40 }, (_, index) => index));
  const told = await stage({
    files: {
      '.github/troupe/workflows/tour.yml': workflow(
        'on_item_failure: continue\n    concurrency: 4',
        numbers,
        'code-reviewer',
      ),
      ...settings,
    },
    answers: {
      'code-reviewer': { status: 'pass', summary: 'Read it.', outputs: { risk: 'low' } },
      'files.7.write': { raw: 'There is no paper left.' },
    },
  });
  await told.label('troupe:tour');
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'degraded', reason: expect.stringContaining('Write [7]') });
  const [comment] = told.comments();
  expect(comment?.body).toContain('40 of 40 items done, 1 failed: [7]');
  expect(comment?.body).toContain('Write [7]');
  expect(comment?.body).not.toContain('Write [8]');
});
