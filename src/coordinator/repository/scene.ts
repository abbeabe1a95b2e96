// What the coordinator knows of one repository while it handles one event: read when first asked for, then kept.
import type { AppIdentity, Permission, RepositoryApi } from '../../github/index.ts';
import { TroupeError } from '../../support/index.ts';
import { matchesRepository } from '../common/allowed.ts';
import { effectiveCatalogue } from './catalogue.ts';
import type { EffectiveCatalogue } from './catalogue.ts';
import { ownersKey } from './absences.ts';
import type { Absences } from './absences.ts';
import { fileSource } from './file-source.ts';
import type { Cache, Listing } from './file-source.ts';
import type { RepositoryOfEvent } from '../common/payload.ts';
import { otherRepositoryFilePath, repositoryFilePath } from './repository-file.ts';
import type { Candidate, CoordinatorPorts, FileSource } from '../common/types.ts';

/** Reads about one repository; each is made at most once. */
export interface Scene {
  readonly api: RepositoryApi;
  readonly identity: AppIdentity;
  catalogue(): Promise<EffectiveCatalogue>;
  permission(login: string): Promise<Permission>;
}

type Loaded = ReturnType<Scene['catalogue']>;

/** What is kept from one event to the next: nothing that could be out of date for the event that uses it. */
export interface Memory {
  readonly texts: Cache<string>;
  readonly checked: Cache<Candidate>;
  /** What `.github` holds, by commit. */
  readonly listings?: Cache<Listing>;
  /** What repositories do not have. */
  readonly absences?: Absences;
  /** The newest catalogue of each repository, and when its reading began. */
  readonly recent?: Cache<{ readonly readAt: number; readonly loaded: Loaded }>;
}

/** GitHub's clock and ours may differ by this much. */
const skewMs = 15_000;
/** Even for an old event files are read again after this time. */
const mostAgeMs = 60_000;

/** The scene of an event. */
export function createScene(
  ports: CoordinatorPorts,
  about: {
    readonly repository: Pick<RepositoryOfEvent, 'owner' | 'name' | 'defaultBranch'>;
    readonly installationId: number;
    readonly identity: AppIdentity;
    readonly memory: Memory;
    /** When the event arrived; absent: everything is read for it. */
    readonly receivedAt?: number | undefined;
  },
): Scene {
  const { owner, name, defaultBranch } = about.repository;
  const api = ports.api(about.installationId, owner, name);
  const permissions = new Map<string, Promise<Permission>>();
  let catalogue: ReturnType<Scene['catalogue']> | undefined;
  async function load(): ReturnType<Scene['catalogue']> {
    const files = ports.files ?? (await atHead());
    const sources = {
      personas: ports.personas,
      providers: ports.providers,
      builtIn: ports.builtIn,
      allowAutoMerge: ports.operator.allowAutoMerge.some((one) => matchesRepository(one, `${owner}/${name}`)),
      checked: about.memory.checked,
      ownersSettings: () => ownersSettings(ports, { ...about, owner, name }),
    };
    return effectiveCatalogue(files, sources, { operator: ports.operator, repository: `${owner}/${name}` });
  }
  async function atHead(): Promise<FileSource> {
    const sha = await api.branchSha(defaultBranch);
    const { texts, listings, absences } = about.memory;
    if (sha === undefined) return fileSource(api, defaultBranch, { texts });
    const of = `${about.installationId} ${owner}/${name}`;
    return fileSource(api, sha, { texts, listings, ...(absences === undefined ? {} : { absent: { absences, of } }) });
  }
  /** Many events that come late, one after another, share what was read after the last of them happened. */
  function recentOrNew(): Loaded {
    const { recent } = about.memory;
    const key = `${about.installationId} ${owner}/${name}`;
    const now = ports.clock.now();
    const known = recent?.get(key);
    const needed = Math.max(now - mostAgeMs, (about.receivedAt ?? now) + skewMs);
    if (known !== undefined && known.readAt >= needed) return known.loaded;
    const loaded = load();
    recent?.put(key, { readAt: now, loaded });
    loaded.catch(() => recent?.put(key, { readAt: Number.NEGATIVE_INFINITY, loaded }));
    return loaded;
  }
  return {
    api,
    identity: about.identity,
    catalogue: () => (catalogue ??= recentOrNew()),
    permission(login) {
      const asked = permissions.get(login) ?? api.permission(login);
      permissions.set(login, asked);
      return asked;
    },
  };
}

/** How GitHub says that a repository is not there for us. */
const notThere: ReadonlySet<string> = new Set(['github/not-found', 'github/permission', 'github/setting']);

/** The owner's `.github` repository often is not installed: GitHub then answers 403 or 404, which is no settings. */
async function ownersSettings(
  ports: CoordinatorPorts,
  {
    installationId,
    owner,
    name,
    memory: { absences },
  }: { readonly installationId: number; readonly owner: string; readonly name: string; readonly memory: Memory },
): Promise<string | undefined> {
  const key = ownersKey(owner);
  if (name === '.github' || absences?.has(key) === true) return undefined;
  try {
    const api = ports.api(installationId, owner, '.github');
    const file = (await api.readFile(repositoryFilePath)) ?? (await api.readFile(otherRepositoryFilePath));
    absences?.looked(key, file !== undefined);
    return file?.text;
  } catch (error) {
    // only a plain no counts: a passing failure must not make the settings weaker
    if (!(error instanceof TroupeError) || (error.class !== 'failed' && error.class !== 'auth')) throw error;
    // a token that is refused says nothing about the repository
    if (notThere.has(error.code)) absences?.looked(key, false);
    ports.log.debug({ owner, code: error.code }, 'The owner’s .github repository cannot be read');
    return undefined;
  }
}
