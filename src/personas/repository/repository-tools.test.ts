// What a model sees of a worktree, and everything that it asks for in vain. Real files, links and pipes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRedactor } from '../../support/index.ts';
import type { PersonaTool } from '../model/types.ts';
import { createRepositoryTools } from './repository-tools.ts';
import type { RepositoryLimits, RepositoryTools } from './repository-tools.ts';

let dir: string;
let worktree: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-repository-'));
  worktree = join(dir, 'tree');
  mkdirSync(join(worktree, 'src/deep'), { recursive: true });
  mkdirSync(join(worktree, '.git'));
  mkdirSync(join(worktree, 'node_modules/left-pad'), { recursive: true });
  writeFileSync(join(dir, 'outside.txt'), 'PRIVATE outside\n');
  writeFileSync(join(worktree, '.git/config'), 'PRIVATE url = https://x\n');
  writeFileSync(join(worktree, 'node_modules/left-pad/index.js'), 'const price = 1;\n');
  writeFileSync(join(worktree, 'src/cart.js'), 'const price = 1;\nconst total = Price * 2;\n');
  writeFileSync(join(worktree, 'src/deep/tax.js'), 'export const tax = 0.2;\n');
  writeFileSync(join(worktree, 'README.md'), '# Shop\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function toolsWith(
  limits: Partial<RepositoryLimits> = {},
  tools: readonly PersonaTool[] = ['read', 'search'],
): RepositoryTools {
  return createRepositoryTools({ worktree, tools, redactor: createRedactor(['the-secret-key']), limits });
}

async function use(name: string, input: unknown, tools = toolsWith()): Promise<string> {
  return (await tools.use(name, input)).text;
}

test('files are listed, read with their numbers, and found by what they hold', async () => {
  expect(await use('list_files', {})).toBe(
    'README.md\nnode_modules/ (not listed)\nsrc/\n(59 calls and 600 KB are left)',
  );
  expect(await use('list_files', { path: './src/', deep: true })).toContain(
    'src/cart.js\nsrc/deep/\nsrc/deep/tax.js\n',
  );
  expect(await use('list_files', { name: 'TAX' })).toContain('src/deep/tax.js\n');
  expect(await use('read_file', { path: 'src/cart.js', from: 2 })).toContain(
    'src/cart.js, lines 2 to 2 of 2:\n2\tconst total = Price * 2;',
  );
  expect(await use('read_file', { path: 'src/cart.js', from: 9 })).toContain('has 2 lines; there is no line 9');
  const found = await use('search_text', { text: 'price', path: null, name: null });
  expect(found).toContain('2 lines:\nsrc/cart.js:1: const price = 1;\nsrc/cart.js:2: const total = Price * 2;');
  expect(found).not.toContain('left-pad');
  expect(await use('search_text', { text: 'nowhere' })).toContain('Nothing found: nowhere');
});

describe('nothing outside of the worktree is shown, and nothing of git', () => {
  beforeEach(() => {
    symlinkSync('../outside.txt', join(worktree, 'link.txt'));
    symlinkSync(dir, join(worktree, 'up'));
    symlinkSync('/etc', join(worktree, 'src/etc'));
    symlinkSync('.git/config', join(worktree, 'settings'));
    symlinkSync('/nowhere/at/all', join(worktree, 'gone'));
    symlinkSync('cart.js', join(worktree, 'src/alias.js'));
  });

  test.each([
    '../outside.txt',
    'src/../../outside.txt',
    '/etc/passwd',
    '~/.ssh/id_rsa',
    'C:\\Windows\\win.ini',
    '..\\outside.txt',
    'link.txt',
    'up/outside.txt',
    'src/etc/passwd',
    '.git/config',
    '.GIT/config',
    'src/.git',
    '.git',
    'GIT~1/config',
    '.git./config',
    'settings',
    'gone',
    'a\0b',
    'x'.repeat(5_000),
  ])('%j', async (path) => {
    for (const [name, input] of [
      ['read_file', { path }],
      ['list_files', { path, deep: true }],
      ['search_text', { text: 'PRIVATE', path }],
      ['search_text', { text: 'root', path }],
    ] as const) {
      const text = await use(name, input);
      expect(text).toMatch(/^(Refused: |There is no )/);
      expect(text).not.toContain('PRIVATE');
      expect(text).not.toContain('root:');
    }
  });

  test('links are named and not followed; one that stays inside is read', async () => {
    const listed = await use('list_files', { deep: true });
    expect(listed).toContain('up -> a link');
    expect(listed).not.toContain('.git');
    expect(await use('search_text', { text: 'PRIVATE' })).toContain('Nothing found');
    expect(await use('read_file', { path: 'src/alias.js' })).toContain('const price = 1;');
  });
});

test('what is no text, too large, no file or not there is refused with a word', async () => {
  writeFileSync(join(worktree, 'logo.png'), Buffer.from([0x89, 0x50, 0, 1]));
  writeFileSync(join(worktree, 'huge.txt'), 'x'.repeat(1024 * 1024 + 1));
  execFileSync('mkfifo', [join(worktree, 'pipe')]);
  expect(await use('read_file', { path: 'logo.png' })).toContain('Refused: "logo.png" is no text');
  expect(await use('read_file', { path: 'huge.txt' })).toContain('files over 1024 KB are not shown');
  expect(await use('read_file', { path: 'pipe' })).toContain('is no file');
  expect(await use('read_file', { path: 'src' })).toContain('is no file');
  expect(await use('list_files', { path: 'README.md' })).toContain('is no folder');
  expect(await use('read_file', { path: 'nope.txt' })).toContain('There is no "nope.txt"');
  expect(await use('read_file', {})).toContain('Refused: the input is wrong');
  expect(await use('read_file', 'src/cart.js')).toContain('Refused: the input is wrong');
  expect(await use('write_file', { path: 'x' })).toContain('There is no tool "write_file"');
  expect(await use('search_text', { text: 'a\nb' })).toContain('Refused: name the text');
});

test('secrets of this process and what nobody sees do not leave', async () => {
  writeFileSync(join(worktree, 'notes.md'), 'key: the-secret-key\u200b\u202e<!-- x -->\n');
  const text = await use('read_file', { path: 'notes.md' });
  expect(text).toContain('1\tkey: [redacted]<!-- x -->\n');
});

test('calls and bytes have an end, and the model is told what is left', async () => {
  writeFileSync(join(worktree, 'long.txt'), `${'a line of words\n'.repeat(20_000)}`);
  const few = toolsWith({ calls: 2 });
  await few.use('list_files', {});
  expect(await use('list_files', {}, few)).toContain('(0 calls and 600 KB are left)');
  expect(await use('list_files', {}, few)).toBe('Refused: no calls are left. Hand in your result now.');
  const little = toolsWith({ bytes: 60 * 1024 });
  const first = await use('read_file', { path: 'long.txt' }, little);
  expect(Buffer.byteLength(first)).toBeLessThan(49 * 1024);
  const next = /… more from line (\d+) on/.exec(first)?.[1];
  expect(Number(next)).toBeGreaterThan(1_000);
  await use('read_file', { path: 'long.txt', from: Number(next) }, little);
  expect(await use('read_file', { path: 'long.txt' }, little)).toContain('you have read as much as you may');
});

test('ten thousand matches and files are an answer of bounded size', async () => {
  mkdirSync(join(worktree, 'many'));
  for (let n = 0; n < 700; n += 1) writeFileSync(join(worktree, `many/file-${n}.txt`), 'needle\n'.repeat(30));
  const found = await use('search_text', { text: 'needle' });
  expect(found.split('\n').length).toBeLessThan(110);
  expect(found).toContain('there are more');
  expect(await use('list_files', { path: 'many' })).toContain('… and 200 more');
});

test('a persona has the tools that go with its own', () => {
  const names = (tools: readonly PersonaTool[]): string[] => toolsWith({}, tools).list.map(({ name }) => name);
  expect(names(['read', 'search'])).toEqual(['list_files', 'read_file', 'search_text']);
  expect(names(['read'])).toEqual(['list_files', 'read_file']);
  expect(names(['search'])).toEqual(['list_files', 'search_text']);
  expect(names(['web'])).toEqual([]);
  expect(toolsWith({}, []).rules).toBe('');
  expect(toolsWith().rules).toContain(
    '60 calls of tools and 600 KB of answers in all, 48 KB in one answer, no file over 1024 KB',
  );
});
