// Runs that wait for others, on the real store, engine, steps and HTTP server: processes live, die at a point, and the next one goes on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldRun, isRunOver } from '../../src/engine/index.ts';
import type { RunEvent, RunSpec, RunState, Step } from '../../src/engine/index.ts';
import { createGitStore } from '../../src/git/index.ts';
import type { GitRepository } from '../../src/git/index.ts';
import { createCore } from '../../src/host/core.ts';
import type { Core } from '../../src/host/core.ts';
import { defaultServerFile } from '../../src/host/index.ts';
import type { HostProviders } from '../../src/host/index.ts';
import { createKeptFolders } from '../../src/host/kept-folders.ts';
import { createRequests } from '../../src/host/requests.ts';
import { loadPersonas } from '../../src/personas/index.ts';
import type { Provider } from '../../src/personas/index.ts';
import { createServer } from '../../src/server/index.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import type { Clock, RunId } from '../../src/support/index.ts';
import { crashPoints } from './crash-points.ts';
import type { Reach } from './crash-points.ts';
import { makeGitWorld } from './git-world.ts';
import type { GitWorld } from './git-world.ts';
import { mortalGit } from './mortal-git.ts';
import { plainCore } from './plain-core.ts';
import { spec, workflow } from './run-builder.ts';

const publicUrl = 'https://troupe.example.test';

/** Where processes live. */
export interface WaitingWorld {
  readonly git: GitWorld;
  /** Starts the run; the next process drives it. */
  start(steps: readonly Step[], more?: Partial<RunSpec>): Promise<RunId>;
  /** A process that dies at its n-th point; 0: it lives until it is stopped. */
  live(dieAt?: number): Promise<Life>;
  /** How many worktrees were made. */
  worktrees(): number;
  /** The states that observers were told of. */
  readonly told: readonly RunState[];
  /** The disk loses a blob. */
  loseBlob(sha256: string): void;
  remove(): Promise<void>;
}

/** A process. */
export interface Life {
  readonly store: Store;
  /** Where it listens. */
  readonly url: string;
  /** The points it reached. */
  readonly points: readonly string[];
  /** Whether it reached its last one. */
  isDead(): boolean;
  events(run: RunId): Promise<readonly RunEvent[]>;
  state(run: RunId): Promise<RunState>;
  /** Resolves when the run has ended or the process is dead: whether it is dead. */
  over(run: RunId): Promise<boolean>;
  /** Hands a reply in, as whoever looked for it would. */
  receive: Core['receive'];
  stop(): Promise<void>;
}

/** Makes the world; `client` is what each of its processes talks to the provider `other` with, or to several of other names. */
export async function makeWaitingWorld(
  client: (reach: Reach) => Provider | readonly Provider[],
  found: (life: Life) => void = () => undefined,
): Promise<WaitingWorld> {
  const git = makeGitWorld();
  const dataDir = mkdtempSync(join(tmpdir(), 'troupe-waiting-'));
  const redactor = createRedactor();
  const repository = await createGitStore({ dir: join(git.dir, 'data'), redactor }).open({
    key: '42',
    cloneUrl: git.remote,
  });
  const loaded = await loadPersonas(undefined, join(import.meta.dirname, '../../personas'));
  let lives = 0;
  let trees = 0;
  const told: RunState[] = [];
  // each process finds the leases of the one before it over
  const clock: Clock = {
    now: () => systemClock.now() + lives * 61_000,
    after: (ms, callback) => systemClock.after(ms, callback),
  };
  const counted: GitRepository = {
    ...repository,
    worktree(request) {
      trees += 1;
      return repository.worktree(request);
    },
  };
  const open = (): Promise<Store> =>
    openStore({ kind: 'embedded', directory: dataDir, clock, log: silentLogger, owner: { what: 'a test' } });
  return {
    git,
    async start(steps, more = {}) {
      const flow = workflow(steps, { branch: false });
      const made = spec(flow, { baseSha: git.first, personas: loaded.copyOf([...loaded.personas.keys()]), ...more });
      const store = await open();
      await store.journal.start({ ...made, settings: { ...made.settings, defaultProvider: 'other' } });
      await store.close();
      return made.id;
    },
    live: (dieAt = 0) => {
      lives += 1;
      return live({ dieAt, open, clock, dataDir, client, repository: counted, found, told });
    },
    worktrees: () => trees,
    told,
    loseBlob: (sha256) => rmSync(join(dataDir, 'blobs', sha256.slice(0, 2), sha256)),
    async remove() {
      git.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Ports {
  readonly dieAt: number;
  readonly open: () => Promise<Store>;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly client: (reach: Reach) => Provider | readonly Provider[];
  readonly repository: GitRepository;
  readonly found: (life: Life) => void;
  readonly told: RunState[];
}

async function live({ dieAt, open, clock, dataDir, client, repository, found, told }: Ports): Promise<Life> {
  const points: string[] = [];
  const death = Promise.withResolvers<void>();
  let isDead = false;
  const ownGit = mortalGit(repository, () => isDead);
  const endings = new Map<RunId, () => void>();
  function reach(name: string): void {
    if (isDead) throw new Error('the process is dead');
    points.push(name);
    if (points.length !== dieAt) return;
    isDead = true;
    death.resolve();
    throw new Error(`died ${name}`);
  }
  const opened = await open();
  const store = withBlobs(crashPoints(reach).store(opened), reach);
  const folders = createKeptFolders(dataDir, 'requests');
  const redactor = createRedactor();
  const offers = createRequests({ folders, tickets: opened.tickets, publicUrl, clock, redactor });
  const core = await createCore({
    store,
    publicUrl,
    serverFile: defaultServerFile(),
    providers: these([client(reach)].flat()),
    ...plainCore(ownGit.repository, dataDir),
    requests: { folders, offers },
    clock,
    redactor,
    onEvents(state) {
      told.push(state);
      if (isRunOver(state.status)) endings.get(state.id)?.();
    },
  });
  const server = await createServer({
    secrets: { current: 'a-long-random-value-of-this-test' },
    inbox: opened.inbox,
    log: silentLogger,
    redactor,
    requests: offers,
    clock,
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({ ready: true, details: {} }),
    callbacks: {
      secretOf: async (id) => (await opened.tickets.get(id))?.secret ?? undefined,
      receive: core.receive,
    },
  });
  const life: Life = {
    store: opened,
    url: server.url,
    points,
    isDead: () => isDead,
    receive: core.receive,
    events: (run) => opened.journal.read(run),
    state: async (run) => foldRun(await opened.journal.read(run)),
    async over(run) {
      const ended = Promise.withResolvers<void>();
      endings.set(run, ended.resolve);
      if (isRunOver((await life.state(run)).status)) return isDead;
      await Promise.race([ended.promise, death.promise]);
      return isDead;
    },
    async stop() {
      await server.close(0);
      await core.stop(0);
      await ownGit.rest();
      await opened.close();
    },
  };
  found(life);
  // a process may die while it starts
  await core.start().catch((error: unknown) => {
    if (!isDead) throw error;
  });
  return life;
}

function withBlobs(store: Store, reach: Reach): Store {
  return {
    ...store,
    blobs: {
      ...store.blobs,
      async put(bytes) {
        reach('before blobs.put');
        return store.blobs.put(bytes);
      },
    },
  };
}

function these(all: readonly Provider[]): HostProviders {
  const byName = new Map(all.map((one) => [one.name, one]));
  const providers: HostProviders = {
    names: new Set(byName.keys()),
    rehearsal: false,
    knows: (name) => byName.has(name),
    isUsable: (name) => byName.has(name),
    get: (name) => byName.get(name),
    check: (name, persona) => byName.get(name)?.check(persona) ?? Promise.resolve(undefined),
    isScripted: () => false,
    within: () => providers,
  };
  return providers;
}
