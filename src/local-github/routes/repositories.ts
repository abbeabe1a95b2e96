// Routes of repositories themselves, their people, and users.
import { appShape, publicUserShape, userShape } from '../shapes/account.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { findUser, permissionOf } from '../world/world.ts';
import { ok, unauthorized } from '../world/replies.ts';
import { grant, onRepository, onRoot } from './route.ts';
import type { Route } from './route.ts';
import type { Permission } from '../types/index.ts';
import type { Caller } from '../traffic/caller.ts';
import type { Repository } from '../model/index.ts';

const roles: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** `/repos/{owner}/{repo}`, permissions, `/users/{username}`, `/rate_limit`. */
export const repositoryRoutes: readonly Route[] = [
  onRepository('GET ', [grant('metadata', 'read')], ({ world, repository, caller }) =>
    ok({ ...repositoryShape(world, repository), ...rightsOf(repository, caller) }),
  ),
  onRepository(
    'GET /collaborators/{username}/permission',
    [grant('metadata', 'read', 'write')],
    ({ world, repository, params }) => {
      const user = findUser(world, params['username'] ?? '');
      const role = permissionOf(repository, user);
      return ok({
        // `permission` knows only four levels; the exact one is `role_name`
        permission: role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role,
        role_name: role,
        user: {
          ...userShape(world, user),
          permissions: rightsIn(role),
          role_name: role,
        },
      });
    },
  ),
  onRoot('GET /users/{username}', ({ world, params }) =>
    ok(publicUserShape(world, findUser(world, params['username'] ?? ''))),
  ),
  onRoot('GET /user', ({ world, caller }) => {
    if (caller.kind !== 'user') throw unauthorized('Requires authentication');
    return ok(publicUserShape(world, caller.user));
  }),
  onRoot('GET /apps/{app_slug}', ({ world, params }) => {
    const app = [...world.apps.values()].find((one) => one.slug === params['app_slug']);
    return app === undefined ? { status: 404, body: { message: 'Not Found' } } : ok(appShape(world, app));
  }),
  onRoot('GET /rate_limit', ({ limiter, caller }) => {
    const core = limiter.state(caller);
    return ok({ resources: { core, search: core, graphql: core }, rate: core });
  }),
];

/** What a person may do, where it is a person who asks. */
function rightsOf(repository: Repository, caller: Caller) {
  return caller.kind === 'user' ? { permissions: rightsIn(permissionOf(repository, caller.user)) } : {};
}

function rightsIn(role: Permission) {
  const rank = roles.indexOf(role);
  return { pull: rank >= 1, triage: rank >= 2, push: rank >= 3, maintain: rank >= 4, admin: rank >= 5 };
}
