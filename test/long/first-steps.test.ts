// README from its first command on, in a fresh clone: `npm ci`, the demo, the first workflow. Needs the package registry.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { troupe } from '../support/cli.ts';
import { blocksOf, checkout, runScript, scriptOf } from '../support/first-steps.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-first-steps-'));
  mkdirSync(join(dir, 'empty'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('every command of README’s first steps works in a fresh clone and an empty folder', async () => {
  await runScript(`git clone --quiet '${checkout}' '${join(dir, 'troupe')}'`, dir, dir);
  const [before, tests, ...more] = blocksOf('What works today').map(({ text }) => text);
  // the tests are this one and the others
  expect([before, tests, more.length]).toEqual(['npm ci && npm run demo\n', 'npm ci && npm test\n', 1]);
  const [alias, ...rest] = blocksOf('The first workflow of your own');
  const script = `${before}\n${alias?.text}cd '${join(dir, 'empty')}'\n${scriptOf(rest)}`;
  const said = await runScript(script, join(dir, 'troupe'), dir);
  expect(said).toContain('✓ From the label to a pull request that fixes the test:');
  expect(said).toMatch(/✓ succeeded: All steps are done\n {2}branch {8}troupe\/fix-the-rounding-r/);
});

test('the demo for machines prints what its schema says', async () => {
  const { code, stdout, stderr } = await troupe(['demo', '--json'], { cwd: dir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const schema: unknown = JSON.parse(readFileSync(join(checkout, 'schema/cli/demo.schema.json'), 'utf8'));
  // the compiler of schemas says when it is none
  const valid = new Ajv({ allErrors: true }).compile(schema as object);
  valid(JSON.parse(stdout));
  expect(valid.errors ?? []).toEqual([]);
});
