// A small HTTP server that answers as a test says, and a clock whose timers fire at once. For the tests of this folder.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../support/index.ts';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What the server answers. `tear`: the connection is torn without an answer. */
export interface ServerAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly tear?: boolean;
}

/** Starts a server; token requests are answered by itself unless the test does. */
export async function startServer(answer: (request: SeenRequest, index: number) => ServerAnswer | undefined) {
  const seen: SeenRequest[] = [];
  let tokens = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const entry: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      };
      const isToken = entry.path.endsWith('/access_tokens');
      if (isToken) tokens += 1;
      else seen.push(entry);
      const given =
        answer(entry, seen.length) ?? (isToken ? token(tokens) : { status: 404, body: { message: 'Not Found' } });
      if (given.tear === true) {
        request.socket.destroy();
        return;
      }
      const { status = 200, headers = {}, body } = given;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    tokens: () => tokens,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A clock whose timers fire at once and move it. */
export function impatientClock(): Clock & { readonly waits: number[]; advance(ms: number): void } {
  let now = Date.now();
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    after(ms, callback) {
      waits.push(ms);
      const timer = setImmediate(() => {
        now += ms;
        callback();
      });
      return () => clearImmediate(timer);
    },
  };
}

/** A private key as GitHub gives them out. */
export function newPrivateKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
}

function token(number: number): ServerAnswer {
  return {
    status: 201,
    body: {
      token: `ghs_1_${'x'.repeat(30)}${number}`,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions: {},
      repository_selection: 'all',
    },
  };
}
