// Trees that another user works in: every file is handed over and taken back, whatever it is called.
import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasOtherUsers } from '../../../test/support/requirements.ts';
import { handOver, takeBack } from './agent-users.ts';

test.runIf(hasOtherUsers)('names that are no UTF-8 are handed over like any other, and links are not followed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-hand-over-'));
  try {
    const tree = join(dir, 'tree');
    const inTree = (name: string): Buffer => Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(name, 'latin1')]);
    mkdirSync(inTree('d\u00e9p'), { recursive: true });
    writeFileSync(inTree('d\u00e9p/caf\u00e9'), 'x');
    writeFileSync(join(dir, 'outside'), 'x');
    symlinkSync('../outside', inTree('\u00ff'));
    const owners = (): number[] =>
      ['d\u00e9p', 'd\u00e9p/caf\u00e9', '\u00ff'].map((name) => lstatSync(inTree(name)).uid);
    handOver(tree, 65_123, dir);
    expect(owners()).toEqual([65_123, 65_123, 65_123]);
    takeBack(tree, 65_123);
    expect(owners()).toEqual([0, 0, 0]);
    expect(lstatSync(join(dir, 'outside')).uid).toBe(0);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
