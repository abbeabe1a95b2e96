// The bundle as it is committed: the sources of this commit and nothing else, small, and at work soon.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildBundle, root } from './stage.ts';

function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .toSorted();
}

test('dist/action is what `npm run build:action` makes of this tree, and has at most 4.5 MB', () => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-bundle-'));
  try {
    buildBundle(dir);
    const committed = join(root, 'dist/action');
    expect(files(committed)).toEqual(files(dir));
    const stale = files(dir).filter(
      (name) => !readFileSync(join(dir, name)).equals(readFileSync(join(committed, name))),
    );
    expect(stale, 'run `npm run build:action` and commit dist/action').toEqual([]);
    const bytes = files(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
    // the client of Redis, 0.4 MB, is read by who asks workers behind one and by nobody else
    expect(bytes).toBeLessThan(4.5 * 1024 * 1024);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
