// Repositories as they are: line ends that attributes normalise, names that are no text, filters, submodules. Only what a persona wrote is committed, all of it or by name none.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

/** Engineer and reviewer; nobody runs tests here. */
const workflow = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer, expect: [changes] }
  - { id: review, type: persona-request, persona: code-reviewer, dependencies: [implement] }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [review] }
`;

/** Paths and contents, one character for each byte; a content of 40 hex digits is a submodule's commit. */
type Raw = Readonly<Record<string, string>>;

/** A run of which the engineer does this, in a repository that holds these files beside its own. */
async function tell(raw: Raw, mischief: string): Promise<Story> {
  const story = await stage({
    providers: shellProviders(),
    serverFile: { defaultProvider: 'program' },
    files: { '.github/troupe/workflows/build.yml': workflow },
  });
  const rows = Object.entries(raw).map(([path, content]) =>
    /^[0-9a-f]{40}$/.test(content)
      ? `M 160000 ${content} ${inOctal(path)}`
      : `M 100644 inline ${inOctal(path)}\ndata ${content.length}\n${content}`,
  );
  const stream = [
    'commit refs/heads/main',
    'committer Ada <ada@example.test> now',
    'data 4\nmore',
    'from refs/heads/main^0',
    ...rows,
    '',
  ].join('\n');
  plain(story, ['fast-import', '--quiet', '--date-format=now'], stream);
  writePersona(story.dir, { 'lead-engineer': `const undo = () => sh('git checkout -q -- src test');\n${mischief}` });
  await story.label('troupe:build');
  return story;
}

function plain(story: Story, args: readonly string[], input = ''): string {
  const answer = execFileSync('git', args, {
    cwd: story.repository.dir,
    input: Buffer.from(input, 'latin1'),
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
  });
  return answer.toString('latin1');
}

function inOctal(path: string): string {
  const body = [...path].map((byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `"${body.join('')}"`;
}

/** What the pull request's branch changes, as git lists it. */
async function changedIn(story: Story): Promise<readonly string[]> {
  const pull = await story.pull();
  const listed = plain(story, ['diff-tree', '-r', '--name-status', '-z', '--no-renames', 'main', pull?.headRef ?? '']);
  const fields = listed.split('\0').filter((field) => field !== '');
  return fields.flatMap((field, index) => (index % 2 === 0 ? [`${field} ${fields[index + 1]}`] : [])).toSorted();
}

/** Attributes that git disagrees with, and names that no program expects. */
const strange: Raw = {
  '.gitattributes': '*.txt text\n*.crlf text eol=crlf\nmarked.c ident\n*.u16 working-tree-encoding=UTF-16LE\n',
  'dos.txt': 'one\r\ntwo\r\n',
  'lines.crlf': 'one\n',
  'marked.c': '/* $Id$ */\n',
  'wide.u16': 'one\n',
  'caf\u00e9.md': 'latin\n',
  'd\u00e9p/\u00ff': 'bytes\n',
  'back\\slash.md': 'here\n',
  'new\nline.md': 'here\n',
  '-dash.md': 'here\n',
  ':(top)magic.md': 'here\n',
  'packages/a/index.js': 'a\n',
  'packages/b/index.js': 'b\n',
};

test('files that nobody touched are no change: nothing done is nothing done', async () => {
  const told = await tell(strange, 'undo();');
  const run = await told.ended();
  expect(run).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('should change files and changed none'),
  });
});

test('of a repository full of strange names and line ends the commit holds what the engineer wrote', async () => {
  const told = await tell(
    strange,
    `undo();
    const raw = (text) => Buffer.from(text, 'latin1');
    fs.appendFileSync(raw('caf\\xe9.md'), 'more');
    fs.rmSync(raw('d\\xe9p'), { recursive: true });
    fs.appendFileSync('back\\\\slash.md', 'more');
    fs.appendFileSync('new\\nline.md', 'more');
    fs.appendFileSync(':(top)magic.md', 'more');
    fs.rmSync('-dash.md');
    fs.appendFileSync('lines.crlf', 'two\\r\\n');
    fs.rmSync('packages/b', { recursive: true });
    fs.symlinkSync('a', 'packages/b');`,
  );
  const run = await told.ended();
  expect(run.status, run.reason).toBe('succeeded');
  expect(await changedIn(told)).toEqual([
    'A packages/b',
    'D -dash.md',
    'D d\u00e9p/\u00ff',
    'D packages/b/index.js',
    'M :(top)magic.md',
    'M back\\slash.md',
    'M caf\u00e9.md',
    'M lines.crlf',
    'M new\nline.md',
  ]);
  // git stores line ends as the attributes say
  const head = (await told.pull())?.headRef ?? '';
  expect(await told.repository.file(head, 'lines.crlf')).toBe('one\ntwo\n');
  const files = [...run.steps.values()].find(({ path }) => path === 'implement')?.result?.filesChanged;
  expect(files).toContain('"caf\\351.md"');
  expect([...run.steps.values()].flatMap(({ result }) => result?.warnings ?? [])).toEqual([]);
});

test('a new name that is no text is refused by its name as git quotes it', async () => {
  const told = await tell({}, `fs.writeFileSync(Buffer.from('na\\xefve.md', 'latin1'), 'x');`);
  const run = await told.ended();
  expect(run.status).toBe('failed');
  const refused = '"na\\357ve.md" has a name that is not UTF-8';
  expect(run.reason).toContain(refused);
  expect(told.comments()[0]?.body).toContain(refused);
  expect(told.comments()[0]?.body).toMatch(/a person has to make it\. [A-Z]/);
});

test('a file under a filter is refused by name, and the engineer was told that it sees a pointer', async () => {
  const told = await tell(
    {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'picture.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`,
    },
    `fs.writeFileSync('new.bin', 'raw');`,
  );
  const run = await told.ended();
  expect(run.status).toBe('failed');
  expect(run.reason).toContain('"new.bin" is under the filter "lfs", which is not run here');
  const events = await told.bot().store.journal.read(run.id);
  const kept = events.find((event) => event.type === 'artifact.added' && event.data.name.endsWith('.prompt.md'));
  if (kept?.type !== 'artifact.added') throw new Error('a prompt was expected');
  const prompt = Buffer.from((await told.bot().store.blobs.get(kept.data.sha256)) ?? '').toString('utf8');
  expect(prompt).toContain('One file is under the filter "lfs" of .gitattributes (Git LFS)');
});

const submodule = '1234567890123456789012345678901234567890';
const withSubmodule: Raw = {
  '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib\n',
  lib: submodule,
};

test('a submodule goes whole: its section and its link', async () => {
  const told = await tell(withSubmodule, `sh('git rm -q lib');`);
  const run = await told.ended();
  expect(run.status, run.reason).toBe('succeeded');
  expect(await changedIn(told)).toEqual(expect.arrayContaining(['D lib', 'M .gitmodules']));
});

test('half of it is refused by name', async () => {
  const told = await tell(withSubmodule, `fs.rmSync('lib', { recursive: true });`);
  const run = await told.ended();
  expect(run.status).toBe('failed');
  expect(run.reason).toContain('"lib" is a submodule whose folder is gone while .gitmodules still names it');
});
