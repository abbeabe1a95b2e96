// Reads a repository's files at one commit with few requests: one listing of `.github`, texts remembered by their blob id.
import type { RepositoryApi } from '../../github/index.ts';
import { withoutEnd } from '../../support/index.ts';
import type { FileSource } from '../common/types.ts';
import type { Absences } from './absences.ts';

/** Values that never change, by a key that says all about them; kept as long as there is room. */
export interface Cache<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
}

/** A cache that forgets the oldest value when more than `most` are kept. */
export function createCache<Value>(most = 2_000): Cache<Value> {
  const values = new Map<string, Value>();
  return {
    get: (key) => values.get(key),
    put(key, value) {
      values.set(key, value);
      const oldest = values.size > most ? values.keys().next().value : undefined;
      if (oldest !== undefined) values.delete(oldest);
    },
  };
}

const listed = '.github';
const nothing: Listing = [];

/** What a folder holds: paths with the ids of their texts. */
export type Listing = readonly { readonly path: string; readonly sha: string }[];

/** What is remembered of a repository's files from one reading to the next. */
export interface Remembered {
  readonly texts?: Cache<string>;
  readonly listings?: Cache<Listing> | undefined;
  /** As `listings` with the id of a commit only. `of`: the repository, for its keys. */
  readonly absent?: { readonly absences: Absences; readonly of: string } | undefined;
}

/**
 * Files of the repository at `ref`. Paths below `.github` cost one request in all to list, and none where `listings` knows
 * the commit: given only with the id of a commit, which never holds anything else.
 */
export function fileSource(
  api: RepositoryApi,
  ref: string,
  { texts = createCache(), listings, absent }: Remembered = {},
): FileSource {
  let listing: Promise<Listing> | undefined;
  const asked = new Map<string, ReturnType<FileSource['read']>>();
  const askedFolders = new Map<string, Promise<Listing>>();
  function all(): Promise<Listing> {
    listing ??= list();
    return listing;
  }
  async function list(): Promise<Listing> {
    const known = listings?.get(ref);
    if (known !== undefined) return known;
    const found = await lookedFor(listed, () => api.listFiles(listed, ref), nothing);
    // GitHub may say for a moment that a new commit is not there: nothing is not remembered here
    if (found.length > 0) listings?.put(ref, found);
    return found;
  }
  /** Asks GitHub, or knows that it is not there. */
  async function lookedFor<Found>(path: string, ask: () => Promise<Found>, none: Found): Promise<Found> {
    const key = `${absent?.of} ${ref}:${path}`;
    if (absent?.absences.has(key) === true) return none;
    const found = await ask();
    absent?.absences.looked(key, Array.isArray(found) ? found.length > 0 : found !== undefined);
    return found;
  }
  /** A commit that has shown its `.github` is there: what it does not have, it will never have. */
  async function elsewhere(folder: string): Promise<Listing> {
    const key = `${ref}:${folder}`;
    const known = listings?.get(key);
    if (known !== undefined) return known;
    const isThere = (await all()).length > 0;
    const found = await lookedFor(folder, () => api.listFiles(folder, ref), nothing);
    if (found.length > 0 || isThere) listings?.put(key, found);
    return found;
  }
  async function text(path: string): ReturnType<FileSource['read']> {
    const known = path.startsWith(`${listed}/`) ? (await all()).find((file) => file.path === path) : undefined;
    if (known === undefined && path.startsWith(`${listed}/`)) return undefined;
    const kept = known === undefined ? undefined : texts.get(known.sha);
    if (known !== undefined && kept !== undefined) return { text: kept, sha: known.sha };
    const file = await lookedFor(path, () => api.readFile(path, ref), undefined);
    if (file !== undefined) texts.put(file.sha, file.text);
    return file;
  }
  return {
    ref,
    async list(under) {
      const folder = withoutEnd(under, '/');
      if (folder !== listed && !folder.startsWith(`${listed}/`))
        return sharing(askedFolders, folder, () => elsewhere(folder));
      return (await all()).filter((file) => file.path.startsWith(`${folder}/`));
    },
    read: (path) => sharing(asked, path, () => text(path)),
  };
}

/** Who asks for the same gets the same answer, also while it is under way; after a failure it is asked anew. */
function sharing<Answer>(
  asked: Map<string, Promise<Answer>>,
  key: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const underWay = asked.get(key);
  if (underWay !== undefined) return underWay;
  const answer = ask();
  asked.set(key, answer);
  answer.catch(() => asked.delete(key));
  return answer;
}
