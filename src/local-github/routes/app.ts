// Routes of Apps and installations: who am I, tokens, deliveries. Never shows another App's things.
import { isObject } from '../../support/index.ts';
import { issueInstallationToken } from '../traffic/caller.ts';
import type { Caller } from '../traffic/caller.ts';
import { numberParam, texts } from '../world/input.ts';
import type { App, Grants, Installation } from '../model/index.ts';
import { created, HttpError, noContent, notFound, ok, page, unauthorized, unprocessable } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { onRoot } from './route.ts';
import type { ApiRequest, Route } from './route.ts';
import { appShape, installationShape } from '../shapes/account.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { covers, repositoryNamed } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** `/app`, `/app/installations`, `/installation/…`. */
export const appRoutes: readonly Route[] = [
  onRoot('GET /app', ({ world, caller }) => {
    const app = appOf(caller);
    const count = installationsOf(world, app).length;
    return ok({ ...appShape(world, app), installations_count: count });
  }),
  onRoot('GET /app/installations', ({ world, caller, url }) =>
    page(url, installationsOf(world, appOf(caller)), (some) => some.map((one) => installationShape(world, one))),
  ),
  onRoot('GET /app/installations/{installation_id}', (request) =>
    ok(installationShape(request.world, ownInstallation(request))),
  ),
  onRoot('POST /app/installations/{installation_id}/access_tokens', createToken),
  onRoot('GET /repos/{owner}/{repo}/installation', ({ world, caller, params }) => {
    const app = appOf(caller);
    const [owner, name] = [params['owner'] ?? '', params['repo'] ?? ''];
    const moved = world.formerNames.get(`${owner}/${name}`.toLowerCase());
    // GitHub sends on to the same place by the new name
    const repository = repositoryNamed(world, owner, name) ?? world.repositories.get(moved ?? 0);
    const found = installationsOf(world, app).find((one) => repository !== undefined && covers(one, repository));
    if (found === undefined) throw notFound();
    return ok(installationShape(world, found));
  }),
  onRoot('GET /installation/repositories', ({ world, caller, url }) => {
    if (caller.kind !== 'installation')
      throw new HttpError(403, {
        message:
          'You must authenticate with an installation access token in order to list repositories for an installation.',
      });
    const repositories = [...world.repositories.values()].filter(
      (one) => covers(caller.installation, one) && (caller.token.repositories?.has(one.id) ?? true),
    );
    return page(url, repositories, (some, total) => ({
      total_count: total,
      repository_selection: caller.installation.repositories === 'all' ? 'all' : 'selected',
      repositories: some.map((one) => repositoryShape(world, one)),
    }));
  }),
  onRoot('DELETE /installation/token', ({ caller }) => {
    if (caller.kind !== 'installation') throw unauthorized();
    caller.token.revoked = true;
    return noContent();
  }),
];

/** The App behind a JWT; 401 for anybody else. */
export function appOf(caller: Caller): App {
  if (caller.kind === 'app') return caller.app;
  throw unauthorized('A JSON web token could not be decoded');
}

function installationsOf(world: World, app: App): Installation[] {
  return [...world.installations.values()].filter((one) => one.app.id === app.id);
}

function ownInstallation({ world, caller, params }: ApiRequest): Installation {
  const app = appOf(caller);
  const installation = world.installations.get(numberParam(params, 'installation_id'));
  if (installation === undefined || installation.app.id !== app.id) throw notFound();
  return installation;
}

function createToken(request: ApiRequest): Reply {
  const { world, body } = request;
  const installation = ownInstallation(request);
  if (installation.suspended) throw new HttpError(403, { message: 'This installation has been suspended' });
  const repositories = narrowedRepositories(world, installation, body);
  const permissions = narrowedPermissions(installation, body['permissions']);
  const { text, token } = issueInstallationToken(world, installation, { permissions, repositories });
  return created({
    token: text,
    expires_at: `${new Date(token.expiresAt).toISOString().slice(0, 19)}Z`,
    permissions,
    repository_selection: repositories === undefined && installation.repositories === 'all' ? 'all' : 'selected',
    ...(repositories === undefined
      ? {}
      : {
          repositories: [...world.repositories.values()]
            .filter((one) => repositories.has(one.id))
            .map((one) => repositoryShape(world, one)),
        }),
  });
}

function narrowedRepositories(
  world: World,
  installation: Installation,
  body: ApiRequest['body'],
): Set<number> | undefined {
  const names = texts(body, 'repositories').map((name) => name.toLowerCase());
  const listed = body['repository_ids'];
  const ids = Array.isArray(listed) ? listed.map(Number) : [];
  if (names.length === 0 && ids.length === 0) return undefined;
  const covered = [...world.repositories.values()].filter((one) => covers(installation, one));
  const chosen = covered.filter((one) => names.includes(one.name.toLowerCase()) || ids.includes(one.id));
  if (chosen.length < new Set([...names, ...ids]).size)
    throw unprocessable(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  return new Set(chosen.map((one) => one.id));
}

function narrowedPermissions(installation: Installation, wanted: unknown): Grants {
  if (!isObject(wanted) || Object.keys(wanted).length === 0) return installation.permissions;
  const levels = ['read', 'write', 'admin'] as const;
  const narrowed: Record<string, 'read' | 'write' | 'admin'> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const level = levels.find((one) => one === value);
    const held = installation.permissions[name];
    if (level === undefined || held === undefined || levels.indexOf(held) < levels.indexOf(level))
      throw unprocessable('The permissions requested are not granted to this installation.');
    narrowed[name] = level;
  }
  return { metadata: 'read', ...narrowed };
}
