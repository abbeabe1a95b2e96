// The gateway of one process behind the walls of tier 2: all that it has of the network comes through this one socket. Closed with the process.
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/index.ts';
import type { GatewayUse, ModelRoute } from '../model/gateway.ts';
import { gatewayMessages as say } from './messages.ts';
import { askModel, refuse } from './model-call.ts';
import { operationOf } from './operations.ts';
import { handOn, ownNetwork, tunnel } from './proxy.ts';
import type { ProxyNetwork, ProxyRules } from './proxy.ts';

/** Where the forwarder listens inside: a network of its own has all ports free. */
export const gatewayPort = 46_464;
/** The host that agents are told. */
export const gatewayHost = `127.0.0.1:${gatewayPort}`;

/** An open gateway. */
export interface Gateway {
  /** The folder with the socket, to be shown inside. Nobody else sees it. */
  readonly folder: string;
  readonly socket: string;
  close(): Promise<void>;
}

/** What a gateway is made of. */
export interface GatewayOptions extends Pick<GatewayUse, 'onRefused'> {
  /** Hosts that programs inside may connect to. */
  readonly allow: readonly string[];
  /** Absent: nothing inside asks a model. */
  readonly models?: Pick<GatewayUse, 'routes' | 'meter'>;
  readonly network?: ProxyNetwork;
}

/** Opens one. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { allow, onRefused, network = ownNetwork } = options;
  const rules: ProxyRules = { allow, network, onRefused };
  const folder = temporaryFolder('gateway');
  const socket = join(folder, 'gateway.sock');
  const open = new Set<{ destroy(): void }>();
  const server = createServer((request, response) => {
    void serve({ request, response, rules, options }).catch(() => response.destroy());
  });
  // an answer of a model takes as long as it takes
  server.requestTimeout = 0;
  server.on('connection', (connection: Socket) => {
    open.add(connection);
    connection.once('close', () => open.delete(connection));
  });
  server.on('connect', (request, client, head) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    void tunnel(rules, request.url ?? '', { client, head }).catch(() => client.destroy());
  });
  // agents that speak over WebSockets where they can take this answer for the advice that it is
  server.on('upgrade', (_request, client) => {
    client.on('error', () => undefined);
    client.end(
      `HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\nx-why: ${say.noWebSocket()}\r\n\r\n`,
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  // inside it may be another user; the folder around it is closed to all others
  chmodSync(socket, 0o666);
  return {
    folder,
    socket,
    close() {
      for (const connection of open) connection.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
      });
    },
  };
}

interface Serving {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly rules: ProxyRules;
  readonly options: GatewayOptions;
}

async function serve({ request, response, rules, options }: Serving): Promise<void> {
  const target = targetOf(request.url ?? '');
  if (target === undefined) return void response.writeHead(400).end();
  // some ask their proxy for what is the gateway itself
  if (target.host !== gatewayHost) return handOn(rules, target, { request, response });
  const { routes = [], meter } = options.models ?? {};
  const route = routes.find((one) => showsPlaceholder(request, target, one));
  const shape = (route ?? routes[0])?.shape ?? 'chat';
  const usual = { response, operation: { shape, isFree: true } };
  if (route === undefined || meter === undefined) return refuse(usual, 'auth', say.notOurs());
  const path = pathBehind(route.inside, target.pathname);
  const operation = path === undefined ? undefined : operationOf(request.method ?? '', path, shape);
  if (path === undefined || operation === undefined)
    return refuse(usual, 'not-found', say.noSuchWay(request.method ?? '', target.pathname));
  return askModel({ request, response, route, operation, path, query: target.search, meter });
}

function targetOf(url: string): URL | undefined {
  const whole = url.startsWith('/') ? `http://${gatewayHost}${url}` : url;
  const target = URL.canParse(whole) ? new URL(whole) : undefined;
  return target?.protocol === 'http:' ? target : undefined;
}

/** undefined: it lies elsewhere. Some know their vendor's version without being told. */
function pathBehind(inside: string, path: string): string | undefined {
  if (inside === '') return path;
  return path.startsWith(`${inside}/`) ? path.slice(inside.length) : undefined;
}

/** Wherever vendors look for a key. */
function showsPlaceholder({ headers }: IncomingMessage, { searchParams }: URL, { placeholder }: ModelRoute): boolean {
  const shown = [
    headers['x-api-key'],
    headers['api-key'],
    headers['x-goog-api-key'],
    headers.authorization?.replace(/^bearer /i, ''),
    searchParams.get('key'),
  ];
  return shown.includes(placeholder);
}
