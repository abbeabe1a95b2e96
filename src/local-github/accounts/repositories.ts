// Makes, forks and renames repositories. Never writes to one that is there.
import { join } from 'node:path';
import { commitFiles, createBare, fetchFrom } from '../git/index.ts';
import type { Repository, User } from '../model/index.ts';
import { unprocessable } from '../world/replies.ts';
import type { NewRepository } from '../types/index.ts';
import { userShape } from '../shapes/account.ts';
import { emailOf } from '../shapes/commit.ts';
import { findUser, fullName, repositoryNamed } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { tellOfNewRepository } from './installations.ts';

/** A repository with a real first commit. */
export async function createRepository(world: World, wish: NewRepository): Promise<Repository> {
  const owner = findUser(world, wish.owner);
  const repository = await emptyRepository(world, owner, wish);
  await commitFiles(repository.dir, {
    branch: repository.defaultBranch,
    message: wish.message ?? 'Initial commit',
    author: { name: owner.name, email: emailOf(owner), date: world.now() },
    files: wish.files,
  });
  await tellOfNewRepository(world, repository);
  return repository;
}

/** A fork: all branches, and the way back to where it came from. */
export async function forkRepository(world: World, user: User, source: Repository): Promise<Repository> {
  const fork = await emptyRepository(world, user, {
    name: source.name,
    defaultBranch: source.defaultBranch,
    private: source.private,
    forkOf: source.id,
  });
  await fetchFrom(fork.dir, source.dir, '+refs/heads/*:refs/heads/*');
  return fork;
}

/** Gives a repository another name; the old one leads to it. */
export async function renameRepository(world: World, repository: Repository, name: string): Promise<void> {
  const from = repository.name;
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id);
  repository.name = name;
  const payload = { changes: { repository: { name: { from } } } };
  await world.emit({ event: 'repository', action: 'renamed', repository, sender: repository.owner, payload });
}

/** Gives a repository to another account; the old name leads to it. Only installations of the new account hear of it. */
export async function transferRepository(world: World, repository: Repository, owner: User): Promise<void> {
  const from = userShape(world, repository.owner);
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id);
  repository.owner = owner;
  const payload = { changes: { owner: { from: { user: from } } } };
  await world.emit({ event: 'repository', action: 'transferred', repository, sender: owner, payload });
}

async function emptyRepository(
  world: World,
  owner: User,
  wish: {
    readonly name: string;
    readonly defaultBranch?: string;
    readonly private?: boolean;
    readonly description?: string;
    readonly forkOf?: number;
  },
): Promise<Repository> {
  if (repositoryNamed(world, owner.login, wish.name) !== undefined)
    throw unprocessable(`${owner.login}/${wish.name} exists already`);
  const id = world.nextId();
  const repository: Repository = {
    id,
    owner,
    name: wish.name,
    private: wish.private ?? false,
    archived: false,
    description: wish.description ?? null,
    defaultBranch: wish.defaultBranch ?? 'main',
    dir: join(world.dir, 'repositories', `${id}.git`),
    forkOf: wish.forkOf,
    createdAt: world.now(),
    pushedAt: world.now(),
    nextNumber: 1,
    collaborators: new Map(),
    labels: [],
    issues: new Map(),
    comments: new Map(),
    suites: [],
    checks: new Map(),
    statuses: [],
    releases: [],
    deployments: [],
    workflowRuns: [],
    lfs: new Map(),
    hooks: [],
    protection: new Map(),
    rulesets: [],
  };
  await createBare(repository.dir, repository.defaultBranch, join(world.dir, 'hooks'));
  world.repositories.set(id, repository);
  return repository;
}
