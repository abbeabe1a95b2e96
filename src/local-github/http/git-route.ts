// A route that git clients ask for: it is kept, it can be harmed, and its handler writes to the wire. Never knows what it answers.
import type { FastifyInstance } from 'fastify';
import { sleep } from '../../support/index.ts';
import type { AnswerFault } from '../types/index.ts';
import type { Refusal } from './git-admission.ts';
import type { Wire } from './git-service.ts';
import type { ServerParts } from './parts.ts';

/** One request of a git client. */
export interface GitRequest {
  readonly owner: string;
  readonly name: string;
  /** Below the repository: `info/refs`. */
  readonly path: string;
  /** What stands for the last part of the path, where it is a parameter. */
  readonly id: string | undefined;
  readonly url: URL;
}

interface GitRoute {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** `info/lfs/objects/{oid}`. */
  readonly path: string;
  readonly serve: (asked: GitRequest, wire: Wire) => Promise<void>;
}

/** Adds a route below a repository. It can be harmed like one of the API, as `POST /{owner}/{repo}/git-receive-pack`. */
export function addGitRoute(app: FastifyInstance, parts: ServerParts, { method, path, serve }: GitRoute): void {
  app.route<{ Params: { owner: string; repo: string; oid?: string } }>({
    method,
    url: `/:owner/:repo/${path.replace('{oid}', ':oid')}`,
    handler: async (request, reply) => {
      const { owner, repo, oid: id } = request.params;
      const url = new URL(request.originalUrl, parts.world.url);
      parts.log.gitRequests.push(`${method} ${url.pathname}`);
      parts.onGitRequest?.();
      reply.hijack();
      await serveWithFaults(parts, {
        route: `${method} /{owner}/{repo}/${path}`,
        pathname: url.pathname,
        wire: { request: request.raw, response: reply.raw },
        serve: (wire) => serve({ owner, name: repo.replace(/\.git$/, ''), path, id, url }, wire),
      });
      return reply;
    },
  });
}

/** Says to a git client why not. */
export function refuse({ response }: Wire, refusal: Refusal): void {
  response.writeHead(refusal.status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(refusal.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
  });
  response.end(`remote: ${refusal.message}\n`);
}

async function serveWithFaults(
  { world, faults, log }: ServerParts,
  at: {
    readonly route: string;
    readonly pathname: string;
    readonly wire: Wire;
    readonly serve: (wire: Wire) => Promise<void>;
  },
): Promise<void> {
  const { route, pathname, wire, serve } = at;
  const fault = faults.next(route, pathname);
  if (fault === undefined || fault.answer === 'none') return serve(wire);
  if (fault.delayMs !== undefined) await sleep(world.clock, fault.delayMs);
  if (fault.when === 'after') await serve(withoutAnswer(wire));
  else wire.request.resume();
  log.requests.push({
    method: wire.request.method ?? '',
    route,
    path: pathname,
    status: typeof fault.answer === 'string' ? 0 : fault.answer.status,
    at: world.clock.now(),
    installation: undefined,
    token: undefined,
  });
  misbehave(wire, fault.answer);
  world.changed();
}

function misbehave({ request, response }: Wire, answer: AnswerFault['answer']): void {
  if (answer === 'reset') request.socket.destroy();
  if (typeof answer !== 'object') return;
  const { status, message = `Fault ${status}`, headers = {} } = answer;
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`remote: ${message}\n`);
}

/** Takes what is written to it and sends nothing: the effect happens, the answer is another one. */
function withoutAnswer({ request, response }: Wire): Wire {
  const swallowed = new Set<PropertyKey>(['write', 'end', 'writeHead', 'setHeader']);
  const silent = new Proxy(response, {
    get: (target, name): unknown => (swallowed.has(name) ? () => true : Reflect.get(target, name)),
    set: () => true,
  });
  return { request, response: silent };
}
