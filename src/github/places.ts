// Where repositories are now: names and accounts change, ids do not. Asks GitHub by the id where nobody has told, or what was told may be old.
import type { Clock } from '../support/index.ts';
import { orUndefined } from './client/client.ts';
import type { Client } from './client/client.ts';
import type { Place, Places } from './client/types.ts';
import { idOf } from './api/scope.ts';
import { toRepositoryInfo } from './api/repository.ts';

/** How long it is not asked again where a repository is that GitHub did not show. */
const patienceMs = 60_000;

/** Places that are found through an App and its installations. */
export function createPlaces(ports: {
  readonly app: Client;
  readonly clock: Clock;
  clientOf(installationId: number): Client;
}): Places {
  const known = new Map<number, Promise<Place>>();

  async function find(before: Place): Promise<Place> {
    const found = await askFor(before, ports).catch(() => undefined);
    if (found !== undefined) return found;
    // the one who needs it is told what is wrong; soon it is asked again
    ports.clock.after(patienceMs, () => known.delete(before.id));
    return before;
  }

  return {
    heard(place) {
      const told = known.get(place.id);
      if (told === undefined) known.set(place.id, Promise.resolve(place));
      // either may be the older one: a delivery may be late
      else void told.then((there) => !isSame(there, place) && known.get(place.id) === told && known.delete(place.id));
    },
    doubt: (id) => void known.delete(id),
    of(before) {
      const place = known.get(before.id) ?? find(before);
      known.set(before.id, place);
      return place;
    },
  };
}

async function askFor(
  before: Place,
  { app, clientOf }: Pick<Parameters<typeof createPlaces>[0], 'app' | 'clientOf'>,
): Promise<Place | undefined> {
  const { id, installationId } = before;
  const here = await read(clientOf(installationId), id).catch(() => undefined);
  // an account has one installation of an App
  if (here !== undefined && here.owner.toLowerCase() === before.owner.toLowerCase()) return { ...here, installationId };
  const { owner, name } = here ?? before;
  const answer = await orUndefined(
    app.read(`ask who lets us work in ${owner}/${name}`, (request) =>
      request('GET /repos/{owner}/{repo}/installation', { owner, repo: name }),
    ),
  );
  if (answer === undefined) return here === undefined ? undefined : { ...here, installationId };
  const current = idOf(answer.data.id);
  const there = here ?? (await read(clientOf(current), id));
  return there && { ...there, installationId: current };
}

async function read(client: Client, id: number): Promise<Omit<Place, 'installationId'> | undefined> {
  const answer = await orUndefined(
    client.read(`find repository ${id}`, (request) => request('GET /repositories/{id}', { id })),
  );
  if (answer === undefined) return undefined;
  // the same answer as that of `GET /repos/{owner}/{repo}`
  const { owner, name, cloneUrl } = toRepositoryInfo(answer.data as Parameters<typeof toRepositoryInfo>[0]);
  return { id, owner, name, cloneUrl };
}

function isSame(a: Place, b: Place): boolean {
  return a.owner === b.owner && a.name === b.name && a.installationId === b.installationId;
}
