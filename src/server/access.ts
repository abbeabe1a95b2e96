// Who may see more than health: whoever has the token, or, where none is set, this machine itself.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Whether the request may see metrics and details. */
export function mayLookInside(request: FastifyRequest, apiToken: string | undefined): boolean {
  if (apiToken !== undefined && apiToken !== '') return sameText(bearerOf(request), apiToken);
  return isLocal(request);
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * From this machine and meant for it: a reverse proxy on the same machine also connects from 127.0.0.1, and a web page
 * can make a browser do so under a foreign host name.
 */
function isLocal(request: FastifyRequest): boolean {
  const { headers } = request;
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined || headers.via !== undefined)
    return false;
  const isLocalName = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headers.host ?? '');
  return isLocalName && loopback.has(request.socket.remoteAddress ?? '');
}

function bearerOf(request: FastifyRequest): string {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
