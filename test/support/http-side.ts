// A service over HTTP that plays personas, on a real server: it outlives the process that asked, and takes each request once by its id.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createProviders, parseProviderConfigs, transports } from '../../src/personas/index.ts';
import type { Provider } from '../../src/personas/index.ts';
import { defined } from '../../src/support/index.ts';
import type { Reach } from './crash-points.ts';
import { oneAfterTheOther } from './one-after-the-other.ts';
import { callBackTo } from './other-sides.ts';
import type { OtherSide } from './other-sides.ts';
import { servicesWith } from './provider-services.ts';

/** How it answers. */
export type HttpWay = 'immediate' | 'poll' | 'callback';

/** The service, and the way to end it. */
export interface HttpSide extends OtherSide {
  /** The bodies of requests, as they came. */
  readonly bodies: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

interface Asked {
  readonly callback?: { readonly url: string; readonly secret: string };
  answer?: string;
  received: boolean;
}

/** Starts it on a free port. */
export async function createHttpSide(way: HttpWay): Promise<HttpSide> {
  const asked = new Map<string, Asked>();
  const bodies: Record<string, unknown>[] = [];
  let looks = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // listening on an address, not on a path
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;

  const side: HttpSide = {
    bodies,
    costUsd: '0.4',
    waitsFor: 'ticket',
    sends: [],
    released: [],
    looks: () => looks,
    manyLooks: 2,
    keepsAnswers: way === 'poll',
    work: () => undefined,
    process: undefined,
    finish(requestId, body) {
      const one = asked.get(requestId);
      if (one === undefined) throw new Error(`nobody asked ${requestId}`);
      one.answer = body;
      void side.settle();
    },
    client: (reach) => client(reach, { base, way }),
    callBack: (requestId, body, secret) => {
      const { callback } = asked.get(requestId) ?? {};
      return callBackTo(side.process, { callback, requestId, body, secret });
    },
    settle: oneAfterTheOther(settle),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return side;

  async function settle(): Promise<void> {
    if (way !== 'callback') return;
    for (const [id, one] of asked) {
      if (one.answer === undefined || one.received) continue;
      // nobody is there to take it: it is sent again
      one.received = await side.callBack(id, one.answer).then(
        (status) => status < 500,
        () => false,
      );
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
    if (request.method === 'POST') return taken(JSON.parse(await text(request)), request, response);
    if (request.method === 'DELETE') {
      side.released.push(id);
      response.writeHead(asked.has(id) ? 204 : 404).end();
      return;
    }
    looks += 1;
    const { answer: ready } = asked.get(id) ?? {};
    if (ready === undefined) response.writeHead(202, { 'retry-after': '0' }).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(ready);
  }

  function taken(body: Record<string, unknown>, { headers }: IncomingMessage, response: ServerResponse): void {
    const id = String(headers['idempotency-key']);
    bodies.push(body);
    side.sends.push(id);
    if (!asked.has(id)) {
      const work = side.work(id);
      asked.set(id, { received: false, ...defined({ callback: callbackIn(body), answer: work }) });
      if (work !== undefined) setImmediate(() => void side.settle());
    }
    if (way === 'immediate')
      response.writeHead(200, { 'content-type': 'application/json' }).end(asked.get(id)?.answer ?? '');
    else response.writeHead(202, way === 'poll' ? { location: `/jobs/${encodeURIComponent(id)}` } : {}).end();
  }
}

/** The real provider, whose process may die around each thing that it sends. */
function client(reach: Reach, { base, way }: { readonly base: string; readonly way: HttpWay }): Provider {
  const names: Readonly<Record<string, string>> = { POST: 'send', GET: 'look', DELETE: 'release' };
  const fetching: typeof fetch = async (input, init) => {
    const name = `provider.${names[init?.method ?? 'GET'] ?? 'else'}`;
    reach(`before ${name}`);
    const response = await fetch(input, init);
    reach(`after ${name}`);
    return response;
  };
  // whoever may be called back may answer in any way; who answers at once only is told so
  const config = { transport: 'http', url: `${base}/requests`, ...(way === 'immediate' ? { strategy: way } : {}) };
  const { configs } = parseProviderConfigs({ other: config }, { baseDir: '/', transports });
  const services = servicesWith({}, { fetch: fetching, publicUrl: 'https://troupe.example.test' });
  const provider = createProviders(configs, services, transports).get('other');
  if (provider === undefined) throw new Error('its entry makes no provider');
  return provider;
}

function callbackIn({ callback }: Record<string, unknown>): Asked['callback'] {
  // Troupe's own request, read by the other side
  return callback as Asked['callback'];
}
