// The API as a plugin: each request passes faults, caller, limits and GitHub's description, then its route answers. Never knows a route's meaning.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isObject, messageOf, parseJson, sha256, sleep } from '../../support/index.ts';
import { callerOf, requireGrant } from '../traffic/caller.ts';
import { HttpError, notFound } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { routes } from '../routes/index.ts';
import { nameOf, requestIn } from '../routes/route.ts';
import type { ApiRequest, RepositoryRoute, Route } from '../routes/route.ts';
import { repositoryNamed } from '../world/world.ts';
import { patternsOf } from './addresses.ts';
import { finish, newExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { ServerParts } from './parts.ts';

const decoration = 'exchange';

/** Adds every route of the API. */
export function addApi(api: FastifyInstance, parts: ServerParts): void {
  api.removeAllContentTypeParsers();
  // whatever a client calls it: GitHub reads JSON, and first whose request it is
  api.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  api.decorateRequest(decoration, null);
  api.addHook('onRequest', (request, _reply, done) => {
    request.setDecorator(decoration, newExchange(parts, request));
    done();
  });
  api.addHook('preHandler', (request, reply) => meetFault(parts, request, reply));
  api.addHook('preHandler', (request, _reply, done) => {
    admit(parts, request);
    done();
  });
  for (const route of allRoutes)
    for (const url of route.urls)
      api.route({
        method: route.route.method,
        url,
        config: route,
        handler: async (request, reply) => {
          const asked = requestOf(parts, request, route.wildcard);
          const answer = conditional(parts, exchangeOf(request), {
            answer: await answerOf(route.route, asked),
            match: asked.headers['if-none-match'],
          });
          return finish(parts, exchangeOf(request), { reply, answer });
        },
      });
  api.all('/*', () => {
    throw notFound();
  });
  api.setErrorHandler<FastifyError | HttpError>((error, request, reply) => {
    if (error instanceof HttpError) return finish(parts, exchangeOf(request), { reply, answer: error.reply });
    process.stderr.write(`local GitHub: ${request.method} ${request.originalUrl}: ${messageOf(error)}\n`);
    return reply.code(500).send({ message: 'Server Error' });
  });
}

const allRoutes = routes.map((route) => ({ route, ...patternsOf(route) }));

function exchangeOf(request: FastifyRequest): Exchange {
  return request.getDecorator<Exchange>(decoration);
}

/** A fault that hits before the request has its effect is the answer. */
async function meetFault(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const exchange = exchangeOf(request);
  const { route, path } = exchange;
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  const fault = route === undefined ? undefined : parts.faults.next(nameOf(route), path, body);
  if (fault === undefined) return;
  exchange.fault = fault;
  if (fault.delayMs !== undefined) await sleep(parts.world.clock, fault.delayMs);
  if (fault.when === 'before' && fault.answer !== 'none') finish(parts, exchange, { reply, answer: { status: 500 } });
}

/** Throws what GitHub answers to a request that it does not look at: nobody's, one too many, none that it describes. */
function admit(parts: ServerParts, request: FastifyRequest): void {
  const exchange = exchangeOf(request);
  const { route, method } = exchange;
  if ((request.headers['user-agent'] ?? '') === '')
    throw new HttpError(403, {
      message: 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    });
  exchange.caller = callerOf(parts.world, request.headers.authorization);
  if (route === undefined) return;
  if (route.path !== '/rate_limit') parts.limiter.admit(exchange.caller, { method, route: nameOf(route) });
  exchange.body = parseBody(request.body);
  checkAgainstGuard(parts, exchange, route);
}

function requestOf(parts: ServerParts, request: FastifyRequest, wildcard: string | undefined): ApiRequest {
  const { url, body, caller } = exchangeOf(request);
  // the router gives texts by the names in the pattern
  const { '*': rest = '', ...params } = request.params as Readonly<Record<string, string>>;
  return {
    world: parts.world,
    limiter: parts.limiter,
    courier: parts.courier,
    url,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    params: wildcard === undefined ? params : { ...params, [wildcard]: rest },
    body: bodyFields(body),
    caller,
  };
}

function answerOf(route: Route, request: ApiRequest): Promise<Reply> | Reply {
  return 'handle' in route ? route.handle(request) : onItsRepository(route, request);
}

function onItsRepository(route: RepositoryRoute, request: ApiRequest): Promise<Reply> | Reply {
  const { world, params, caller, url } = request;
  const [owner = '', name = ''] = [params['owner'], params['repo']];
  const repository = repositoryNamed(world, owner, name);
  if (repository === undefined) {
    const moved = world.repositories.get(world.formerNames.get(`${owner}/${name}`.toLowerCase()) ?? 0);
    if (moved === undefined) throw notFound();
    const rest = url.pathname.split(`/repos/${owner}/${name}`)[1] ?? '';
    const location = `${world.apiUrl}/repositories/${moved.id}${rest}${url.search}`;
    return { status: 301, body: { message: 'Moved Permanently', url: location }, headers: { location } };
  }
  requireGrant(caller, repository, route.grants);
  return route.handleIn(requestIn(request, repository));
}

/** GETs carry an ETag; one that the client has already is answered 304 and not counted. */
function conditional(
  parts: ServerParts,
  { method, caller }: Exchange,
  { answer, match }: { readonly answer: Reply; readonly match: string | undefined },
): Reply {
  if (method !== 'GET' || answer.status !== 200) return answer;
  const bytes = answer.raw === undefined ? JSON.stringify(answer.body) : answer.raw.bytes;
  const etag = `W/"${sha256(bytes)}"`;
  const headers = { ...answer.headers, etag };
  if (match?.replace(/^W\//, '') !== etag.replace(/^W\//, '')) return { ...answer, headers };
  parts.limiter.giveBack(caller);
  return { status: 304, headers };
}

function checkAgainstGuard(parts: ServerParts, { method, url, path, body }: Exchange, route: Route): void {
  const query = Object.fromEntries(url.searchParams);
  const problems = parts.guard?.checkRequest(method, route.path, { query, body }) ?? [];
  if (problems.length === 0) return;
  parts.log.violations.push({ route: nameOf(route), path, problems });
  throw new HttpError(422, { message: `Invalid request.\n\n${problems.join('\n')}` });
}

function parseBody(bytes: unknown): unknown {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined;
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    throw new HttpError(400, { message: 'Problems parsing JSON' });
  }
}

/** The fields of a body. GitHub also takes a bare list of labels. */
function bodyFields(body: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(body)) return { labels: body };
  return isObject(body) ? body : {};
}
