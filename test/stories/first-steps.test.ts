// README's first workflow, word for word in an empty folder. The commands before it (`npm ci`, the demo) are in test/long/first-steps.test.ts.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoRepository } from '../../src/local-github/index.ts';
import { installClaude } from '../support/fake-claude.ts';
import { plainGit } from '../support/git-world.ts';
import { goodAnswers } from '../support/good-answers.ts';
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

test('README’s three lines lead from an agent that is installed and logged in to a branch on GitHub', async () => {
  chmodSync(dir, 0o755);
  installClaude(join(dir, 'bin'), { ...goodAnswers, 'hotfix-specialist': goodAnswers['lead-engineer'] });
  const login = { claudeAiOauth: { accessToken: 'sk-ant-oat01-of-this-test', expiresAt: Date.now() + 3_600_000 } };
  const files = { ...demoRepository, '../.claude/.credentials.json': JSON.stringify(login) };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, 'empty', name)), { recursive: true });
    writeFileSync(join(dir, 'empty', name), text);
  }
  const [lines] = blocksOf('At a desk');
  expect(lines?.text.trim().split('\n').length).toBe(3);
  const before = [
    `alias troupe='${checkout}/node_modules/.bin/node ${checkout}/bin/troupe.js'`,
    `export PATH='${join(dir, 'bin')}':"$PATH"`,
    `git init --quiet --bare '${join(dir, 'github')}'`,
    'git init --quiet && git add . && git commit --quiet -m Begin',
    `git remote add origin '${join(dir, 'github')}'`,
  ].join('\n');
  const said = await runScript(`${before}\n${lines?.text ?? ''}`, join(dir, 'empty'), dir);
  expect(said).toContain('(claude-code does the work)');
  expect(said).toMatch(/✓ succeeded: All steps are done/);
  const pushed = plainGit(join(dir, 'github'), 'for-each-ref', '--format=%(refname:short)');
  expect(pushed).toMatch(/^troupe\/correct-the-total-of-the-cart-r/);
  expect(plainGit(join(dir, 'github'), 'show', `${pushed}:src/cart.js`)).toContain('item.price * item.quantity');
});
