// README's first workflow, word for word in an empty folder. The commands before it (`npm ci`, the demo) are in test/long/first-steps.test.ts.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blocksOf, checkout, runScript, scriptOf } from '../support/first-steps.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-first-steps-'));
  mkdirSync(join(dir, 'empty'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('README’s first workflow runs word for word and leaves a commit on a branch', async () => {
  const [alias, ...rest] = blocksOf('The first workflow of your own');
  expect(alias?.text).toMatch(/^alias troupe=/);
  expect(rest.map(({ kind, name }) => name || kind)).toEqual([
    'sh',
    '.github/troupe/workflows/fix.yml',
    '.github/troupe.yml',
    'answers.yml',
    'sh',
  ]);
  const script = `${alias?.text}cd '${join(dir, 'empty')}'\n${scriptOf(rest)}`;
  const said = await runScript(script, checkout, dir);
  expect(said).toContain('✓ .github/troupe/workflows/fix.yml\n');
  expect(said).toContain('flowchart TD\n');
  expect(said).toMatch(/✓ succeeded: All steps are done\n {2}branch {8}troupe\/fix-the-rounding-r/);
  expect(said).toMatch(/^[0-9a-f]+ fix$/im);
});
