// Every payload that GitHub's own community has collected, signed and sent: the intake takes them all, and the coordinator ends each of them without a word to a stranger.
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { story } from '../../src/coordinator/testing/story.ts';
import { createServer } from '../../src/server/index.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';

const secret = 'a-long-random-value-of-this-test';

interface Example {
  readonly name: string;
  readonly examples: readonly object[];
}

// https://github.com/octokit/webhooks: JSON of this shape
const require = createRequire(import.meta.url);
const known = require('@octokit/webhooks-examples') as readonly Example[];
const payloads = known.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));

let dir: string;
let store: Store;
let server: { readonly url: string; close(graceMs: number): Promise<void> };
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-examples-'));
  const [clock, log] = [systemClock, silentLogger];
  store = await openStore({ kind: 'embedded', directory: dir, clock, log, owner: { what: 'a test' } });
  server = await createServer({
    secrets: { current: secret },
    inbox: store.inbox,
    log,
    redactor: createRedactor(),
    clock,
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({ ready: true, details: {} }),
    counts: () => store.counts(),
  });
});
afterAll(async () => {
  await server.close(0);
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

test('there are 329 of them', () => {
  expect(payloads).toHaveLength(329);
});

test('each is taken with 202, and none of them twice', async () => {
  const answers: string[] = [];
  for (const [at, { name, payload }] of payloads.entries()) {
    const body = JSON.stringify(payload);
    const response = await fetch(`${server.url}/api/github/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-delivery': `example-${at}`,
        'x-github-event': name,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      body,
    });
    await response.text();
    if (response.status !== 202) answers.push(`${at} ${name}: ${response.status}`);
  }
  expect(answers).toEqual([]);
});

test('of a repository that nobody allowed, each is ignored, with a reason, and nothing is asked or written', async () => {
  const told = story();
  const wrong: string[] = [];
  for (const { name, payload } of payloads) {
    const { outcome, reason, runs } = await told.send(name, payload);
    if (outcome !== 'ignored' || reason === '' || runs.length > 0) wrong.push(`${name}: ${outcome}, ${reason}`);
  }
  expect(wrong).toEqual([]);
  expect([...told.github.requests, ...told.github.writes, ...told.owners.requests]).toEqual([]);
});
