// Connections of the sandbox to the hosts on the operator's list, and to no other. Connects to the very address that it checked.
import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../support/index.ts';
import { isAllowed, isPublicAddress } from './allowed-host.ts';
import { gatewayMessages as say } from './messages.ts';
import { passedHeaders } from './headers.ts';

/** The network, as the proxy needs it; tests have one of their own. */
export interface ProxyNetwork {
  /** All addresses of a name. */
  resolve(host: string): Promise<readonly string[]>;
  connect(address: string, port: number): Socket;
}

/** What a proxy goes by. */
export interface ProxyRules {
  /** Names, or `*.` and what they end with. */
  readonly allow: readonly string[];
  readonly network: ProxyNetwork;
  onRefused(host: string, port: number): void;
}

/** The machine's own network. */
export const ownNetwork: ProxyNetwork = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: (address, port) => connect({ host: address, port }),
};

/** How long nobody may say anything on a connection. */
const silenceMs = 10 * 60 * 1_000;

/** `CONNECT host:port`. */
export async function tunnel(
  rules: ProxyRules,
  target: string,
  { client, head }: { readonly client: Duplex; readonly head: Buffer },
): Promise<void> {
  client.on('error', () => undefined);
  const found = /^(.{1,300}):(\d{1,5})$/.exec(target);
  const [host, port] = [found?.[1] ?? target.slice(0, 300), Number(found?.[2] ?? 0)];
  const way = await wayTo(rules, host, port);
  if ('refused' in way) {
    client.end(plainAnswer(way.status, way.refused));
    return;
  }
  const there = rules.network.connect(way.address, port);
  there.setTimeout(silenceMs, () => there.destroy());
  there.once('error', () => client.end(plainAnswer(502, say.noConnection(host))));
  there.once('connect', () => {
    there.removeAllListeners('error').on('error', () => client.destroy());
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) there.write(head);
    there.pipe(client);
    client.pipe(there);
  });
  client.once('close', () => there.destroy());
  there.once('close', () => client.destroy());
}

/** `GET http://host/path`, as proxies are asked where nothing is encrypted. */
export async function handOn(
  rules: ProxyRules,
  target: URL,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const port = target.port === '' ? 80 : Number(target.port);
  const way = await wayTo(rules, target.hostname, port);
  if ('refused' in way) {
    response.writeHead(way.status, { 'content-type': 'text/plain' }).end(way.refused);
    return;
  }
  const there = httpRequest({
    method: request.method,
    path: `${target.pathname}${target.search}`,
    headers: { ...passedHeaders(request.headers), host: target.host },
    createConnection: () => rules.network.connect(way.address, port),
  });
  there.setTimeout(silenceMs, () => there.destroy());
  there.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, passedHeaders(answer.headers));
    answer.pipe(response);
  });
  there.once('error', (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'content-type': 'text/plain' }).end(`${messageOf(error)}\n`);
  });
  response.once('close', () => there.destroy());
  request.pipe(there);
}

type Way = { readonly address: string } | { readonly refused: string; readonly status: 403 | 502 };

async function wayTo({ allow, network, onRefused }: ProxyRules, host: string, port: number): Promise<Way> {
  if (!isAllowed(allow, host, port)) {
    onRefused(host, port);
    return { refused: say.notAllowed(host, port), status: 403 };
  }
  const addresses = await network.resolve(host).catch((): readonly string[] => []);
  const [address] = addresses;
  if (address === undefined) return { refused: say.noConnection(host), status: 502 };
  // one that is not public is enough: whoever answers so means to lead elsewhere
  if (addresses.every(isPublicAddress)) return { address };
  onRefused(host, port);
  return { refused: say.notPublic(host), status: 403 };
}

function plainAnswer(status: 403 | 502, words: string): string {
  const reason = status === 403 ? 'Forbidden' : 'Bad Gateway';
  return `HTTP/1.1 ${status} ${reason}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(words)}\r\nconnection: close\r\n\r\n${words}`;
}
