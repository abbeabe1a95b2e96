// Whatever is one in the world is one for all clients of a host, and only for them.
import { afterEach, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { createGitHubApp } from '../github/index.ts';
import { cannedGitHub, newPrivateKey } from '../github/testing.ts';
import { createRedactor, silentLogger } from '../support/index.ts';
import { commonsOfProcess } from './commons.ts';
import type { Commons } from './commons.ts';

const privateKey = newPrivateKey();
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const comment = { id: 1, node_id: 'n1', body: 'hi', user: { login: 'troupe[bot]' }, html_url: 'https://github.com/c' };

/** GitHub, and clients of one App in worlds that a test names. */
function stage() {
  const server = cannedGitHub(({ path }) =>
    path.endsWith('/access_tokens') ? undefined : { status: 201, body: comment },
  );
  closing.push(server.close);
  const clock = createManualClock();
  const clientIn = ({ pacerOf }: Commons) =>
    createGitHubApp({
      appId: '1',
      privateKey,
      baseUrl: server.url,
      clock,
      log: silentLogger,
      redactor: createRedactor(),
      pacerOf,
    });
  return { clock, clientIn };
}

/** Writes until the pace holds one back. */
async function useUp(write: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: 20 }, write));
}

test('two clients of one installation in one host share a pace; another installation has one of its own', async () => {
  const { clock, clientIn } = stage();
  const commons = commonsOfProcess({ clock });
  const [one, other] = [clientIn(commons), clientIn(commons)];
  await useUp(() => one.repository(5, 'acme', 'shop').createComment(7, 'hi'));
  let sent = false;
  const waiting = other
    .repository(5, 'acme', 'till')
    .createComment(8, 'hi')
    .then(() => (sent = true));
  await other.repository(6, 'umbrella', 'shop').createComment(7, 'hi');
  expect(sent).toBe(false);
  clock.advance(1_000);
  await waiting;
});

test('a host of another world keeps a pace of its own', async () => {
  const { clock, clientIn } = stage();
  const one = clientIn(commonsOfProcess({ clock }));
  await useUp(() => one.repository(5, 'acme', 'shop').createComment(7, 'hi'));
  await clientIn(commonsOfProcess({ clock })).repository(5, 'acme', 'shop').createComment(7, 'hi');
});

test('deliveries of one issue have their turns, those of another do not wait', async () => {
  const { turns } = commonsOfProcess({ clock: createManualClock() });
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.hold('1#7', async () => {
    await gate.promise;
    told.push('first');
  });
  const second = turns.hold('1#7', async () => told.push('second'));
  await turns.hold('1#8', async () => told.push('another issue'));
  gate.resolve();
  await Promise.all([first, second]);
  expect(told).toEqual(['another issue', 'first', 'second']);
});
