// The bot as the operating guide sets it up: an agent on the PATH, its key in `.env`, no server file. From a label to a pull request.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { installClaude } from '../support/fake-claude.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';

let dir: string;
let world: DemoWorld;
let served: Served | undefined;
afterEach(async () => {
  await served?.stop();
  await world.github.close();
  rmSync(dir, { recursive: true, force: true });
});

test('without a server file the agent that was found plays, and its key stands nowhere', async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-serve-agents-'));
  chmodSync(dir, 0o755);
  world = await createDemoWorld({
    dir: join(dir, 'github'),
    files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' },
  });
  const [home, etc, key] = [join(dir, 'home'), join(dir, 'etc'), 'sk-ant-api03-of-the-operator'];
  for (const folder of [home, etc]) mkdirSync(folder, { mode: 0o700 });
  installClaude(join(dir, 'bin'), goodAnswers);
  writeFileSync(join(etc, 'key.pem'), world.app.privateKey, { mode: 0o600 });
  writeFileSync(join(etc, '.env'), `PRIVATE_KEY_PATH=./key.pem\nANTHROPIC_API_KEY=${key}\n`, { mode: 0o600 });
  served = serve(['serve'], {
    cwd: etc,
    env: {
      PATH: `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      APP_ID: String(world.app.appId),
      WEBHOOK_SECRET: 'secret-of-the-hook',
      GITHUB_API_URL: world.github.apiUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      HOME: home,
      TROUPE_DATA_DIR: join(dir, 'data'),
    },
  });
  const url = `${await served.url()}/api/github/webhooks`;
  expect(served.output()).toMatch(/"agent":"claude-code".*the first agent that is ready plays/);
  world.github.setWebhook(world.app.slug, { url, secret: 'secret-of-the-hook' });
  await world.github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
  const pull = await world.github.until('a pull request that is ready', async () =>
    (await world.repository.pullRequests()).find(({ draft }) => !draft),
  );
  expect(await world.repository.file(pull.headRef, 'src/cart.js')).toContain('item.price * item.quantity');
  await world.github.settled();
  const shown = world.repository.comments(world.issue).map(({ body }) => body);
  expect(`${served.output()}${shown.join('\n')}`).not.toContain(key);
});
