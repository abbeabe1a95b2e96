// A bot on a machine that reaches GitHub through a company's proxy alone: the API, clone, fetch and push go through it, and its password stands nowhere.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { checkBranchName, createGitStore } from '../../src/git/index.ts';
import { createRedactor } from '../../src/support/index.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import type { ForwardProxy } from '../support/forward-proxy.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { filesOf } from '../support/leaks.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';

const password = 'S3cret@of-the-proxy/9';
const hooks = 'secret-of-the-hook';
let dir: string;
let world: DemoWorld;
let proxy: ForwardProxy;
let served: Served | undefined;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-proxy-'));
  world = await createDemoWorld({
    dir: join(dir, 'github'),
    files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' },
  });
  proxy = await startForwardProxy(password, ['github.example.test']);
});
afterEach(async () => {
  await served?.stop();
  await world.github.close();
  await proxy.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Starts the bot where only the proxy knows GitHub's name. */
async function start(): Promise<string> {
  const etc = join(dir, 'etc');
  mkdirSync(etc, { mode: 0o700 });
  writeFileSync(join(etc, 'answers.yml'), JSON.stringify(goodAnswers));
  served = serve(['serve', '--answers', 'answers.yml'], {
    cwd: etc,
    env: {
      APP_ID: String(world.app.appId),
      PRIVATE_KEY: world.app.privateKey,
      WEBHOOK_SECRET: hooks,
      GITHUB_API_URL: world.github.apiUrl.replace('127.0.0.1', 'github.example.test'),
      HOST: '127.0.0.1',
      PORT: '0',
      HOME: etc,
      TROUPE_DATA_DIR: join(dir, 'data'),
      // libcurl takes the name in capitals for addresses with https alone
      http_proxy: proxy.url,
      HTTPS_PROXY: proxy.url,
    },
  });
  return served.url();
}

test('a label becomes a pull request through the proxy', async () => {
  const url = await start();
  world.github.setWebhook(world.app.slug, { url: `${url}/api/github/webhooks`, secret: hooks });
  await world.github.as('writer').label(world.fullName, world.issue, 'troupe:project-loop');
  const pull = await world.github.until('a pull request that is ready', async () =>
    (await world.repository.pullRequests()).find(({ draft }) => !draft),
  );
  expect(await world.repository.file(pull.headRef, 'src/cart.js')).toContain('item.price * item.quantity');
  await world.github.settled();
  expect(proxy.asked).toContainEqual(expect.stringMatching(/^CONNECT github\.example\.test:\d+$/));
  expect(proxy.asked).toContainEqual(expect.stringMatching(/^POST http:.*\/git-upload-pack$/));
  expect(proxy.asked).toContainEqual(expect.stringMatching(/^POST http:.*\/git-receive-pack$/));
  const said = [served?.output() ?? '', ...filesOf(join(dir, 'data')).map(({ bytes }) => bytes.toString('latin1'))];
  for (const form of [password, encodeURIComponent(password), Buffer.from(`ada:${password}`).toString('base64')])
    expect(said.filter((text) => text.includes(form))).toEqual([]);
});

test('what git says of a proxy that refuses it does not say its password', async () => {
  const wrong = proxy.url.replace('S3cret', 'Wr0ng1');
  const repository = { key: '1', cloneUrl: world.repository.cloneUrl };
  const store = (url: string) =>
    createGitStore({ dir: join(dir, 'git'), redactor: createRedactor([url]), environment: { http_proxy: url } });
  const isPrivate = /(?:S3cret|Wr0ng1)/;
  const error = await store(wrong)
    .open(repository)
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(/Cannot fetch .*407/);
  expect(String(error)).not.toMatch(isPrivate);
  const opened = await store(proxy.url).open(repository);
  const commit = await opened.emptyCommit((await world.repository.branches()).get('main') as never, {
    message: 'Start',
    author: { name: 'troupe[bot]', email: 'bot@example.test' },
    trailers: [],
  });
  const again = await store(wrong).open(repository);
  const refused = await again
    .push({ commit, branch: checkBranchName('troupe/7-fix'), expected: null })
    .catch((thrown: unknown) => thrown);
  expect(String(refused)).toMatch(/Cannot push .*407/);
  expect(String(refused)).not.toMatch(isPrivate);
});
