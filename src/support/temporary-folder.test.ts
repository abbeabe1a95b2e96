import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepTemporaryFolders, temporaryFolder } from './temporary-folder.ts';

let dir: string;
const before = process.env['TMPDIR'];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-temporary-'));
  process.env['TMPDIR'] = dir;
});
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(dir, { recursive: true, force: true });
});

/** A folder that a process made which is gone now. */
function leftByTheDead(): string {
  const file = join(import.meta.dirname, 'temporary-folder.ts');
  const script = `import(${JSON.stringify(file)}).then(({ temporaryFolder }) => { console.log(temporaryFolder('home')); process.kill(process.pid, 'SIGKILL'); })`;
  const made = spawnSync(process.execPath, ['-e', script], { env: { ...process.env, TMPDIR: dir }, encoding: 'utf8' });
  return made.stdout.trim();
}

function aged(name: string, ageMs: number): string {
  const path = join(dir, name);
  mkdirSync(path);
  writeFileSync(join(path, 'secrets.json'), 'x');
  const at = (Date.now() - ageMs) / 1_000;
  utimesSync(path, at, at);
  return path;
}

test('what a killed process left goes at the next start; what a living one has stays', () => {
  const own = temporaryFolder('request');
  const left = leftByTheDead();
  expect([existsSync(left), basename(left)]).toEqual([true, expect.stringMatching(/^troupe-home-/)]);
  writeFileSync(join(left, 'log-in'), 'x');
  expect(sweepTemporaryFolders(Date.now())).toBe(1);
  expect([existsSync(left), existsSync(own)]).toEqual([false, true]);
});

test('what nobody can tell of goes when it is old: a hand-over of earlier versions after a minute, other folders after a week', () => {
  const day = 24 * 3_600_000;
  const elsewhere = `${process.pid.toString(36)}.abc.1`;
  const goes = [
    aged('troupe-handover-abcdef', 2 * 60_000),
    aged('troupe-home-abcdef', 8 * day),
    aged(`troupe-home-${elsewhere}-abcdef`, 8 * day),
  ];
  const stays = [
    aged('troupe-handover-fedcba', 1_000),
    aged('troupe-home-fedcba', 6 * day),
    aged(`troupe-home-${elsewhere}-fedcba`, 6 * day),
    aged('troupe-homework-abcdef', 30 * day),
    aged('somebody-elses', 30 * day),
  ];
  expect(sweepTemporaryFolders(Date.now())).toBe(goes.length);
  expect([goes.some((path) => existsSync(path)), stays.every((path) => existsSync(path))]).toEqual([false, true]);
});

test('a link in the place of such a folder leads nowhere', () => {
  const kept = aged('kept', 0);
  symlinkSync(kept, join(dir, 'troupe-home-1.1.1-abcdef'));
  expect(sweepTemporaryFolders(Date.now())).toBe(0);
  expect(readFileSync(join(kept, 'secrets.json'), 'utf8')).toBe('x');
});
