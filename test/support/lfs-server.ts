// A git server over HTTP that asks for a token and keeps objects of Git LFS: what a host of repositories does for both.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

/** A running server. */
export interface LfsServer {
  /** Of the repositories in the folder: `<url>/widgets.git`. */
  readonly url: string;
  /** Contents by id. */
  readonly objects: Map<string, Buffer>;
  /** Every request in order, `GET /widgets.git/info/refs`. */
  readonly asked: string[];
  /** Answer uploads with this status. */
  refuseUploads: number | undefined;
  stop(): void;
}

/** The id of a content, and the pointer that stands for it in git. */
export function pointerOf(content: string): { readonly oid: string; readonly pointer: string } {
  const oid = createHash('sha256').update(content).digest('hex');
  const size = Buffer.byteLength(content);
  return { oid, pointer: `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n` };
}

/** Serves the bare repositories of a folder to whoever has the token. */
export async function startLfsServer(folder: string, token: string): Promise<LfsServer> {
  const objects = new Map<string, Buffer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${new URL(request.url ?? '/', 'http://localhost').pathname}`);
    const given = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    if (given !== `x-access-token:${token}`) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (request.url?.includes('/info/lfs/') === true) void answerLfs(request, response);
    else answerGit(folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a listening TCP server has an address of this kind
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  async function answerLfs(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, oid = ''] = /\/objects\/([0-9a-f]{64})$/.exec(request.url ?? '') ?? [];
    if (request.method === 'PUT') {
      if (running.refuseUploads !== undefined) return end(response, running.refuseUploads);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      objects.set(oid, Buffer.concat(chunks));
      return end(response, 200);
    }
    if (request.method === 'GET') {
      const found = objects.get(oid);
      if (found === undefined) return end(response, 404);
      response.end(found);
      return undefined;
    }
    if (request.url?.endsWith('/objects/batch') !== true) return end(response, 404);
    const wish = JSON.parse(await text(request)) as { operation: string; objects: { oid: string; size: number }[] };
    const base = `${url}${(request.url ?? '').replace(/\/batch$/, '')}`;
    response.setHeader('content-type', 'application/vnd.git-lfs+json');
    response.end(
      JSON.stringify({
        transfer: 'basic',
        objects: wish.objects.map((object) => {
          const has = objects.has(object.oid);
          if (wish.operation === 'download' && !has) return { ...object, error: { code: 404, message: 'Not found' } };
          if (wish.operation === 'upload' && has) return object;
          return {
            ...object,
            authenticated: true,
            actions: {
              [wish.operation]: {
                href: `${base}/${object.oid}`,
                header:
                  request.headers.authorization === undefined ? {} : { Authorization: request.headers.authorization },
              },
            },
          };
        }),
      }),
    );
    return undefined;
  }

  const running: LfsServer = {
    url,
    objects,
    asked,
    refuseUploads: undefined,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return running;
}

function answerGit(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'troupe',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  body.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const cut = answer.indexOf('\r\n\r\n');
    for (const header of answer.subarray(0, cut).toString().split('\r\n')) {
      const [name = '', value = ''] = header.split(/:\s*/, 2);
      if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(cut + 4));
  });
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
