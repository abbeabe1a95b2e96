// Clone, fetch and push over HTTP through the real `git http-backend`. Never answers for git itself.
import { basename, dirname } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sleep } from '../../support/index.ts';
import { movingRefs } from '../changes/refs.ts';
import { withReason } from '../push-answer.ts';
import { rulesFolder } from '../push-rules.ts';
import type { AnswerFault } from '../types/index.ts';
import { runCgi } from './git-cgi.ts';
import type { Wire } from './git-cgi.ts';
import { admit } from './git-admission.ts';
import type { Admission, Refusal } from './git-admission.ts';
import type { ServerParts } from './parts.ts';

/** One request of a git client. */
interface GitRequest {
  readonly owner: string;
  readonly name: string;
  readonly service: string;
  readonly url: URL;
  /** As faults name it. */
  readonly route: string;
}

const services = [
  { method: 'GET', service: 'info/refs' },
  { method: 'POST', service: 'git-upload-pack' },
  { method: 'POST', service: 'git-receive-pack' },
] as const;

/** Adds what git clients ask for. */
export function addGit(app: FastifyInstance, parts: ServerParts): void {
  for (const { method, service } of services)
    app.route<{ Params: { owner: string; repo: string } }>({
      method,
      url: `/:owner/:repo/${service}`,
      handler: async (request, reply) => {
        const { owner, repo } = request.params;
        await serveWithFaults(
          parts,
          {
            owner,
            name: repo.replace(/\.git$/, ''),
            service,
            url: new URL(request.originalUrl, parts.world.url),
            route: `${method} /{owner}/{repo}/${service}`,
          },
          takeOver(request, reply),
        );
        return reply;
      },
    });
}

/** git answers on the wire itself. */
function takeOver(request: FastifyRequest, reply: FastifyReply): Wire {
  reply.hijack();
  return { request: request.raw, response: reply.raw };
}

/** Pushes can be harmed like API requests, as the route `POST /{owner}/{repo}/git-receive-pack`. */
async function serveWithFaults(parts: ServerParts, asked: GitRequest, wire: Wire): Promise<void> {
  const { world } = parts;
  const { pathname } = asked.url;
  const fault = parts.faults.next(asked.route, pathname);
  if (fault === undefined || fault.answer === 'none') return serveGit(parts, asked, wire);
  if (fault.delayMs !== undefined) await sleep(world.clock, fault.delayMs);
  if (fault.when === 'after') await serveGit(parts, asked, withoutAnswer(wire));
  else wire.request.resume();
  parts.log.requests.push({
    method: wire.request.method ?? '',
    route: asked.route,
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

async function serveGit({ world }: ServerParts, asked: GitRequest, wire: Wire): Promise<void> {
  const { request, response } = wire;
  const { owner, name, service, url } = asked;
  const writes = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const admitted = admit(world, { owner, name, writes, authorization: request.headers.authorization });
  if ('status' in admitted) return refuse(wire, admitted);
  const { repository, actor } = admitted;
  const cgi = cgiEnvironment(admitted, asked, wire);
  if (service !== 'git-receive-pack' || actor === undefined) {
    await runCgi(cgi, wire, (chunk) => void response.write(chunk));
  } else {
    // webhooks and heads first, then the answer: whoever pushed sees what followed from it
    const kept: Buffer[] = [];
    await movingRefs({ world, repository, actor }, () => runCgi(cgi, wire, (chunk) => void kept.push(chunk)));
    response.write(await withReason(repository.dir, Buffer.concat(kept)));
  }
  response.end();
}

function refuse({ response }: Wire, refusal: Refusal): void {
  response.writeHead(refusal.status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(refusal.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
  });
  response.end(`remote: ${refusal.message}\n`);
}

function cgiEnvironment(
  { repository, actor, workflows }: Admission,
  { service, url }: GitRequest,
  { request }: Wire,
): Record<string, string> {
  const { headers } = request;
  return {
    GIT_PROJECT_ROOT: dirname(repository.dir),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repository.dir)}/${service}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: headers['content-type'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: actor?.user.login ?? '',
    LOCAL_GITHUB_RULES: rulesFolder(repository.dir),
    LOCAL_GITHUB_WORKFLOWS: workflows ? 'allowed' : 'refused',
    ...(typeof headers['git-protocol'] === 'string' ? { GIT_PROTOCOL: headers['git-protocol'] } : {}),
  };
}
