// Where the steps of a run work: the repository's mirror, its API, and whose name stands in the commits.
import type { StepContext } from '../engine/index.ts';
import { detachedCommit } from '../git/index.ts';
import type { Author, GitRepository, GitStore } from '../git/index.ts';
import type { AppIdentity, GitHubApp, RepositoryApi } from '../github/index.ts';
import { placeOf } from './place-of.ts';
import type { Workplace } from '../steps/index.ts';
import { sha256, TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';

/** The part of a step's context that says whose work it is. */
export type WorkOf = Pick<StepContext, 'run' | 'spec'> & Partial<Pick<StepContext, 'signal'>>;
/** Finds the workplace of a run. Cheap when called again. */
export type Workplaces = (work: WorkOf) => Promise<Workplace>;

/** Workplaces of an App: clone and API through the run's installation. */
export function appWorkplaces(ports: { app: GitHubApp; git: GitStore }): Workplaces {
  return async (context) => {
    const kept = context.spec.repository;
    const keptInstallation = kept?.installationId;
    if (kept === undefined || keptInstallation === undefined) {
      throw new TroupeError('host/no-repository', `Cannot work for run ${context.run}: it names no repository`, {
        class: 'config',
      });
    }
    const identity = await ports.app.identity();
    const place = await placeOf(ports.app, { ...kept, installationId: keptInstallation });
    const { installationId: installation } = place;
    const api = ports.app.repository(installation, place.owner, place.name);
    const mirror = await ports.git.open(
      {
        key: String(place.id),
        cloneUrl: place.cloneUrl,
        token: (refused) => ports.app.gitToken(installation, place.id, refused),
      },
      context.signal,
    );
    return {
      repository: mirror,
      api,
      defaultBranch: kept.defaultBranch,
      author: botAuthor(identity),
      botLogin: identity.botLogin,
      ...coAuthor(context),
      ...(await pullRequestOf(context, api)),
    };
  };
}

/** The workplace of a local working copy: branches appear in it, its checked-out files are never touched. */
export function localWorkplaces(ports: {
  git: GitStore;
  path: string;
  author: Author;
  defaultBranch: string;
}): Workplaces {
  return async (context) => ({
    repository: withDetached(
      await ports.git.open({ key: `local-${sha256(ports.path).slice(0, 16)}`, cloneUrl: ports.path }, context.signal),
    ),
    defaultBranch: ports.defaultBranch,
    author: ports.author,
  });
}

/** A repository in which the commit of a detached HEAD goes by its name like a branch: one that nobody moves. */
function withDetached(repository: GitRepository): GitRepository {
  async function pinned(branch: string): Promise<Sha | undefined> {
    const sha = detachedCommit(branch);
    if (sha !== undefined) await repository.ensureCommit(sha);
    return sha;
  }
  return {
    ...repository,
    remoteBranch: async (branch) => (await pinned(branch)) ?? repository.remoteBranch(branch),
    lookUpBranch: async (branch, signal) => (await pinned(branch)) ?? repository.lookUpBranch(branch, signal),
  };
}

/** Whom the commits of runs are of. */
export function botAuthor(identity: AppIdentity): Author {
  return { name: identity.botLogin, email: `${identity.botId}+${identity.botLogin}@users.noreply.github.com` };
}

function coAuthor(context: WorkOf): { coAuthor?: Author } {
  const { login, id } = context.spec.requester;
  if (id === undefined) return {};
  return { coAuthor: { name: login, email: `${id}+${login}@users.noreply.github.com` } };
}

async function pullRequestOf(context: WorkOf, api: RepositoryApi): Promise<Pick<Workplace, 'pullRequest'>> {
  const { task } = context.spec;
  if (task.kind !== 'pull_request' || task.number === undefined) return {};
  const pullRequest = await api.pullRequest(task.number);
  return pullRequest === undefined ? {} : { pullRequest };
}
