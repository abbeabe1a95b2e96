// The HTTP side of the local GitHub: reads a request, finds who and what it is for, writes the answer and the log. Never knows a route's meaning.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isObject, messageOf, sha256, sleep } from '../support/index.ts';
import { callerOf, requireGrant } from './caller.ts';
import type { Caller } from './caller.ts';
import type { AnswerFaults } from './faults.ts';
import { serveGit } from './git-http.ts';
import type { Limiter } from './limits.ts';
import type { OpenApiGuard } from './openapi-guard.ts';
import { servePage } from './pages.ts';
import { HttpError, notFound } from './replies.ts';
import type { Reply } from './replies.ts';
import type { createRouter, Route } from './router.ts';
import type { RequestLogEntry, Violation } from './types.ts';
import { fullName, repositoryNamed } from './world.ts';
import type { World } from './world.ts';

/** What the server keeps of what it saw. */
export interface ServerLog {
  readonly requests: RequestLogEntry[];
  readonly unknownRoutes: string[];
  readonly violations: Violation[];
}

/** What the server works with. */
export interface ServerParts {
  readonly world: World;
  readonly find: ReturnType<typeof createRouter>;
  readonly limiter: Limiter;
  readonly faults: AnswerFaults;
  readonly guard: OpenApiGuard | undefined;
  readonly log: ServerLog;
}

interface Answered {
  readonly reply: Reply;
  readonly caller: Caller;
}

const maxBodyBytes = 25 * 1024 * 1024;
const apiNames = new Set([
  'app',
  'installation',
  'repos',
  'repositories',
  'users',
  'user',
  'apps',
  'rate_limit',
  'graphql',
  'meta',
]);

/** An HTTP server that is not listening yet. */
export function createApiServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      process.stderr.write(`local GitHub: ${request.method} ${request.url}: ${messageOf(error)}\n`);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'Server Error' }));
    });
  });
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world } = parts;
  const url = new URL(request.url ?? '/', world.url);
  if (url.pathname.startsWith('/api/') || apiNames.has(url.pathname.split('/')[1] ?? ''))
    return serveApi(parts, url, request, response);
  if (await serveGitWithFaults(parts, url, request, response)) return;
  const page = await servePage(world, url);
  response.writeHead(page.status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(page.html);
}

/** Pushes can be harmed like API requests, as the route `POST /{owner}/{repo}/git-receive-pack`. */
async function serveGitWithFaults(
  parts: ServerParts,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { world } = parts;
  const route = gitRoute(request.method ?? 'GET', url);
  const fault = route === undefined ? undefined : parts.faults.next(route, url.pathname);
  if (fault === undefined || fault.answer === 'none') return serveGit(world, url, request, response);
  if (fault.delayMs !== undefined) await sleep(world.clock, fault.delayMs);
  if (fault.when === 'after') await serveGit(world, url, request, withoutAnswer(response));
  else request.resume();
  parts.log.requests.push({
    method: request.method ?? '',
    route,
    path: url.pathname,
    status: typeof fault.answer === 'string' ? 0 : fault.answer.status,
    at: world.clock.now(),
    installation: undefined,
    token: undefined,
  });
  if (fault.answer === 'reset') request.socket.destroy();
  else if (typeof fault.answer === 'object') {
    const { status, message = `Fault ${status}`, headers = {} } = fault.answer;
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
    response.end(`remote: ${message}\n`);
  }
  world.changed();
  return true;
}

function gitRoute(method: string, url: URL): string | undefined {
  const service = /\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname)?.[1];
  return service === undefined ? undefined : `${method} /{owner}/{repo}/${service}`;
}

/** Takes what is written to it and sends nothing: the effect happens, the answer is another one. */
function withoutAnswer(response: ServerResponse): ServerResponse {
  const swallowed = new Set<PropertyKey>(['write', 'end', 'writeHead', 'setHeader']);
  return new Proxy(response, {
    get: (target, name): unknown => (swallowed.has(name) ? () => true : Reflect.get(target, name)),
    set: () => true,
  });
}

async function serveApi(
  parts: ServerParts,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, log } = parts;
  const method = request.method ?? 'GET';
  const path = apiPath(world, url);
  const found = parts.find(method, path);
  const route = found === undefined ? undefined : `${method} ${found.route.path}`;
  const bytes = await readBody(request);
  const fault = route === undefined ? undefined : parts.faults.next(route, path);
  if (fault?.delayMs !== undefined) await sleep(world.clock, fault.delayMs);

  let answered: Answered = { reply: { status: 500 }, caller: { kind: 'anonymous' } };
  const harmed = fault !== undefined && fault.when === 'before' && fault.answer !== 'none';
  if (!harmed) answered = await answer(parts, { url, path, method, bytes, request, found });
  const planned = fault !== undefined && fault.answer !== 'none' ? fault.answer : undefined;
  const reply = typeof planned === 'object' ? faultReply(planned) : answered.reply;

  log.requests.push({
    method,
    route,
    path,
    status: typeof planned === 'string' ? 0 : reply.status,
    at: world.clock.now(),
    installation: installationOf(answered.caller),
    token: 'key' in answered.caller ? answered.caller.key : undefined,
  });
  if (found === undefined) log.unknownRoutes.push(`${method} ${path}`);
  if (planned === 'reset') request.socket.destroy();
  else if (planned !== 'hang') write(parts, response, { reply, caller: answered.caller });
  world.changed();
}

async function answer(
  parts: ServerParts,
  at: {
    readonly url: URL;
    readonly path: string;
    readonly method: string;
    readonly bytes: Buffer;
    readonly request: IncomingMessage;
    readonly found: { readonly route: Route; readonly params: Record<string, string> } | undefined;
  },
): Promise<Answered> {
  const { world } = parts;
  let caller: Caller = { kind: 'anonymous' };
  try {
    if ((at.request.headers['user-agent'] ?? '') === '')
      throw new HttpError(403, {
        message: 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
      });
    caller = callerOf(world, at.request.headers.authorization);
    if (at.found === undefined) throw notFound();
    const { route, params } = at.found;
    if (route.path !== '/rate_limit')
      parts.limiter.admit(caller, { method: at.method, route: `${at.method} ${route.path}` });
    const body = parseBody(at.bytes);
    checkAgainstGuard(parts, { ...at, found: at.found, body });
    const headers = Object.fromEntries(
      Object.entries(at.request.headers).map(([name, value]) => [name, String(value)]),
    );
    const request = { world, method: at.method, url: at.url, headers, params, body: bodyFields(body), caller };
    const reply = route.repository === undefined ? await route.handle(request) : await onItsRepository(route, request);
    return { reply: conditional(parts, caller, { reply, method: at.method, match: headers['if-none-match'] }), caller };
  } catch (error) {
    if (error instanceof HttpError) return { reply: error.reply, caller };
    throw error;
  }
}

async function onItsRepository(route: Route, request: Parameters<Route['handle']>[0]): Promise<Reply> {
  const { world, params, caller } = request;
  const [owner = '', name = ''] = [params['owner'], params['repo']];
  const repository = repositoryNamed(world, owner, name);
  if (repository === undefined) {
    const moved = world.repositories.get(world.formerNames.get(`${owner}/${name}`.toLowerCase()) ?? 0);
    if (moved === undefined) throw notFound();
    const rest = request.url.pathname.split(`/repos/${owner}/${name}`)[1] ?? '';
    const location = `${world.apiUrl}/repositories/${moved.id}${rest}${request.url.search}`;
    return { status: 301, body: { message: 'Moved Permanently', url: location }, headers: { location } };
  }
  requireGrant(caller, repository, route.grants ?? []);
  return (await route.repository?.({ ...request, repository })) ?? { status: 500 };
}

/** GETs carry an ETag; one that the client has already is answered 304 and not counted. */
function conditional(
  parts: ServerParts,
  caller: Caller,
  at: { readonly reply: Reply; readonly method: string; readonly match: string | undefined },
): Reply {
  const { reply, method } = at;
  if (method !== 'GET' || reply.status !== 200) return reply;
  const bytes = reply.raw === undefined ? JSON.stringify(reply.body) : reply.raw.bytes;
  const etag = `W/"${sha256(bytes)}"`;
  const headers = { ...reply.headers, etag };
  if (at.match?.replace(/^W\//, '') !== etag.replace(/^W\//, '')) return { ...reply, headers };
  parts.limiter.giveBack(caller);
  return { status: 304, headers };
}

function checkAgainstGuard(
  parts: ServerParts,
  at: {
    readonly url: URL;
    readonly path: string;
    readonly method: string;
    readonly found: { readonly route: Route };
    readonly body: unknown;
  },
): void {
  const query = Object.fromEntries(at.url.searchParams);
  const problems = parts.guard?.checkRequest(at.method, at.found.route.path, { query, body: at.body }) ?? [];
  if (problems.length === 0) return;
  parts.log.violations.push({ route: `${at.method} ${at.found.route.path}`, path: at.path, problems });
  throw new HttpError(422, { message: `Invalid request.\n\n${problems.join('\n')}` });
}

function write(parts: ServerParts, response: ServerResponse, answered: Answered): void {
  const { reply, caller } = answered;
  const { world } = parts;
  const date = new Date(world.clock.now()).toUTCString();
  const body = reply.raw === undefined ? (reply.body === undefined ? '' : JSON.stringify(reply.body)) : reply.raw.bytes;
  response.writeHead(reply.status, {
    date,
    server: 'local-github',
    'cache-control': 'private, max-age=60, s-maxage=60',
    'x-github-request-id': sha256(`${parts.log.requests.length}`).slice(0, 20),
    'x-github-media-type': 'github.v3; format=json',
    ...(body.length === 0 ? {} : { 'content-type': reply.raw?.type ?? 'application/json; charset=utf-8' }),
    ...parts.limiter.headers(caller),
    ...reply.headers,
  });
  response.end(reply.status === 304 ? '' : body);
}

/** `/api/v3/repos/…` as on GitHub Enterprise Server, `/repos/…` as on github.com, `/repositories/<id>/…` after a rename. */
function apiPath(world: World, url: URL): string {
  const path = url.pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql');
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = world.repositories.get(Number(id));
  return repository === undefined ? path : `/repos/${fullName(repository)}${rest}`;
}

function faultReply(planned: {
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}): Reply {
  const message = planned.message ?? `Fault ${planned.status}`;
  return {
    status: planned.status,
    body: { message },
    ...(planned.headers === undefined ? {} : { headers: planned.headers }),
  };
}

function installationOf(caller: Caller): number | undefined {
  return caller.kind === 'installation' ? caller.installation.id : undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= maxBodyBytes) chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new HttpError(400, { message: 'Problems parsing JSON' });
  }
}

/** The fields of a body. GitHub also takes a bare list of labels. */
function bodyFields(body: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(body)) return { labels: body };
  return isObject(body) ? body : {};
}
