// Where the App is installed and the operator lets Troupe work. Reads only, as little as the patterns allow.
import { isAllowed } from '../coordinator/index.ts';
import type { CoordinatorPorts } from '../coordinator/index.ts';
import type { GitHubApp, RepositoryInfo } from '../github/index.ts';

/** A repository that Troupe may work for. */
export interface ServedRepository extends RepositoryInfo {
  readonly installationId: number;
}

/** What one sweep knows of installations: asked once, so make a new one for each sweep. */
export interface ServedRepositories {
  /** Whether a delivery of this installation and repository may concern us. */
  covers(installationId: number | null, repositoryId: number | null): Promise<boolean>;
  /** All of them that are not archived. */
  repositories(): Promise<readonly ServedRepository[]>;
}

/** Places over one App. */
export function createServedRepositories(app: GitHubApp, operator: CoordinatorPorts['operator']): ServedRepositories {
  let installations: ReturnType<GitHubApp['installations']> | undefined;
  const listed = new Map<number, Promise<readonly ServedRepository[]>>();

  /** The account's name where at least one of its repositories may be allowed. */
  async function accountOf(installationId: number): Promise<string | undefined> {
    installations ??= app.installations();
    const account = (await installations).find(({ id }) => id === installationId)?.account;
    if (account === undefined) return undefined;
    const owners = operator.allow?.map((pattern) => pattern.split('/')[0]) ?? [(await app.identity()).owner];
    return owners.some((owner) => owner?.toLowerCase() === account.toLowerCase()) ? account : undefined;
  }

  function repositoriesOf(installationId: number): Promise<readonly ServedRepository[]> {
    const known = listed.get(installationId);
    if (known !== undefined) return known;
    const reading = readRepositories(installationId);
    listed.set(installationId, reading);
    return reading;
  }

  async function readRepositories(installationId: number): Promise<readonly ServedRepository[]> {
    const identity = await app.identity();
    const all = await app.repositories(installationId);
    return all
      .filter((one) => !one.archived && isAllowed(`${one.owner}/${one.name}`, operator, identity))
      .map((one) => ({ ...one, installationId }));
  }

  return {
    async covers(installationId, repositoryId) {
      if (installationId === null) return false;
      const account = await accountOf(installationId);
      if (account === undefined) return false;
      // a name that no repository can have: allowed only where the whole account is
      if (repositoryId === null || isAllowed(`${account}/ `, operator, await app.identity())) return true;
      return (await repositoriesOf(installationId)).some(({ id }) => id === repositoryId);
    },
    async repositories() {
      installations ??= app.installations();
      const found: ServedRepository[] = [];
      for (const { id } of await installations)
        if ((await accountOf(id)) !== undefined) found.push(...(await repositoriesOf(id)));
      return found;
    },
  };
}
