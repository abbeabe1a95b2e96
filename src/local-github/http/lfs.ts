// Objects of Git LFS by the basic transfer, kept in memory. Never looks into one.
import { buffer } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { isObject, parseJson } from '../../support/index.ts';
import { objects, optionalText } from '../world/input.ts';
import type { Repository } from '../model/index.ts';
import { admit } from './git-admission.ts';
import type { Wire } from './git-service.ts';
import { addGitRoute, refuse } from './git-route.ts';
import type { GitRequest } from './git-route.ts';
import type { ServerParts } from './parts.ts';

/** What is answered; `json` as clients of Git LFS name their own. */
interface LfsAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly bytes?: Buffer;
}

/** Adds what clients of Git LFS ask for. */
export function addLfs(app: FastifyInstance, parts: ServerParts): void {
  addGitRoute(app, parts, {
    method: 'POST',
    path: 'info/lfs/objects/batch',
    serve: async (asked, wire) => {
      const body: unknown = parseJson((await buffer(wire.request)).toString('utf8'));
      const wish = isObject(body) ? body : {};
      const writes = wish['operation'] === 'upload';
      answerAt(parts, { asked, wire, writes }, (repository) => ({ status: 200, json: batch(repository, wish, wire) }));
    },
  });
  addGitRoute(app, parts, {
    method: 'PUT',
    path: 'info/lfs/objects/{oid}',
    serve: async (asked, wire) => {
      const bytes = await buffer(wire.request);
      answerAt(parts, { asked, wire, writes: true }, ({ lfs }) => {
        lfs.set(asked.id ?? '', bytes);
        return { status: 200 };
      });
    },
  });
  addGitRoute(app, parts, {
    method: 'GET',
    path: 'info/lfs/objects/{oid}',
    serve: async (asked, wire) => {
      answerAt(parts, { asked, wire, writes: false }, ({ lfs }) => {
        const bytes = lfs.get(asked.id ?? '');
        return bytes === undefined ? { status: 404 } : { status: 200, bytes };
      });
      await Promise.resolve();
    },
  });
}

function answerAt(
  { world }: ServerParts,
  at: { readonly asked: GitRequest; readonly wire: Wire; readonly writes: boolean },
  answer: (repository: Repository) => LfsAnswer,
): void {
  const { wire, writes } = at;
  const { owner, name } = at.asked;
  const admitted = admit(world, { owner, name, writes, authorization: wire.request.headers.authorization });
  if ('status' in admitted) return refuse(wire, admitted);
  const { status, json, bytes } = answer(admitted.repository);
  const type = json === undefined ? 'application/octet-stream' : 'application/vnd.git-lfs+json';
  wire.response.writeHead(status, { 'content-type': type });
  wire.response.end(json === undefined ? bytes : JSON.stringify(json));
}

/** Where each object is fetched or put; those that are there need no upload. */
function batch({ lfs }: Repository, wish: Readonly<Record<string, unknown>>, { request }: Wire) {
  const operation = wish['operation'] === 'upload' ? 'upload' : 'download';
  const { host = '', authorization } = request.headers;
  const base = `http://${host}${(request.url ?? '').replace(/\/batch$/, '')}`;
  const header = authorization === undefined ? {} : { Authorization: authorization };
  return {
    transfer: 'basic',
    objects: objects(wish, 'objects').map((object) => {
      const oid = optionalText(object, 'oid') ?? '';
      if (operation === 'upload' && lfs.has(oid)) return object;
      if (operation === 'download' && !lfs.has(oid)) return { ...object, error: { code: 404, message: 'Not found' } };
      return { ...object, authenticated: true, actions: { [operation]: { href: `${base}/${oid}`, header } } };
    }),
  };
}
