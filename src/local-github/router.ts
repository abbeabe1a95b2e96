// The table of API routes, named as in GitHub's reference, and how a request finds its own. Never handles one.
import type { Caller } from './caller.ts';
import type { Repository } from './model.ts';
import type { Reply } from './replies.ts';
import type { World } from './world.ts';

/** A request to the API as handlers see it. */
export interface ApiRequest {
  readonly world: World;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

/** A request to a repository that the caller may see. */
export interface RepositoryRequest extends ApiRequest {
  readonly repository: Repository;
}

/** One permission that opens a route, alone or with others as alternatives. */
export interface Grant {
  readonly name: string;
  readonly level: 'read' | 'write';
  /** What a person needs, where it is not read for read and write for write. */
  readonly person?: 'read' | 'triage' | 'write' | 'admin';
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As in GitHub's reference: `/repos/{owner}/{repo}/issues/{issue_number}`. */
  readonly path: string;
  handle(request: ApiRequest): Promise<Reply> | Reply;
  /** Repository routes: any of these opens it. */
  readonly grants?: readonly Grant[];
  /** Handles a request whose repository was found and whose grants were checked. */
  readonly repository?: (request: RepositoryRequest) => Promise<Reply> | Reply;
}

/** A route of a repository. */
export function onRepository(
  method: Route['method'],
  path: string,
  grants: readonly Grant[],
  handle: (request: RepositoryRequest) => Promise<Reply> | Reply,
): Route {
  return {
    method,
    path: `/repos/{owner}/{repo}${path}`,
    grants,
    repository: handle,
    handle: () => {
      throw new Error('repository routes are handled with their repository');
    },
  };
}

/** A route of no repository. */
export function onRoot(method: Route['method'], path: string, handle: Route['handle']): Route {
  return { method, path, handle };
}

/** One grant. */
export function grant(name: string, level: Grant['level'], person?: NonNullable<Grant['person']>): Grant {
  return { name, level, ...(person === undefined ? {} : { person }) };
}

/** The route that a path belongs to, and what its parameters are. */
export function createRouter(routes: readonly Route[]) {
  const table = routes
    .map((route) => ({ route, pattern: patternOf(route.path), weight: weightOf(route.path) }))
    .toSorted((a, b) => b.weight - a.weight);
  return function find(method: string, path: string) {
    for (const { route, pattern } of table) {
      if (route.method !== method) continue;
      const match = pattern.exec(path);
      if (match === null) continue;
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)] as const);
      return { route, params: Object.fromEntries(params) };
    }
    return undefined;
  };
}

/** Parameters that may hold slashes. */
const greedy = new Set(['path', 'ref', 'branch', 'basehead', 'name']);

function patternOf(path: string): RegExp {
  const source = path.replaceAll(
    /\{(\w+)\}/g,
    (_all, name: string) => `(?<${name}>${greedy.has(name) ? '.+' : '[^/]+'})`,
  );
  return new RegExp(`^${source.replace('/contents/(?<path>.+)', '/contents/?(?<path>.*)')}$`);
}

/** Literal segments win over parameters. */
function weightOf(path: string): number {
  return path.split('/').reduce((sum, part) => sum + (part.startsWith('{') ? 1 : 10), 0);
}

function decode(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    return text ?? '';
  }
}
