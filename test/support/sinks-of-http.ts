// The sinks of the server: every body that it answers.
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { createServer } from '../../src/server/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import type { Sink } from './sink.ts';

type Options = Parameters<typeof createServer>[0];
const hooks = 'a-long-random-value-of-these-sinks';
const body = '{"zen":"Speak like a human."}';
const signature = `sha256=${createHmac('sha256', hooks).update(body).digest('hex')}`;
const callbackSecret = `whsec_${Buffer.from('a secret of this request alone').toString('base64')}`;

/** A server whose ports say the word of the moment; it is asked once for each. */
function answering(
  name: string,
  ports: (now: () => string) => Partial<Options>,
  ask: (url: string) => Promise<Response>,
): Sink {
  return {
    name: `HTTP: ${name}`,
    async utter({ words, redactor }) {
      let now = '';
      const server = await createServer({
        secrets: { current: hooks },
        inbox: { put: async () => ({ stored: true }) },
        log: silentLogger,
        redactor,
        clock: systemClock,
        host: '127.0.0.1',
        port: 0,
        readiness: async () => ({ ready: true, details: {} }),
        ...ports(() => now),
      });
      try {
        let all = '';
        for (const word of words) {
          now = word;
          const answer = await ask(server.url);
          all += `${answer.status} ${[...answer.headers.values()].join(' ')}\n${await answer.text()}\n`;
        }
        return all;
      } finally {
        await server.close(0);
      }
    },
  };
}

function post(url: string, path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

/** An outcome that says more than it may. */
function talking(word: string): 'kept' {
  return { toString: () => 'kept', said: word } as unknown as 'kept';
}

/** All of them. What no port can say into an answer today is said by a port that breaks its word. */
export const httpSinks: readonly Sink[] = [
  answering(
    '/readyz',
    (now) => ({
      readiness: async () => ({ ready: false, details: { github: `it refused ${now()}`, [now()]: [now()] } }),
    }),
    (url) => fetch(`${url}/readyz`),
  ),
  answering(
    '/readyz that fails',
    (now) => ({ readiness: () => Promise.reject(new Error(`no ${now()}`)) }),
    (url) => fetch(`${url}/readyz`),
  ),
  answering(
    '/metrics',
    (now) => ({ providers: async () => [{ account: now(), closedSeconds: 0, working: 1, waiting: 0 }] }),
    (url) => fetch(`${url}/metrics`),
  ),
  answering(
    'answer to a webhook',
    (now) => ({ inbox: { put: async () => ({ stored: now() as unknown as boolean }) } }),
    (url) =>
      post(url, '/api/github/webhooks', {
        'x-github-delivery': 'd1',
        'x-github-event': 'ping',
        'x-hub-signature-256': signature,
      }),
  ),
  answering(
    'answer to a callback',
    (now) => ({ callbacks: { secretOf: async () => callbackSecret, receive: async () => talking(now()) } }),
    (url) => {
      const at = new Date();
      return post(url, '/persona-callback/r1', {
        'webhook-id': 'm1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(callbackSecret).sign('m1', at, body),
      });
    },
  ),
];
