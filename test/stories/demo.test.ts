// The first thing that a newcomer runs, on a machine that has git and Node and nothing else: no bubblewrap.
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { troupe } from '../support/cli.ts';

let bin: string;
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'troupe-bin-'));
  chmodSync(bin, 0o755);
  const seen = new Set(['bwrap']);
  for (const folder of (process.env['PATH'] ?? '').split(':').filter((name) => name.startsWith('/')))
    for (const name of programsIn(folder)) {
      if (seen.has(name)) continue;
      seen.add(name);
      symlinkSync(join(folder, name), join(bin, name));
    }
});
afterAll(() => rmSync(bin, { recursive: true, force: true }));

function programsIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

test('the demo ends with a pull request whose tests pass, also where bubblewrap is missing', async () => {
  const { code, stdout, stderr } = await troupe(['demo'], { env: { PATH: bin } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('tests        2 pass, 2 fail');
  expect(stdout).toMatch(
    /✓ Implement: succeeded \(pass\)[^]*✓ QA: succeeded \(pass\)[^]*✓ Open the pull request: succeeded/,
  );
  expect(stdout).toContain(
    'Pull request #2: Rehearsal: The total ignores how many of an item are in the cart, ready for review',
  );
  expect(stdout).toContain("Tests on the pull request's head, in a fresh clone just now: 5 pass, 0 fail");
  expect(stdout.match(/✓ troupe \/ project-loop.*: success/g)).toHaveLength(8);
});
