// Who may clone, fetch and push. Never does it.
import { callerOf, holds, sees } from '../traffic/caller.ts';
import type { Caller } from '../traffic/caller.ts';
import type { Actor, Repository } from '../model/index.ts';
import { HttpError } from '../world/replies.ts';
import { covers, fullName, mayAtLeast, repositoryNamed } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** What a git client is told. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Where a git client may go on, and as whom. */
export interface Admission {
  readonly repository: Repository;
  readonly actor: Actor | undefined;
  /** Whether files under .github/workflows may be pushed. */
  readonly workflows: boolean;
}

/** Whether a git client may read or write, and why not. */
export function admit(
  world: World,
  wish: {
    readonly owner: string;
    readonly name: string;
    readonly writes: boolean;
    readonly authorization: string | undefined;
  },
): Refusal | Admission {
  let caller: Caller;
  try {
    caller = callerOf(world, wish.authorization);
  } catch (error) {
    if (error instanceof HttpError) return { status: 401, message: 'Invalid username or token.' };
    throw error;
  }
  const moved = world.formerNames.get(`${wish.owner}/${wish.name}`.toLowerCase());
  const repository = repositoryNamed(world, wish.owner, wish.name) ?? world.repositories.get(moved ?? 0);
  const visible = repository !== undefined && sees(caller, repository);
  if (caller.kind === 'app') return { status: 401, message: 'Invalid username or token.' };
  if (caller.kind === 'anonymous')
    return visible && !wish.writes
      ? { repository, actor: undefined, workflows: false }
      : { status: 401, message: 'Authentication required.' };
  if (!visible) return { status: 404, message: 'Repository not found.' };
  if (!mayGit(caller, repository, wish.writes))
    return { status: 403, message: `Permission to ${fullName(repository)}.git denied to ${nameOf(caller)}.` };
  if (wish.writes && repository.archived)
    return { status: 403, message: 'This repository was archived so it is read-only.' };
  if (caller.kind === 'user') return { repository, actor: { user: caller.user }, workflows: true };
  const { app } = caller.installation;
  return {
    repository,
    actor: { user: app.bot, app },
    workflows: holds(caller.token.permissions ?? {}, 'workflows', 'write'),
  };
}

function mayGit(
  caller: Exclude<Caller, { kind: 'app' | 'anonymous' }>,
  repository: Repository,
  writes: boolean,
): boolean {
  if (caller.kind === 'user') return mayAtLeast(repository, caller.user, writes ? 'write' : 'read');
  if (!writes && !repository.private) return true;
  return (
    covers(caller.installation, repository) &&
    holds(caller.token.permissions ?? {}, 'contents', writes ? 'write' : 'read')
  );
}

function nameOf(caller: Caller): string {
  if (caller.kind === 'user') return caller.user.login;
  return caller.kind === 'installation' ? caller.installation.app.bot.login : 'nobody';
}
