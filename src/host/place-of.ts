// Where the repository of a run is now, whatever it was called when the run began.
import type { RunSpec } from '../engine/index.ts';
import type { GitHubApp, Place, RepositoryApi } from '../github/index.ts';

/** A repository as a run keeps it, with who lets us work there. */
type Kept = Pick<NonNullable<RunSpec['repository']>, 'id' | 'owner' | 'name' | 'cloneUrl'> & {
  readonly installationId: number;
};

/** Its name, account and address as of now; as it was kept where nobody knows better. */
export async function placeOf(app: Pick<GitHubApp, 'places'>, kept: Kept): Promise<Place> {
  return (await app.places?.of(kept)) ?? kept;
}

/** The API of a run's repository, wherever it is now; undefined where no installation is known. */
export async function apiAt(
  app: Pick<GitHubApp, 'places' | 'repository'>,
  repository: RunSpec['repository'],
): Promise<RepositoryApi | undefined> {
  if (repository?.installationId === undefined) return undefined;
  const place = await placeOf(app, { ...repository, installationId: repository.installationId });
  return app.repository(place.installationId, place.owner, place.name);
}
