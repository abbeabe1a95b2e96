// Makes accounts, Apps and repositories, and installs Apps. Never serves requests.
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { randomToken } from '../support/index.ts';
import { commitFiles, createBare, fetchFrom } from './git.ts';
import type { App, Grants, Installation, Repository, User } from './model.ts';
import { unprocessable } from './replies.ts';
import { userShape } from './shapes/account.ts';
import { emailOf } from './shapes/commit.ts';
import { repositoryReference } from './shapes/repository.ts';
import type { RegisteredApp } from './types.ts';
import { findRepository, findUser, fullName, repositoryNamed } from './world.ts';
import type { World } from './world.ts';

/** A new account. Again the same one changes nothing. */
export function createUser(
  world: World,
  login: string,
  options: { readonly type?: User['type']; readonly name?: string } = {},
): User {
  const found = world.users.get(login.toLowerCase());
  if (found !== undefined) return found;
  const user: User = { id: world.nextId(), login, type: options.type ?? 'User', name: options.name ?? login };
  world.users.set(login.toLowerCase(), user);
  return user;
}

function newKeys() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

const madeKeys: ReturnType<typeof newKeys>[] = [];

/** Every App of a world has keys of its own; worlds of one process share them, because making them takes long. */
function keysOf(index: number): ReturnType<typeof newKeys> {
  return (madeKeys[index] ??= newKeys());
}

/** Registers an App with its bot, key and hook. */
export function createApp(
  world: World,
  wish: {
    readonly slug: string;
    readonly owner: string;
    readonly name?: string;
    readonly permissions: Grants;
    readonly events: readonly string[];
    readonly url: string | undefined;
    readonly secret: string | undefined;
  },
): RegisteredApp {
  const { publicKey, privateKey } = keysOf(world.apps.size);
  const secret = wish.secret ?? randomToken();
  const bot = createUser(world, `${wish.slug}[bot]`, { type: 'Bot' });
  const app: App = {
    id: world.nextId(),
    slug: wish.slug,
    name: wish.name ?? wish.slug,
    owner: findUser(world, wish.owner),
    bot,
    publicKey,
    permissions: { metadata: 'read', ...wish.permissions },
    events: wish.events,
    hook: { id: world.nextId(), url: wish.url, secret },
    createdAt: world.now(),
  };
  world.apps.set(app.id, app);
  return { appId: app.id, slug: app.slug, botLogin: bot.login, privateKey, webhookSecret: secret };
}

/** A repository with a real first commit. */
export async function createRepository(
  world: World,
  wish: {
    readonly owner: string;
    readonly name: string;
    readonly files: Readonly<Record<string, string>>;
    readonly defaultBranch?: string;
    readonly private?: boolean;
    readonly description?: string;
    readonly message?: string;
  },
): Promise<Repository> {
  const owner = findUser(world, wish.owner);
  const repository = await emptyRepository(world, owner, wish);
  await commitFiles(repository.dir, {
    branch: repository.defaultBranch,
    message: wish.message ?? 'Initial commit',
    author: { name: owner.name, email: emailOf(owner), date: world.now() },
    files: wish.files,
  });
  await tellAllInstallations(world, repository);
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

/** Installs an App and tells it. */
export async function install(
  world: World,
  wish: { readonly slug: string; readonly account: string; readonly repositories: readonly string[] | undefined },
): Promise<Installation> {
  const app = findApp(world, wish.slug);
  const account = findUser(world, wish.account);
  const chosen = wish.repositories?.map((name) =>
    findRepository(world, name.includes('/') ? name : `${account.login}/${name}`),
  );
  const installation: Installation = {
    id: world.nextId(),
    app,
    account,
    permissions: app.permissions,
    repositories: chosen === undefined ? 'all' : new Set(chosen.map(({ id }) => id)),
    suspended: false,
    createdAt: world.now(),
  };
  world.installations.set(installation.id, installation);
  await tell(world, installation, {
    event: 'installation',
    action: 'created',
    payload: { repositories: coveredBy(world, installation) },
  });
  return installation;
}

/** Removes an installation: its tokens stop working, then the App is told. */
export async function uninstall(world: World, installation: Installation): Promise<void> {
  const repositories = coveredBy(world, installation);
  world.installations.delete(installation.id);
  await tell(world, installation, { event: 'installation', action: 'deleted', payload: { repositories } });
}

/** Adds or removes repositories of an installation and tells the App. */
export async function changeRepositories(
  world: World,
  installation: Installation,
  change: { readonly action: 'added' | 'removed'; readonly names: readonly string[] },
): Promise<void> {
  const chosen = change.names.map((name) => findRepository(world, name));
  const now =
    installation.repositories === 'all' ? allOf(world, installation).map(({ id }) => id) : installation.repositories;
  const next = new Set(now);
  for (const { id } of chosen) {
    if (change.action === 'added') next.add(id);
    else next.delete(id);
  }
  installation.repositories = next;
  const references = chosen.map(repositoryReference);
  await tell(world, installation, {
    event: 'installation_repositories',
    action: change.action,
    payload: {
      repository_selection: 'selected',
      repositories_added: change.action === 'added' ? references : [],
      repositories_removed: change.action === 'removed' ? references : [],
    },
  });
}

/** Gives a repository another name; the old one leads to it. */
export async function renameRepository(world: World, repository: Repository, name: string): Promise<void> {
  const from = repository.name;
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id);
  repository.name = name;
  const payload = { changes: { repository: { name: { from } } } };
  await world.emit({ event: 'repository', action: 'renamed', repository, sender: repository.owner, payload });
}

/** An App by slug. */
export function findApp(world: World, slug: string): App {
  for (const app of world.apps.values()) if (app.slug === slug) return app;
  throw unprocessable(`There is no App "${slug}"`);
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
    hooks: [],
    protection: new Map(),
  };
  await createBare(repository.dir, repository.defaultBranch, join(world.dir, 'hooks'));
  world.repositories.set(id, repository);
  return repository;
}

/** Installations on all repositories of an account hear of each new one. */
async function tellAllInstallations(world: World, repository: Repository): Promise<void> {
  for (const installation of world.installations.values())
    if (installation.repositories === 'all' && installation.account.id === repository.owner.id)
      await tell(world, installation, {
        event: 'installation_repositories',
        action: 'added',
        payload: {
          repository_selection: 'all',
          repositories_added: [repositoryReference(repository)],
          repositories_removed: [],
        },
      });
}

async function tell(
  world: World,
  installation: Installation,
  event: { readonly event: string; readonly action: string; readonly payload: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { account } = installation;
  const requester = event.event === 'installation' ? { requester: null } : { requester: userShape(world, account) };
  await world.emit({ ...event, payload: { ...event.payload, ...requester }, sender: account, installation });
}

function coveredBy(world: World, installation: Installation) {
  const all = allOf(world, installation);
  const { repositories } = installation;
  return all.filter(({ id }) => repositories === 'all' || repositories.has(id)).map(repositoryReference);
}

function allOf(world: World, installation: Installation): Repository[] {
  return [...world.repositories.values()].filter(({ owner }) => owner.id === installation.account.id);
}
