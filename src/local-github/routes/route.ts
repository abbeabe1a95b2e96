// How a route is written down: its name as in GitHub's reference, the grants that open it, its handler. Never handles one.
import { defined } from '../../support/index.ts';
import { actorOf } from '../traffic/caller.ts';
import type { Caller, Grant } from '../traffic/caller.ts';
import type { Limiter } from '../traffic/limits.ts';
import type { Repository } from '../model/index.ts';
import type { Reply } from '../world/replies.ts';
import type { Subject } from '../world/subject.ts';
import type { Courier } from '../traffic/webhooks.ts';
import type { World } from '../world/world.ts';

/** A request to the API as handlers see it. */
export interface ApiRequest {
  readonly world: World;
  readonly limiter: Limiter;
  readonly courier: Courier;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

/** A request to a repository that the caller may see. Its actor is the caller; 401 when somebody asks who nobody is. */
export interface RepositoryRequest extends ApiRequest, Subject {}

interface RouteName {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As in GitHub's reference: `/repos/{owner}/{repo}/issues/{issue_number}`. */
  readonly path: string;
}

/** A route of no repository. */
export interface RootRoute extends RouteName {
  readonly handle: (request: ApiRequest) => Promise<Reply> | Reply;
}

/** A route of a repository: handled when it was found and one of the grants is there. */
export interface RepositoryRoute extends RouteName {
  readonly grants: readonly Grant[];
  readonly handleIn: (request: RepositoryRequest) => Promise<Reply> | Reply;
}

export type Route = RootRoute | RepositoryRoute;

/** A route of a repository: `GET /issues/{issue_number}`. */
export function onRepository(
  name: string,
  grants: readonly Grant[],
  handleIn: RepositoryRoute['handleIn'],
): RepositoryRoute {
  const { method, path } = parsed(name);
  return { method, path: `/repos/{owner}/{repo}${path}`, grants, handleIn };
}

/** A route of no repository: `GET /app`. */
export function onRoot(name: string, handle: RootRoute['handle']): RootRoute {
  return { ...parsed(name), handle };
}

/** One grant. */
export function grant(name: string, level: Grant['level'], person?: NonNullable<Grant['person']>): Grant {
  return { name, level, ...defined({ person }) };
}

/** The request as one to a repository. */
export function requestIn(request: ApiRequest, repository: Repository): RepositoryRequest {
  return {
    ...request,
    repository,
    get actor() {
      return actorOf(request.caller);
    },
  };
}

/** `GET /repos/{owner}/{repo}`. */
export function nameOf(route: Route): string {
  return `${route.method} ${route.path}`;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function parsed(name: string): RouteName {
  const [word, path = ''] = name.split(' ');
  const method = methods.find((one) => one === word);
  if (method === undefined) throw new Error(`${name} is not the name of a route`);
  return { method, path };
}
