// Mirrors and worktrees under one directory. Clones once, fetches incrementally, removes what no run needs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock, Logger, Redactor, Sha } from '../support/index.ts';
import { messageOf, randomToken, sha256, silentLogger, slug, systemClock, defined } from '../support/index.ts';
import { commitsOf } from './commits.ts';
import { historyOf } from './history.ts';
import { createLanes } from './lanes.ts';
import { makeBareRepository } from './layout.ts';
import { messages } from './messages.ts';
import { createMirror } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { patchesOf } from './patch.ts';
import { oneFileOf } from './one-file.ts';
import { fetchMirror, remoteOf, setPartialSource } from './remote.ts';
import { takeOwnAttributes } from './own-attributes.ts';
import { stateRefsOf } from './state-refs.ts';
import { createGit } from './run-git.ts';
import { removeStaleLocks } from './stale-locks.ts';
import type { GitRepository, GitStore, RemoteRepository, WorktreeRequest } from './types.ts';
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
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLogger;
  const mirrors = join(options.dir, 'mirrors');
  const worktrees = join(options.dir, 'worktrees');
  const spares = join(options.dir, 'spares');
  mkdirSync(mirrors, { recursive: true, mode: 0o700 });
  mkdirSync(worktrees, { recursive: true, mode: 0o700 });
  mkdirSync(spares, { recursive: true, mode: 0o700 });
  const salt = saltOf(join(options.dir, 'salt'));
  const git = createGit({
    redactor: options.redactor,
    home: options.dir,
    allowProtocols: options.allowProtocols ?? ['https', 'http', 'file'],
    ...defined({ path: options.path, environment: options.environment }),
  });
  const runs = new Set<string>(options.filters ?? []);
  const lanes = createLanes();
  const lastUsed = new Map<string, Sha>();

  async function open(remote: RemoteRepository, signal?: AbortSignal): Promise<GitRepository> {
    const partial = options.partial === true;
    // a partial mirror cannot stand in for a whole one
    const secret = `${salt}:${remote.key}${partial ? ':partial' : ''}`;
    const dir = join(mirrors, `${safeName(remote.key)}-${sha256(secret).slice(0, 16)}.git`);
    const mirror = createMirror(dir, remote, git, { filters: runs, partial });
    await lanes.shared(mirror.dir, () => clone(mirror), signal);
    if (partial) await setPartialSource(mirror);
    await takeOwnAttributes(mirror);
    const now = new Date(clock.now());
    await utimes(mirror.dir, now, now);
    return repositoryOf(mirror);
  }

  async function clone(mirror: Mirror): Promise<void> {
    if (existsSync(mirror.dir)) return;
    await keepQuota();
    const started = clock.now();
    const making = join(mirrors, `.making-${randomToken(6)}`);
    try {
      await makeBareRepository(making);
      const fresh = createMirror(making, mirror.remote, git, { partial: mirror.isPartial });
      if (fresh.isPartial) await setPartialSource(fresh);
      await fetchMirror(fresh);
      await rename(making, mirror.dir);
    } finally {
      await rm(making, { recursive: true, force: true });
    }
    log.info({ mirror: mirror.remote.key, ms: clock.now() - started }, 'cloned');
  }

  function repositoryOf(mirror: Mirror): GitRepository {
    return {
      ...remoteOf(mirror),
      ...historyOf(mirror),
      ...patchesOf(mirror),
      ...commitsOf(mirror, clock),
      ...oneFileOf(mirror),
      ...stateRefsOf(mirror, clock),
      fetch: (signal) => lanes.next(`${mirror.dir} fetch`, () => fetchMirror(mirror), signal),
      async worktree(request) {
        const folder = folderOf(request);
        const isUntouched = await takeSpare(mirror, folder);
        lastUsed.set(mirror.dir, request.at);
        return openWorktree(mirror, folder, request, { clock, isUntouched, runs });
      },
      async release(run) {
        await rm(join(worktrees, safeName(run)), { recursive: true, force: true });
        await keepSpare(mirror).catch((error: unknown) => log.debug({ error: messageOf(error) }, 'no spare tree'));
      },
    };
  }

  // A run's end pays for the next run's checkout: one tree per repository that no agent has ever touched.
  async function keepSpare(mirror: Mirror): Promise<void> {
    const at = lastUsed.get(mirror.dir);
    const spare = spareOf(mirror);
    if (at === undefined || existsSync(spare)) return;
    const making = join(spares, `.making-${randomToken(6)}`);
    await openWorktree(mirror, making, { run: 'spare', name: 'spare', at }, { clock, isUntouched: true, runs });
    await rename(making, spare).catch(() => rm(making, { recursive: true, force: true }));
  }

  /** Whether there was one. */
  async function takeSpare(mirror: Mirror, folder: string): Promise<boolean> {
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

  function spareOf(mirror: Mirror): string {
    return join(spares, basename(mirror.dir, '.git'));
  }

  function folderOf(request: WorktreeRequest): string {
    return join(worktrees, safeName(request.run), safeName(request.name));
  }

  async function sweep(isAlive: (run: string) => boolean | Promise<boolean>): Promise<void> {
    for (const run of await readdir(worktrees))
      if (!(await isAlive(run))) await rm(join(worktrees, run), { recursive: true, force: true });
    await keepQuota();
  }

  async function keepQuota(): Promise<void> {
    if (options.quotaBytes === undefined) return;
    const used = await mirrorsInUse(worktrees);
    const found = [];
    for (const name of await readdir(mirrors)) {
      const dir = join(mirrors, name);
      if (name.endsWith('.git'))
        found.push({ dir, bytes: await sizeOf(Buffer.from(dir)), at: (await stat(dir)).mtimeMs });
    }
    let total = found.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { dir, bytes } of found.toSorted((a, b) => a.at - b.at)) {
      if (total <= options.quotaBytes) return;
      if (used.has(dir)) continue;
      log.warn({ dir }, messages.quota(options.quotaBytes));
      await rm(dir, { recursive: true, force: true });
      await rm(join(spares, basename(dir, '.git')), { recursive: true, force: true });
      total -= bytes;
    }
  }

  for (const parent of [mirrors, spares])
    for (const name of readdirSync(parent))
      if (name.startsWith('.making-')) rmSync(join(parent, name), { recursive: true, force: true });
  removeStaleLocks(mirrors);
  return { open, sweep };
}

/**
 * git compares the content of every file that was written in the second in which its index was: it could have been written
 * again since. Nobody has written to a spare tree, and whoever does from now on does it in a later second.
 */
async function trustTimes(index: string): Promise<void> {
  const { mtimeMs } = await stat(index);
  const now = Date.now();
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
  if (!existsSync(file)) writeFileSync(file, randomToken(24), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

function safeName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/.test(name)) return name;
  return `${slug(name, 40)}-${sha256(name).slice(0, 12)}`;
}
