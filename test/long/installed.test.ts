// The package as a stranger has it: packed, installed with `npm i -g` into an empty place, run under plain Node 24 far from any checkout. Needs the package registry.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { CliEnd } from '../support/cli.ts';
import { blocksOf, checkout } from '../support/first-steps.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { installTroupe } from '../support/installed.ts';
import type { Installed } from '../support/installed.ts';
import { serve } from '../support/serve.ts';

let there: Installed;
beforeAll(async () => {
  there = await installTroupe();
});
afterAll(() => there.remove());

const troupe = (cwd: string, ...args: readonly string[]): Promise<CliEnd> => there.run(['troupe', ...args], cwd);

/** What it printed; anything but exit code 0 fails with what was said. */
async function printed(cwd: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await troupe(cwd, ...args);
  if (code !== 0) throw new Error(`troupe ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

test('it is installed without a warning, in at most 160 MB, and without what only a checkout needs', () => {
  // README says what was done here, with this name of the tarball; the demo is the third test
  const shown = `npm pack\nnpm i -g ./${basename(there.packed.tarball)}\ntroupe demo\n`;
  expect(blocksOf('What works today').at(2)?.text).toBe(shown);
  expect(there.said).not.toMatch(/warn|ERR|deprecated|vulnerab/i);
  const bytes = readdirSync(there.folder, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, name) => sum + statSync(join(there.folder, name)).size,
    0,
  );
  expect(bytes).toBeLessThan(160e6);
  const manifest: unknown = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const { devDependencies } = manifest as { readonly devDependencies: object };
  // what is in both is a dependency of a dependency
  expect(Object.keys(devDependencies).filter((one) => existsSync(join(there.folder, 'node_modules', one)))).toEqual([]);
});

test('it says its version, and every command explains itself', async () => {
  const cwd = there.makeFolder('nothing');
  expect(await printed(cwd, '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  const commands = [...(await printed(cwd, '--help')).matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
  expect(commands.length).toBeGreaterThan(30);
  const helps = await Promise.all(
    commands
      .filter((name) => name !== 'troupe')
      .map((name) => printed(cwd, ...(name === 'help' ? [] : [name]), '--help')),
  );
  expect(helps.filter((text) => !text.startsWith('Usage: troupe'))).toEqual([]);
  expect(readdirSync(cwd)).toEqual([]);
});

test('the demo leads from a label to a pull request', async () => {
  const cwd = there.makeFolder('demo');
  expect(await printed(cwd, 'demo')).toContain('✓ From the label to a pull request that fixes the test:');
  expect(readdirSync(cwd)).toEqual([]);
});

test('a desk: init, validate, run, and every command that looks at the run', async () => {
  const cwd = there.makeFolder('desk');
  for (const [name, value] of Object.entries({ 'user.name': 'Ada', 'user.email': 'ada@example.test' }))
    await there.run(['git', 'config', '--global', name, value], cwd);
  await there.run(['git', 'init', '--quiet', '--initial-branch=main'], cwd);
  await there.run(['git', 'commit', '--quiet', '--allow-empty', '-m', 'Begin'], cwd);
  expect(await printed(cwd, 'init', '--template', 'hotfix')).toContain(
    '✓ .github/troupe/workflows/hotfix.yml is valid',
  );
  await there.run(['git', 'add', '.github'], cwd);
  await there.run(['git', 'commit', '--quiet', '-m', 'Add a troupe workflow'], cwd);
  expect(await printed(cwd, 'validate')).toBe('✓ .github/troupe/workflows/hotfix.yml\n');
  const rehearsal = ['--task', 'Try it', '--answers', '.github/troupe/rehearsal.yml'];
  expect(await printed(cwd, 'run', 'hotfix', ...rehearsal)).toContain('✓ succeeded: All steps are done');
  const runs: unknown = JSON.parse(await printed(cwd, 'runs', '--json'));
  const { id } = (runs as { readonly runs: readonly { readonly id: string }[] }).runs[0] ?? { id: '' };
  const looks: readonly (readonly [readonly string[], string | RegExp])[] = [
    [['runs'], /^✓ \w+ {2}succeeded/],
    [['show', id], '✓ succeeded: All steps are done'],
    [['status', id], '✓ succeeded: All steps are done'],
    [['logs', id], 'run.finished'],
    [['transcript', id, 'fix'], 'Attempt 1'],
    [['report', id], '# hotfix: Try it'],
    [['artifacts', id], 'run.patch'],
    [['inspect', id, '--step', 'fix'], '"fix"'],
    [['cost'], /^day/],
    // what is for people stands on the other stream
    [['queue'], /^$/],
    [['graph', 'hotfix'], /^flowchart TD/],
    [['describe', 'hotfix'], '# hotfix'],
    [['analyze', 'hotfix'], 'longest chain: fix → qa → code-review → finish'],
    [['workflows'], 'hotfix '],
    [['personas'], 'code-reviewer '],
    [['completion', 'bash'], '_troupe'],
    [['completion', 'zsh'], 'troupe'],
    [['completion', 'fish'], 'troupe'],
    [['doctor'], '✓ node: 24.'],
  ];
  for (const [words, told] of looks) expect(await printed(cwd, ...words), words.join(' ')).toMatch(told);
});

test('the pages that its messages name can be opened', async () => {
  const cwd = there.makeFolder('pages');
  await there.run(['git', 'init', '--quiet'], cwd);
  await there.run(['git', 'commit', '--quiet', '--allow-empty', '-m', 'Begin'], cwd);
  const told = await Promise.all([
    troupe(cwd, 'doctor'),
    troupe(cwd, 'serve'),
    troupe(cwd, 'run', 'hotfix', '--task', 'Try it'),
  ]);
  const pages = told.flatMap(({ stdout, stderr }) => `${stdout}${stderr}`.match(/[^\s(]*docs\/[\w/-]+\.md/g) ?? []);
  expect([...new Set(pages)].toSorted()).toEqual(
    ['operating.md', 'personas.md'].map((page) => join(there.folder, 'docs', page)),
  );
  expect(pages.filter((page) => !existsSync(page))).toEqual([]);
});

test('the bot starts, is ready, and makes a pull request of a label', async () => {
  const cwd = there.makeFolder('bot');
  const world = await createDemoWorld({
    dir: join(there.makeFolder('github'), 'data'),
    files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' },
  });
  writeFileSync(join(cwd, 'key.pem'), world.app.privateKey);
  writeFileSync(join(cwd, 'answers.yml'), JSON.stringify(goodAnswers));
  const served = serve(['serve', '--answers', 'answers.yml'], {
    ...there.stranger,
    cwd,
    command: ['troupe'],
    env: {
      ...there.stranger.env,
      APP_ID: String(world.app.appId),
      PRIVATE_KEY_PATH: './key.pem',
      WEBHOOK_SECRET: 'secret-of-the-hook',
      GITHUB_API_URL: world.github.apiUrl,
      HOST: '127.0.0.1',
      PORT: '0',
    },
  });
  try {
    const url = await served.url();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    world.github.setWebhook(world.app.slug, { url: `${url}/api/github/webhooks`, secret: 'secret-of-the-hook' });
    await world.github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
    const pull = await world.github.until('a pull request that is ready', async () =>
      (await world.repository.pullRequests()).find(({ draft }) => !draft),
    );
    expect(await world.repository.file(pull.headRef, 'src/cart.js')).toContain('item.price * item.quantity');
    expect(await served.stop()).toBe(0);
  } finally {
    await served.stop();
    await world.github.close();
  }
});
