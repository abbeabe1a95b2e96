// `troupe init` where it may not or cannot write: a sentence with the path and what to do, the documented exit code, and nothing half written.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeNewFiles } from '../../src/cli/common/write-new-files.ts';
import { manyCommands } from '../support/many-commands.ts';
import type { Place } from '../support/many-commands.ts';
import { plainGit } from '../support/git-world.ts';
import { hasOtherUsers } from '../support/requirements.ts';

let dir: string;
let repository: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-init-refused-'));
  chmodSync(dir, 0o755);
  repository = join(dir, 'shop');
  mkdirSync(repository);
  plainGit(repository, 'init', '--quiet', '--initial-branch=main');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Everything below, without git's own. */
function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^\.git(?:\/|$)/.test(name))
    .toSorted();
}

/** What it said, with the folder of the test as DIR. Nothing was written. */
async function refused(place: Partial<Place> = {}): Promise<string> {
  const before = files(dir);
  const [words, json] = await manyCommands([['init'], ['init', '--json']], { cwd: repository, ...place });
  expect(files(dir)).toEqual(before);
  expect([words?.code, words?.stdout, json?.code]).toEqual([2, '', 2]);
  expect(json?.stderr).toBe(words?.stderr);
  expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ error: { code: 'cli/cannot-write', exit_code: 2 } });
  return words?.stderr.replaceAll(dir, 'DIR') ?? '';
}

test('.github is a file', async () => {
  writeFileSync(join(repository, '.github'), 'mine');
  expect(await refused()).toMatchInlineSnapshot(`
    "Cannot write the first files into DIR/shop: DIR/shop/.github is a file, not a folder
    → Nothing was written. Move it out of the way, then run it again.
    "
  `);
  expect(readFileSync(join(repository, '.github'), 'utf8')).toBe('mine');
});

test('a folder that the last of the files needs is a file: the first ones are not written either', async () => {
  mkdirSync(join(repository, '.github'));
  writeFileSync(join(repository, '.github/troupe'), '');
  expect(await refused()).toMatchInlineSnapshot(`
    "Cannot write the first files into DIR/shop: DIR/shop/.github/troupe is a file, not a folder
    → Nothing was written. Move it out of the way, then run it again.
    "
  `);
});

test('a folder stands where a file goes', async () => {
  mkdirSync(join(repository, '.github/troupe.yml'), { recursive: true });
  expect(await refused()).toMatchInlineSnapshot(`
    "Cannot write the first files into DIR/shop: DIR/shop/.github/troupe.yml is no file
    → Nothing was written. Move it out of the way, then run it again.
    "
  `);
});

test('a link leads out of the repository, for a folder, for a file, and into nothing', async () => {
  mkdirSync(join(dir, 'elsewhere'));
  symlinkSync(join(dir, 'elsewhere'), join(repository, '.github'));
  expect(await refused()).toMatchInlineSnapshot(`
    "Cannot write the first files into DIR/shop: DIR/shop/.github is a link that leads out of the repository or nowhere
    → Nothing was written. Move it out of the way, then run it again.
    "
  `);
  rmSync(join(repository, '.github'));
  mkdirSync(join(repository, '.github'));
  symlinkSync('../../elsewhere/new.yml', join(repository, '.github/troupe.yml'));
  expect(await refused()).toContain(
    'DIR/shop/.github/troupe.yml is a link that leads out of the repository or nowhere\n',
  );
  expect(existsSync(join(dir, 'elsewhere/new.yml'))).toBe(false);
});

test('a link inside of the repository is followed', async () => {
  mkdirSync(join(repository, 'settings'));
  symlinkSync('settings', join(repository, '.github'));
  const [ended] = await manyCommands([['init']], { cwd: repository });
  expect(ended?.code).toBe(0);
  expect(existsSync(join(repository, 'settings/troupe.yml'))).toBe(true);
});

test.runIf(hasOtherUsers)('a folder of somebody else', async () => {
  const env = { GIT_CONFIG_COUNT: '0' };
  expect(await refused({ uid: 54_321, env })).toMatchInlineSnapshot(`
    "Cannot write the first files into DIR/shop: it may not be written by this user
    → Nothing was written. Run it as a user who may write there, or give this user the right.
    "
  `);
});

test('a folder that is in no repository gets the files, and the first thing to do is to make one', async () => {
  const cwd = join(dir, 'new');
  mkdirSync(cwd);
  const [ended] = await manyCommands([['init']], { cwd });
  expect(ended?.code).toBe(0);
  expect(ended?.stdout).toContain('\nNext:\n  git init\n  troupe validate ');
});

// a small disk is mounted: root may, where nobody forbids it
const canMount = process.getuid?.() === 0 && process.platform === 'linux' && mounts();
if (!canMount) console.warn('left out: a test that needs to mount a disk. To have it: be root on Linux');

test.runIf(canMount)('a disk that is full in the middle of it, and one that is read-only', () => {
  const disk = join(dir, 'disk');
  mkdirSync(disk);
  mount('-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk);
  try {
    const large = new Map([
      ['.github/a.yml', 'a'],
      ['.github/deep/b.yml', 'b'.repeat(64 * 1024)],
    ]);
    expect(() => writeNewFiles(disk, large)).toThrow(
      `Cannot write the first files into ${disk}: it is on a disk that is full`,
    );
    expect(files(disk)).toEqual([]);
    mount('-o', 'remount,ro', disk);
    expect(() => writeNewFiles(disk, new Map([['.github/a.yml', 'a']]))).toThrow(
      `Cannot write the first files into ${disk}: it is on a file system that is read-only`,
    );
  } finally {
    spawnSync('umount', [disk]);
  }
});

function mount(...words: readonly string[]): void {
  expect(spawnSync('mount', words).status).toBe(0);
}

function mounts(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'troupe-mount-'));
  const works = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', at]).status === 0;
  if (works) spawnSync('umount', [at]);
  rmSync(at, { recursive: true });
  return works;
}
