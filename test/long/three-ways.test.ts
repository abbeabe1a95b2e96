// Two of README's three ways in, word for word: as an Action and as a bot. The desk is in test/stories/first-steps.test.ts.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { buildAction, setStage } from '../action/stage.ts';
import { installClaude } from '../support/fake-claude.ts';
import { blocksOf, checkout, runScript } from '../support/first-steps.ts';
import { plainGit } from '../support/git-world.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { copyCheckout } from '../support/packed.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';

const key = 'sk-ant-api03-of-the-operator';
const secret = 'secret-of-the-hook';
let home: string;
const open: (() => unknown)[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'troupe-ways-'));
  chmodSync(home, 0o755);
});
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  rmSync(home, { recursive: true, force: true });
});

/** A GitHub with the App and its key beside the user's home, an agent in `~/.local/bin`. */
async function prepare(verify: string): Promise<DemoWorld> {
  const world = await createDemoWorld({ dir: join(home, 'github'), files: { '.github/troupe.yml': `${verify}\n` } });
  open.push(() => world.github.close());
  copyCheckout(join(home, 'troupe'));
  installClaude(join(home, '.local/bin'), goodAnswers);
  writeFileSync(join(home, 'key.pem'), world.app.privateKey, { mode: 0o600 });
  return world;
}

function environment(world: DemoWorld): Record<string, string> {
  return {
    PATH: `${join(home, '.local/bin')}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    // the page speaks of GitHub, and this is one; the port is any that is free
    GITHUB_API_URL: world.github.apiUrl,
    PORT: '0',
  };
}

function start(world: DemoWorld, line: string, variables: Readonly<Record<string, string>> = {}): Served {
  const served = serve([], {
    command: ['bash', '-c', `exec ${line}`],
    cwd: join(home, 'troupe'),
    env: { ...environment(world), ...variables },
  });
  open.push(() => served.stop());
  return served;
}

async function readyPull(world: DemoWorld): Promise<string> {
  await world.github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
  const pull = await world.github.until('a pull request that is ready', async () =>
    (await world.repository.pullRequests()).find(({ draft }) => !draft),
  );
  return (await world.repository.file(pull.headRef, 'src/cart.js')) ?? '';
}

test('as a bot: README’s line starts it, and a label makes a pull request', async () => {
  const world = await prepare('verify: [[node, test/cart.test.js]]');
  const [line, ...more] = blocksOf('As a bot').map(({ text }) => text);
  expect([line, more]).toEqual(['APP_ID=… PRIVATE_KEY_PATH=./key.pem WEBHOOK_SECRET=… npm start\n', []]);
  const filled = (line ?? '')
    .replace('APP_ID=…', `APP_ID=${world.app.appId}`)
    .replace('./key.pem', '../key.pem')
    .replace('WEBHOOK_SECRET=…', `WEBHOOK_SECRET=${secret}`);
  const served = start(world, `env ${filled}`, { ANTHROPIC_API_KEY: key });
  const url = await served.url();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  world.github.setWebhook(world.app.slug, { url: `${url}/api/github/webhooks`, secret });
  expect(await readyPull(world)).toContain('item.price * item.quantity');
});

test('as a bot: the ten steps of docs/operating.md lead from nothing to a pull request', async () => {
  const page = readFileSync(join(checkout, 'docs/operating.md'), 'utf8');
  const [, section = ''] = /^## From nothing to the first pull request\n([^]*?)^## /m.exec(page) ?? [];
  const steps = [...section.matchAll(/^\d+\. (.*)$/gm)].map(([, text = '']) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
  );
  expect(steps).toHaveLength(10);
  // 1 to 4 bring programs to a machine, 5 and 6 are done with a mouse
  const [variables = [], [doctor = ''] = [], [, verify = ''] = [], [bot = ''] = []] = steps.slice(6);
  const world = await prepare(verify);
  // the App's address is any, and nothing listens there
  world.github.setWebhook(world.app.slug, { url: 'http://127.0.0.1:9/', secret });
  const values: Readonly<Record<string, string>> = {
    APP_ID: String(world.app.appId),
    WEBHOOK_SECRET: secret,
    ANTHROPIC_API_KEY: key,
  };
  const lines = variables
    .filter((code) => code.includes('='))
    .map((line) => line.replace(/^(\w+)=…$/, (_, name: string) => `${name}=${values[name] ?? ''}`));
  expect(lines.map((line) => line.split('=')[0])).toEqual([
    'APP_ID',
    'PRIVATE_KEY_PATH',
    'WEBHOOK_SECRET',
    'ANTHROPIC_API_KEY',
  ]);
  const env = `${lines.join('\n')}\n`.replace('/home/troupe', home);
  writeFileSync(join(home, 'troupe/.env'), env, { mode: 0o600 });
  const seen = spawnSync('bash', ['-c', doctor], {
    cwd: join(home, 'troupe'),
    env: environment(world),
    encoding: 'utf8',
  });
  expect(seen.stdout).toMatch(/^✓ agent claude-code: .*2\.1\.332.*ANTHROPIC_API_KEY/m);
  expect(seen.stdout).toContain(`✓ bot: App ${world.app.appId} at ${world.github.apiUrl}`);
  expect(bot).toBe('npm start -- --poll');
  start(world, bot);
  expect(await readyPull(world)).toContain('item.price * item.quantity');
});

test('as an Action: README’s three lines copy a file that makes a pull request of a label', async () => {
  const stage = await setStage(buildAction());
  open.push(() => stage.close());
  symlinkSync(checkout, join(home, 'troupe'));
  installClaude(join(home, 'bin'), goodAnswers);
  // `gh` notes what it was asked for: it speaks to github.com alone
  writeFileSync(join(home, 'bin/gh'), `#!/bin/sh\necho "$*" >> '${join(home, 'asked')}'\n`);
  chmodSync(join(home, 'bin/gh'), 0o755);
  const shop = join(home, 'shop');
  mkdirSync(shop);
  const [lines] = blocksOf('As an Action').filter(({ kind }) => kind === 'sh');
  const before = [
    `export PATH='${join(home, 'bin')}':"$PATH"`,
    `git init --quiet --bare '${join(home, 'remote')}'`,
    'git init --quiet --initial-branch=main && git commit --quiet --allow-empty -m Begin',
    `git remote add origin '${join(home, 'remote')}' && git push --quiet --set-upstream origin main`,
  ].join('\n');
  await runScript(`${before}\n${lines?.text ?? ''}`, shop, home);
  const pushed = plainGit(join(home, 'remote'), 'ls-tree', '-r', '--name-only', 'main').trim();
  expect(pushed).toBe('.github/workflows/troupe-label.yml');
  expect(readFileSync(join(home, 'asked'), 'utf8')).toBe(
    'secret set ANTHROPIC_API_KEY\nissue edit 1 --add-label troupe:project-loop\n',
  );

  const workflow = parse(plainGit(join(home, 'remote'), 'show', `main:${pushed}`)) as Copied;
  const step = workflow.jobs.troupe.steps.find(({ uses }) => uses?.startsWith('OWNER/troupe@') === true);
  expect([stage.issue, Object.values(step?.env ?? {})]).toEqual([1, ['${{ secrets.ANTHROPIC_API_KEY }}']]);
  await stage.github.as('writer').label(stage.fullName, stage.issue, 'troupe:project-loop');
  const job = await stage.job({
    event: 'issues',
    payload: await stage.payload('issues', 'labeled'),
    with: Object.fromEntries(Object.entries(step?.with ?? {}).map(([name, value]) => [name, String(value)])),
    // the step before it installed the agent
    env: {
      ANTHROPIC_API_KEY: key,
      PATH: `${join(home, 'bin')}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    },
  });
  expect([job.exitCode, job.outputs['conclusion'], job.log.includes(key)]).toEqual([0, 'succeeded', false]);
  expect((await stage.repository.pullRequests()).map(({ draft }) => draft)).toEqual([false]);
});

interface Copied {
  readonly jobs: {
    readonly troupe: {
      readonly steps: readonly {
        readonly uses?: string;
        readonly with?: Readonly<Record<string, unknown>>;
        readonly env?: Readonly<Record<string, string>>;
      }[];
    };
  };
}
