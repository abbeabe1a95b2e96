// One request to the API and its answer, from arrival to the log. Never decides what the answer is.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isObject, sha256 } from '../../support/index.ts';
import type { Caller } from '../traffic/caller.ts';
import type { Reply } from '../world/replies.ts';
import { nameOf } from '../routes/route.ts';
import type { Route } from '../routes/route.ts';
import type { AnswerFault } from '../types/index.ts';
import { apiPath } from './addresses.ts';
import type { ServerParts } from './parts.ts';

/** What is known of a request while it is answered. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  /** As in GitHub's reference, without what stands before it. */
  readonly path: string;
  /** undefined where there is none. */
  readonly route: Route | undefined;
  caller: Caller;
  body: unknown;
  /** What the answer shall be instead. */
  fault: AnswerFault | undefined;
}

/** What is known of a request when it arrives. */
export function newExchange({ world }: ServerParts, request: FastifyRequest): Exchange {
  const url = new URL(request.originalUrl, world.url);
  const { config } = request.routeOptions;
  return {
    method: request.method,
    url,
    path: apiPath(world, url.pathname),
    // put there by the same plugin, and nothing else is
    route: isObject(config) ? (config['route'] as Route | undefined) : undefined,
    caller: { kind: 'anonymous' },
    body: undefined,
    fault: undefined,
  };
}

/** Writes the answer, or what a fault makes of it, and the log. */
export function finish(
  parts: ServerParts,
  exchange: Exchange,
  { reply, answer }: { readonly reply: FastifyReply; readonly answer: Reply },
): FastifyReply {
  const planned = exchange.fault?.answer ?? 'none';
  const given = typeof planned === 'object' ? faultReply(planned) : answer;
  const silent = planned === 'reset' || planned === 'hang';
  record(parts, exchange, silent ? 0 : given.status);
  if (silent) {
    reply.hijack();
    if (planned === 'reset') reply.raw.socket?.destroy();
  } else write(parts, exchange, { reply, answer: given });
  parts.world.changed();
  return reply;
}

function record({ world, log }: ServerParts, exchange: Exchange, status: number): void {
  const { method, path, route, caller } = exchange;
  log.requests.push({
    method,
    route: route && nameOf(route),
    path,
    status,
    at: world.clock.now(),
    installation: caller.kind === 'installation' ? caller.installation.id : undefined,
    token: 'key' in caller ? caller.key : undefined,
  });
  if (route === undefined) log.unknownRoutes.push(`${method} ${path}`);
}

function write(
  { world, limiter, log }: ServerParts,
  { caller }: Exchange,
  { reply, answer }: { readonly reply: FastifyReply; readonly answer: Reply },
): void {
  const { status, body, raw, headers } = answer;
  const payload = raw === undefined ? (body === undefined ? '' : JSON.stringify(body)) : raw.bytes;
  const empty = payload.length === 0 || status === 304;
  void reply
    .code(status)
    .headers({
      date: new Date(world.clock.now()).toUTCString(),
      server: 'local-github',
      'cache-control': 'private, max-age=60, s-maxage=60',
      'x-github-request-id': sha256(`${log.requests.length}`).slice(0, 20),
      'x-github-media-type': 'github.v3; format=json',
      ...(payload.length === 0 ? {} : { 'content-type': raw?.type ?? 'application/json; charset=utf-8' }),
      ...limiter.headers(caller),
      ...(caller.kind === 'user' ? { 'x-oauth-scopes': 'repo, workflow' } : {}),
      ...headers,
    })
    .send(empty ? undefined : payload);
}

function faultReply(planned: Extract<AnswerFault['answer'], object>): Reply {
  const message = planned.message ?? `Fault ${planned.status}`;
  return { status: planned.status, body: { message }, ...(planned.headers && { headers: planned.headers }) };
}
