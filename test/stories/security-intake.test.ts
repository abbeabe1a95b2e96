import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { leaks, tokenStart } from '../support/leaks.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';

const secret = `webhook/${randomBytes(12).toString('hex')}`;
const canary = 'CANARY-of-a-body';

let dir: string;
let world: DemoWorld;
let served: Served | undefined;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-intake-'));
  world = await createDemoWorld({ dir: join(dir, 'github') });
  writeFileSync(join(dir, 'troupe.config.yml'), 'repositories: { allow: [playhouse/*] }\n');
});
afterEach(async () => {
  await served?.stop();
  served = undefined;
  await world.github.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The environment of a bot; a name that is undefined is not set. */
function start(change: NodeJS.ProcessEnv = {}): Served {
  const env = {
    APP_ID: String(world.app.appId),
    PRIVATE_KEY: world.app.privateKey,
    WEBHOOK_SECRET: secret,
    GITHUB_API_URL: world.github.apiUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    HOME: dir,
    LOG_LEVEL: 'trace',
    ...change,
  };
  served = serve(['serve'], {
    cwd: dir,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
  });
  return served;
}

let deliveries = 0;

/** Posts a delivery. 0: the connection was closed while it was being sent. */
function post(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<number> {
  deliveries += 1;
  const all = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': `a0000000-0000-0000-0000-${String(deliveries).padStart(12, '0')}`,
    'x-hub-signature-256': sign(body),
    ...headers,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new Promise((resolve) => {
    const outgoing = request(
      `${url}/api/github/webhooks`,
      { method: 'POST', headers: given, agent: false },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}

function sign(body: string | Buffer, key = secret, hash = 'sha256'): string {
  return `${hash}=${createHmac(hash, key).update(body).digest('hex')}`;
}

/** `troupe_deliveries{state="done"} 3` → done: 3. */
async function rows(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^troupe_deliveries\{state="(\w+)"\} (\d+)$/gm)].map(([, state, count]) => [
      String(state),
      Number(count),
    ]),
  );
}

test('bad deliveries leave no row and no secret in the log, and the bot goes on', async () => {
  const bot = start();
  const url = await bot.url();
  const body = JSON.stringify({
    action: 'labeled',
    issue: { id: 1, number: world.issue, title: canary, updated_at: '2026-11-20T10:00:00Z' },
    label: { name: 'troupe:project-loop' },
    repository: { id: world.repository.id, full_name: world.fullName },
    installation: { id: world.installationId },
    sender: { id: 1, login: 'writer' },
  });
  const unsigned = { 'x-hub-signature-256': undefined };
  const large = Buffer.alloc(27 * 1024 * 1024, canary);
  const broken = Buffer.concat([
    Buffer.from(`{"title":"${canary}`),
    Buffer.from([0xc3, 0x28, 0xff]),
    Buffer.from('"}'),
  ]);
  expect({
    unsigned: await post(url, body, unsigned),
    wrong: await post(url, body, { 'x-hub-signature-256': sign(`${body} `) }),
    'sha1 only': await post(url, body, { ...unsigned, 'x-hub-signature': sign(body, secret, 'sha1') }),
    development: await post(url, body, { 'x-hub-signature-256': sign(body, 'development') }),
    'an empty secret': await post(url, body, { 'x-hub-signature-256': sign(body, '') }),
    'the secret itself': await post(url, body, { 'x-hub-signature-256': `sha256=${secret}` }),
    null: await post(url, 'null'),
    '[]': await post(url, '[]'),
    'invalid UTF-8': await post(url, broken),
    'no event': await post(url, body, { 'x-github-event': undefined }),
    'no id': await post(url, body, { 'x-github-delivery': undefined }),
  }).toEqual({
    unsigned: 401,
    wrong: 401,
    'sha1 only': 401,
    development: 401,
    'an empty secret': 401,
    'the secret itself': 401,
    null: 400,
    '[]': 400,
    'invalid UTF-8': 400,
    'no event': 400,
    'no id': 400,
  });
  // answered before it was read to its end: whoever sends may see the connection close first
  expect([413, 0]).toContain(await post(url, large));
  expect(Object.values(await rows(url)).filter((count) => count > 0)).toEqual([]);

  expect(await post(url, body, { 'x-github-event': 'no_such_event' })).toBe(202);
  expect(
    await post(url, JSON.stringify({ action: 'created', sponsorship: { tier: canary } }), {
      'x-github-event': 'sponsorship',
    }),
  ).toBe(202);
  // signed, and yet none of an event: refused once, in a sentence
  expect(await post(url, JSON.stringify({ ...JSON.parse(body), installation: { id: 'x' } }))).toBe(202);
  await expect.poll(async () => (await rows(url))['new'] ?? 0).toBe(0);
  expect((await rows(url))['done'] ?? 0).toBe(0);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(bot.child.exitCode).toBe(null);
  expect(await bot.stop()).toBe(0);
  expect(bot.output().split('A delivery was refused: its payload is none of an event')).toHaveLength(2);
  expect(bot.output()).not.toMatch(/ {4}at |\\n {4}at |"probot"/);
  const log = [{ name: 'log', bytes: Buffer.from(bot.output()) }];
  const key = world.app.privateKey.split('\n')[3] ?? '';
  expect(leaks(log, { secret, key, canary, ...tokenStart })).toEqual([]);
});

test('without a good webhook secret the bot does not start, and says why', async () => {
  const refused = [
    [undefined, 'WEBHOOK_SECRET is not set'],
    ['', 'WEBHOOK_SECRET is empty'],
    ['development', 'WEBHOOK_SECRET is Probot’s default, which everybody knows'],
  ] as const;
  const bots = refused.map(([value]) => start({ WEBHOOK_SECRET: value }));
  for (const [index, bot] of bots.entries()) {
    await expect(bot.url()).rejects.toThrow('It ended');
    expect(await bot.stop()).toBe(2);
    // one line of its log
    expect(JSON.parse(bot.output())).toMatchObject({
      msg: expect.stringContaining(refused[index]?.[1] ?? 'a sentence'),
    });
    expect(bot.output()).not.toMatch(/ {4}at |Error:/);
  }
});
