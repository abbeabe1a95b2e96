// Mirrors and worktrees under one directory. Clones once, fetches incrementally, removes what no run needs.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock, Logger, Redactor, Sha } from '../support/index.ts';
import {
  messageOf,
  randomToken,
  sha256,
  silentLogger,
  slug,
  processClock,
  TroupeError,
  wallOf,
  defined,
} from '../support/index.ts';
import { commitsOf } from './commits.ts';
import { historyOf } from './history.ts';
import { createSharedWork } from './shared-work.ts';
import { makeBareRepository } from './layout.ts';
import { messages } from './messages.ts';
import { isSound, mendLayout } from './mirror-health.ts';
import { createMirror } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { patchesOf } from './patch.ts';
import { oneFileOf } from './one-file.ts';
import { bundlesOf } from './source-bundle.ts';
import { makePrivate } from './private-mirrors.ts';
import { fetchMirror, remoteOf, setPartialSource } from './remote.ts';
import { takeOwnAttributes } from './own-attributes.ts';
import { stateRefsOf } from './state-refs.ts';
import { createGit } from './run-git.ts';
import type { Git } from './run-git.ts';
import { removeLeftovers } from './leftovers.ts';
import type { GitRepository, GitStore, RemoteRepository } from './types.ts';
import { takeBrought } from './unpushed.ts';
import { openWorktree } from './worktree.ts';

/** What `createGitStore` takes. */
export interface GitStoreOptions {
  /** Where mirrors and worktrees live; made when missing. */
  readonly dir: string;
  readonly redactor: Redactor;
  /** Default https, http, file. */
  readonly allowProtocols?: readonly string[];
  /** Bytes that mirrors may take before the oldest unused ones are removed. Default: no limit. */
  readonly quotaBytes?: number;
  /** Filters of `.gitattributes` that are run: the operator's word. */
  readonly filters?: readonly 'lfs'[];
  /** Mirrors without file contents, which are fetched when they are read. Default false. */
  readonly partial?: boolean;
  /** Where git is looked for; default the usual system folders. */
  readonly path?: string;
  /** Proxy and certificate variables for git; others are dropped. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** The store of a data directory. Only one process may use the directory. */
export function createGitStore(options: GitStoreOptions): GitStore {
  const clock = options.clock ?? processClock;
  const log = options.log ?? silentLogger;
  const folders = foldersIn(options.dir);
  const { mirrors, worktrees } = folders;
  const salt = saltOf(join(options.dir, 'salt'));
  const git = createGit({
    redactor: options.redactor,
    home: options.dir,
    allowProtocols: options.allowProtocols ?? ['https', 'http', 'file'],
    ...defined({ path: options.path, environment: options.environment }),
  });
  const runs = new Set<string>(options.filters ?? []);
  const place: StorePlace = { folders, clock, log, runs, quotaBytes: options.quotaBytes };
  const repositoryOf = repositoriesIn(place);
  const sharedWork = createSharedWork();

  async function open(remote: RemoteRepository, signal?: AbortSignal): Promise<GitRepository> {
    await makeAgain(options.dir, folders);
    const partial = options.partial === true;
    // a partial mirror cannot stand in for a whole one
    const secret = `${salt}:${remote.key}${partial ? ':partial' : ''}`;
    const dir = join(mirrors, `${safeName(remote.key)}-${sha256(secret).slice(0, 16)}.git`);
    const mirror = createMirror(dir, remote, {
      git,
      redactor: options.redactor,
      filters: runs,
      partial,
      mend: () => sharedWork.shared(`${dir} mend`, () => mend(mirror, git, place)),
    });
    await sharedWork.shared(
      mirror.dir,
      async () => {
        if (existsSync(dir) && !(await isSound(dir))) await mend(mirror, git, place);
        await clone(mirror, git, place);
      },
      signal,
    );
    if (partial) await setPartialSource(mirror);
    await takeOwnAttributes(mirror);
    const now = new Date(clock.now());
    await utimes(mirror.dir, now, now);
    return {
      ...repositoryOf(mirror),
      fetch: (again) => sharedWork.next(`${mirror.dir} fetch`, () => fetchMirror(mirror), again),
    };
  }

  async function sweep(isAlive: (run: string) => boolean | Promise<boolean>): Promise<void> {
    for (const run of await readdir(worktrees))
      if (!(await isAlive(run))) await rm(join(worktrees, run), { recursive: true, force: true });
    await keepQuota(place);
  }

  removeUnfinished([mirrors, folders.spares]);
  removeLeftovers(mirrors);
  return { open, sweep };
}

/** Where the parts of a store lie, and what they share. */
interface StorePlace {
  readonly folders: { readonly mirrors: string; readonly worktrees: string; readonly spares: string };
  readonly clock: Clock;
  readonly log: Logger;
  /** Filters that are run. */
  readonly runs: ReadonlySet<string>;
  readonly quotaBytes: number | undefined;
}

function foldersIn(dir: string): StorePlace['folders'] {
  const folders = { mirrors: join(dir, 'mirrors'), worktrees: join(dir, 'worktrees'), spares: join(dir, 'spares') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  makePrivate(folders.mirrors);
  return folders;
}

/** Who cleared the folder while it was in use finds it cleared, and used. Above it nothing is made: a data directory that is gone stays gone. */
async function makeAgain(dir: string, folders: StorePlace['folders']): Promise<void> {
  for (const folder of [dir, ...Object.values(folders)]) if (!existsSync(folder)) await mkdir(folder, { mode: 0o700 });
}

/** What a store that was killed was about to make. */
function removeUnfinished(parents: readonly string[]): void {
  for (const parent of parents)
    for (const name of readdirSync(parent))
      if (name.startsWith('.making-')) rmSync(join(parent, name), { recursive: true, force: true });
}

/** Made whole again where it stands; where that does not do, anew. */
async function mend(mirror: Mirror, git: Git, place: StorePlace): Promise<void> {
  const { log, folders } = place;
  log.warn({ mirror: mirror.remote.key }, messages.madeAgain);
  if (existsSync(mirror.dir) && !(await isSound(mirror.dir))) {
    await mendLayout(mirror.dir);
    const plain = createMirror(mirror.dir, mirror.remote, {
      git,
      redactor: mirror.redactor,
      partial: mirror.isPartial,
    });
    if (plain.isPartial) await setPartialSource(plain);
    const isWhole = await fetchMirror(plain).then(() => isSound(mirror.dir), isOurFault);
    if (isWhole) return;
  }
  await rm(mirror.dir, { recursive: true, force: true });
  await rm(join(folders.spares, basename(mirror.dir, '.git')), { recursive: true, force: true });
  await clone(mirror, git, place);
}

/** false: the mirror is at fault. A remote that is away, or refuses us, would refuse a new one as well. */
function isOurFault(error: unknown): false {
  if (error instanceof TroupeError && ['git/network', 'git/auth', 'machine/fault'].includes(error.code)) throw error;
  return false;
}

async function clone(mirror: Mirror, git: Git, place: StorePlace): Promise<void> {
  if (existsSync(mirror.dir)) return;
  await keepQuota(place);
  const { clock, log, folders } = place;
  const started = clock.now();
  const making = join(folders.mirrors, `.making-${randomToken(6)}`);
  try {
    await makeBareRepository(making);
    const fresh = createMirror(making, mirror.remote, { git, redactor: mirror.redactor, partial: mirror.isPartial });
    if (fresh.isPartial) await setPartialSource(fresh);
    await fetchMirror(fresh);
    await takeBrought(fresh, dirname(folders.mirrors), safeName(mirror.remote.key));
    await rename(making, mirror.dir);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  log.info({ mirror: mirror.remote.key, ms: clock.now() - started }, 'cloned');
}

/** Makes repositories of mirrors; they share the trees that are kept ready. */
function repositoriesIn(place: StorePlace): (mirror: Mirror) => Omit<GitRepository, 'fetch'> {
  const { folders, clock, log, runs } = place;
  const spares = createSpares(place);
  return (mirror) => ({
    ...remoteOf(mirror),
    ...historyOf(mirror),
    ...patchesOf(mirror),
    ...commitsOf(mirror, clock),
    ...oneFileOf(mirror),
    ...bundlesOf(mirror),
    ...stateRefsOf(mirror, clock),
    async worktree(request) {
      const dir = join(folders.worktrees, safeName(request.run), safeName(request.name));
      const isUntouched = await spares.take(mirror, dir);
      spares.used(mirror, request.at);
      return openWorktree(mirror, request, { dir, clock, isUntouched, runs });
    },
    removeWorktree: (run, name) =>
      rm(join(folders.worktrees, safeName(run), safeName(name)), { recursive: true, force: true }),
    async release(run) {
      await rm(join(folders.worktrees, safeName(run)), { recursive: true, force: true });
      await spares.keep(mirror).catch((error: unknown) => log.debug({ error: messageOf(error) }, 'no spare tree'));
    },
  });
}

/** A run's end pays for the next run's checkout: one tree per repository that no agent has ever touched. */
function createSpares({ folders: { spares }, clock, runs }: StorePlace) {
  const lastUsed = new Map<string, Sha>();
  const spareOf = (mirror: Mirror): string => join(spares, basename(mirror.dir, '.git'));

  async function keep(mirror: Mirror): Promise<void> {
    const at = lastUsed.get(mirror.dir);
    const spare = spareOf(mirror);
    if (at === undefined || existsSync(spare)) return;
    const making = join(spares, `.making-${randomToken(6)}`);
    await openWorktree(mirror, { run: 'spare', name: 'spare', at }, { dir: making, clock, isUntouched: true, runs });
    await rename(making, spare).catch(() => rm(making, { recursive: true, force: true }));
  }

  /** Whether there was one. */
  async function take(mirror: Mirror, folder: string): Promise<boolean> {
    if (existsSync(folder) || !existsSync(spareOf(mirror))) return false;
    await mkdir(dirname(folder), { recursive: true });
    try {
      await rename(spareOf(mirror), folder);
    } catch {
      return false; // somebody else has taken it: the tree is checked out anew
    }
    await trustTimes(join(folder, 'git/index'));
    return true;
  }

  return { keep, take, used: (mirror: Mirror, at: Sha) => void lastUsed.set(mirror.dir, at) };
}

/** Removes the mirrors that were not used for longest, until the others fit. */
async function keepQuota({ folders, log, quotaBytes }: StorePlace): Promise<void> {
  if (quotaBytes === undefined) return;
  const { mirrors, worktrees, spares } = folders;
  const used = await mirrorsInUse(worktrees);
  const found = [];
  for (const name of await readdir(mirrors)) {
    const dir = join(mirrors, name);
    if (name.endsWith('.git'))
      found.push({ dir, bytes: await sizeOf(Buffer.from(dir)), at: (await stat(dir)).mtimeMs });
  }
  let total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { dir, bytes } of found.toSorted((a, b) => a.at - b.at)) {
    if (total <= quotaBytes) return;
    if (used.has(dir)) continue;
    log.warn({ dir }, messages.quota(quotaBytes));
    await rm(dir, { recursive: true, force: true });
    await rm(join(spares, basename(dir, '.git')), { recursive: true, force: true });
    total -= bytes;
  }
}

/**
 * git compares the content of every file that was written in the second in which its index was: it could have been written
 * again since. Nobody has written to a spare tree, and whoever does from now on does it in a later second.
 */
async function trustTimes(index: string): Promise<void> {
  const { mtimeMs } = await stat(index);
  const now = wallOf(processClock).getTime();
  if (Math.floor(now / 1_000) > Math.floor(mtimeMs / 1_000)) await utimes(index, now / 1_000, now / 1_000);
}

async function mirrorsInUse(worktrees: string): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const run of await readdir(worktrees)) {
    for (const name of await readdir(join(worktrees, run))) {
      const common = await readFile(join(worktrees, run, name, 'git/commondir'), 'utf8').catch(() => '');
      used.add(common.trim());
    }
  }
  return used;
}

/** Bytes below a folder. Names are bytes: a branch may be called anything. */
async function sizeOf(dir: Buffer): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([dir, Buffer.from('/'), entry.name]);
    // what another process removes meanwhile takes no room
    if (entry.isDirectory()) bytes += await sizeOf(path).catch(() => 0);
    else if (entry.isFile()) bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}

/**
 * Makes the names of mirrors impossible to guess: an agent that runs as another user passes the folder of mirrors to read the objects of its
 * own repository, cannot list it, and must not find another repository there.
 */
function saltOf(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (kept !== '') return kept;
  // one that is cut would be easy to guess: a full disk leaves none
  const salt = randomToken(24);
  writeFileSync(`${file}.new`, salt, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return salt;
}

function safeName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/.test(name)) return name;
  return `${slug(name, 40)}-${sha256(name).slice(0, 12)}`;
}
