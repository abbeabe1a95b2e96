// Who may change what somebody wrote. Never changes it.
import type { User } from '../model/index.ts';
import { forbidden } from '../world/replies.ts';
import { mayAtLeast } from '../world/world.ts';
import type { RepositoryRequest } from './route.ts';

/** One's own things, or triage on everything. Apps with the grant may change what anybody wrote. Throws 403 otherwise. */
export function mayChange({ caller, actor, repository }: RepositoryRequest, author: User): void {
  if (caller.kind === 'user' && actor.user.id !== author.id && !mayAtLeast(repository, actor.user, 'triage'))
    throw forbidden('Must have admin rights to Repository.');
}
