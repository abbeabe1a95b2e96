// Where requests lead: GitHub has its API under several addresses, the router knows each route under one. Never answers.
import { fullName } from '../world/world.ts';
import type { World } from '../world/world.ts';
import type { Route } from '../routes/route.ts';

/** Under which the router knows the API, and only the API. */
export const apiPrefix = '/api/v3';

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

/** The address that the router knows a request under. */
export function routedAddress(world: World, address: string): string {
  const { pathname, search } = new URL(address, world.url);
  if (!pathname.startsWith('/api/') && !apiNames.has(pathname.split('/')[1] ?? '')) return `${pathname}${search}`;
  return `${apiPrefix}${decodable(withRefInOneSegment(apiPath(world, pathname)))}${search}`;
}

/** `/api/v3/repos/…` as on GitHub Enterprise Server, `/repos/…` as on github.com, `/repositories/<id>/…` after a rename. */
export function apiPath(world: World, pathname: string): string {
  const path = pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql');
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = world.repositories.get(Number(id));
  return repository === undefined ? path : `/repos/${fullName(repository)}${rest}`;
}

/** The patterns of a route as the router writes them. Parameters that may hold slashes end a path as `*`. */
export function patternsOf({ path }: Route): {
  readonly urls: readonly string[];
  readonly wildcard: string | undefined;
} {
  const [, start = '', last = ''] = /^(.*)\{(\w+)\}$/.exec(path) ?? [];
  if (!withSlashes.has(last)) return { urls: [segments(path)], wildcard: undefined };
  const url = `${segments(start)}*`;
  // the root of a repository is a path too
  return { urls: last === 'path' ? [url, url.slice(0, -2)] : [url], wildcard: last };
}

const withSlashes = new Set(['path', 'ref', 'branch', 'basehead', 'name']);

function segments(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** `/commits/heads/main/status`: a ref with slashes in the middle of a path. */
function withRefInOneSegment(path: string): string {
  const [, start = '', ref = '', end = ''] =
    /^(\/repos\/[^/]+\/[^/]+\/commits\/)(.+)(\/(?:check-runs|check-suites|status|statuses))$/.exec(path) ?? [];
  return ref === '' ? path : `${start}${ref.replaceAll('/', '%2F')}${end}`;
}

/** A path whose escapes are none is taken as it is written. */
function decodable(path: string): string {
  try {
    decodeURIComponent(path);
    return path;
  } catch {
    return path.replaceAll('%', '%25');
  }
}
