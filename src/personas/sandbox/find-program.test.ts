// Programs on a PATH that has odd folders: what cannot be looked at is passed over.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findPrograms } from './find-program.ts';

test('a folder of the PATH that this user cannot look into hides nothing behind it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-path-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  // root may look everywhere, but not into a link that leads to itself
  symlinkSync('round', join(dir, 'round'));
  mkdirSync(join(dir, 'closed'), { mode: 0 });
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/agent'), '#!/bin/sh\n');
  chmodSync(join(dir, 'bin/agent'), 0o755);
  const path = ['relative', ...['round', 'closed', 'nowhere', 'bin'].map((name) => join(dir, name))].join(':');
  expect(findPrograms('agent', path)).toEqual([join(dir, 'bin/agent')]);
});
