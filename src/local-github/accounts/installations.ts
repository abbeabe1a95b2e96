// Installs Apps, changes what installations cover, and tells them. Never changes a repository.
import type { Installation, Repository } from '../model/index.ts';
import { userShape } from '../shapes/account.ts';
import { repositoryReference } from '../shapes/repository.ts';
import { findRepository, findUser } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { findApp } from './users-and-apps.ts';

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

/** Installations on all repositories of an account hear of each new one. */
export async function tellOfNewRepository(world: World, repository: Repository): Promise<void> {
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
