// /readyz tells the truth about GitHub: a key, a clock or an address that does not do is told after the first try, until one succeeds.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { BotOptions } from '../../src/bot/index.ts';
import { systemClock } from '../../src/support/index.ts';
import { eventually } from '../support/patience.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

async function readyz(told: Story): Promise<readonly [status: number, body: string]> {
  const answer = await fetch(`${told.bot().url}/readyz`);
  return [answer.status, await answer.text()];
}

/** A bot whose environment differs. */
async function started(told: Story, change: Partial<BotOptions['environment']>, more: Partial<BotOptions> = {}) {
  const environment: BotOptions['environment'] = {
    appId: told.app.appId,
    privateKey: told.app.privateKey,
    webhookSecrets: [told.secret],
    apiUrl: told.github.apiUrl,
    host: '127.0.0.1',
    port: 0,
    dataDir: told.dataDir,
    logLevel: 'silent',
    ...change,
  };
  return told.startBot({ environment, ...more });
}

test('a key that GitHub refuses', async () => {
  const told = await stage({ later: true });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await started(told, { privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() });
  await eventually(async () => {
    const [status, body] = await readyz(told);
    expect(status).toBe(503);
    expect(body).toContain('GitHub does not accept the key of the App');
  });
});

test('a clock that GitHub refuses is told as one, with how far it is off', async () => {
  const told = await stage({ later: true });
  const clock = { ...systemClock, now: () => Date.now() + 2 * 3_600_000 };
  await started(told, {}, { clock });
  await eventually(async () => {
    const [status, body] = await readyz(told);
    expect(status).toBe(503);
    expect(body).toMatch(/GitHub does not accept the clock of this machine, which is 7[12]\d\d s ahead: set it/);
  });
});

test('an address at which nobody answers, and one at which somebody else does', async () => {
  const told = await stage({ later: true });
  await started(told, { apiUrl: 'http://127.0.0.1:9' });
  await eventually(async () => {
    const [status, body] = await readyz(told);
    expect(status).toBe(503);
    expect(body).toMatch(/GitHub does not answer at http:\/\/127\.0\.0\.1:9 \(\w/);
  });
  await told.stopBot();
  const other = createServer((_request, response) => response.writeHead(404).end('nothing here')).listen(
    0,
    '127.0.0.1',
  );
  await once(other, 'listening');
  // it listens on a port of TCP
  const { port } = other.address() as AddressInfo;
  await started(told, { apiUrl: `http://127.0.0.1:${port}` });
  await eventually(async () => expect((await readyz(told))[1]).toContain('knows no such App'));
  await told.stopBot();
  other.close();
});

test('it is ready again with the first answer', async () => {
  const told = await stage({ later: true });
  const route = 'GET /app/hook/deliveries';
  told.github.faults.answer({ route, when: 'before', answer: 'reset', times: Number.POSITIVE_INFINITY });
  // so that no other request answers before
  told.github.faults.answer({
    route: 'GET /app/installations',
    when: 'before',
    answer: 'reset',
    times: Number.POSITIVE_INFINITY,
  });
  await told.startBot();
  await eventually(async () => expect((await readyz(told))[0]).toBe(503));
  told.github.faults.clear();
  await told.bot().sweep();
  expect(await readyz(told)).toMatchObject([200, expect.not.stringContaining('troubles')]);
});
