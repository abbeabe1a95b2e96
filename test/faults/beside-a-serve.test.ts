import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { startTroupe, troupe } from '../support/cli.ts';
import type { CliProcess } from '../support/cli.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { letAuthorsPush, ownRepositories } from '../support/insiders.ts';

let dir: string;
let world: DemoWorld;
let first: CliProcess;
let env: Record<string, string>;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-beside-'));
  mkdirSync(join(dir, 'work'));
  writeFileSync(join(dir, 'answers.yml'), JSON.stringify(goodAnswers));
  writeFileSync(join(dir, 'config.yml'), JSON.stringify({ repositories: ownRepositories }));
  world = await createDemoWorld({
    dir: join(dir, 'github'),
    files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' },
  });
  letAuthorsPush(world);
  const port = await freePort();
  env = {
    APP_ID: String(world.app.appId),
    PRIVATE_KEY: world.app.privateKey,
    WEBHOOK_SECRET: 'a long secret of this story alone',
    GITHUB_API_URL: world.github.apiUrl,
    TROUPE_DATA_DIR: join(dir, 'data'),
    TROUPE_CONFIG: join(dir, 'config.yml'),
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'info',
  };
  world.github.setWebhook(world.app.slug, {
    url: `http://127.0.0.1:${port}/api/github/webhooks`,
    secret: env['WEBHOOK_SECRET'] ?? '',
  });
  first = startServe();
  await first.said('troupe is up');
});
afterAll(async () => {
  first.child.kill('SIGTERM');
  await first.ended;
  await world.github.close();
  rmSync(dir, { recursive: true, force: true });
});

function startServe(): CliProcess {
  return startTroupe(['serve', '--answers', join(dir, 'answers.yml')], { cwd: join(dir, 'work'), env });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // a TCP server that listens has an address with a port
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function read(...argv: string[]) {
  return troupe(argv, { cwd: join(dir, 'work'), env: { TROUPE_DATA_DIR: join(dir, 'data') } });
}

test('a second `serve` on the same data directory is refused and told who holds it', async () => {
  const second = await startServe().ended;
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(`process ${first.child.pid} on`);
  expect(second.stderr).toContain('troupe serve');
  expect(second.stderr).toContain('Reading works beside it.');
  expect(first.child.exitCode).toBeNull();
});

test('runs, show and logs work beside a running serve', async () => {
  await world.github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
  await world.github.until('the comment of the run', () => world.repository.comments(world.issue)[0]);

  const listed = await read('runs', '--json');
  expect(listed.code).toBe(0);
  const { runs } = JSON.parse(listed.stdout) as { runs: { id: string; workflow: string }[] }; // what `runs --json` prints
  expect(runs).toMatchObject([{ workflow: 'project-loop' }]);
  const run = runs[0]?.id ?? '';
  const shown = await read('show', run);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain(run);
  const followed = await read('logs', run, '--follow', '--json');
  const types = followed.stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type); // one event per line
  expect(types[0]).toBe('run.created');
  expect(types.at(-1)).toBe('run.finished');
  expect((await read('runs', '--status', 'succeeded')).stdout).toContain(run);
});
