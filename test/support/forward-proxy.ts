// A proxy as companies have one: forwards plain requests and tunnels, for those who know its password, and knows names that nobody else does.
import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A proxy at work. */
export interface ForwardProxy {
  /** With the password. */
  readonly url: string;
  readonly port: number;
  /** A line for each request: `CONNECT host:port`, `GET http://…`, and `407` before it where the password was wrong. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Starts one. `names`: hosts that are this machine. */
export async function startForwardProxy(password: string, names: readonly string[] = []): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const wanted = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;
  const placeOf = (host: string): string => (names.includes(host) ? '127.0.0.1' : host);
  function mayPass({ method = '', url = '', headers }: IncomingMessage): boolean {
    const isKnown = headers['proxy-authorization'] === wanted;
    asked.push(`${isKnown ? '' : '407 '}${method} ${url}`);
    return isKnown;
  }
  const server = createServer((request, response) => {
    if (!mayPass(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="house"' }).end();
      return;
    }
    const { hostname, port, pathname, search, host } = new URL(request.url ?? '');
    const { 'proxy-authorization': _ours, 'proxy-connection': _way, ...headers } = request.headers;
    const there = ask(
      { host: placeOf(hostname), port, method: request.method, path: pathname + search, headers: { ...headers, host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    there.on('error', () => response.destroy());
    request.pipe(there);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket, head: Buffer) => {
    client.on('error', () => undefined);
    if (!mayPass(request)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="house"\r\n\r\n');
      return;
    }
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
    const there = connect(Number(port), placeOf(host), () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      there.write(head);
      there.pipe(client).pipe(there);
    });
    sockets.add(there);
    there.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://ada:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    port,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
