// The state of runs between two jobs: one commit on `refs/troupe/runs/<run id>`, pushed with a lease. Whoever pushes next owns the run.
import { foldRun } from '../engine/index.ts';
import type { Observer } from '../host/index.ts';
import type { RunEvent, RunState, SurfaceRow } from '../engine/index.ts';
import type { Author, GitRepository } from '../git/index.ts';
import type { Store } from '../store/index.ts';
import { isObject, isRunId, messageOf, randomToken, sleep, TroupeError } from '../support/index.ts';
import type { Clock, Logger, Redactor, RunId, Sha } from '../support/index.ts';
import type { ActionContext } from './context.ts';
import { runMessages } from './messages.ts';

/** A run as a job left it. */
export interface KeptRun {
  readonly run: RunId;
  readonly savedAt: number;
  readonly job: ActionContext['job'];
  /** The process that wrote it; the legs of a matrix are one job to GitHub. */
  readonly by: string;
  /** A job drives it, as far as it is known. */
  readonly driven: boolean;
  readonly state: RunState;
  readonly events: readonly RunEvent[];
  readonly surfaces: readonly SurfaceRow[];
}

/** Keeps states. */
export interface RunStates extends Observer {
  /** What jobs left. States past their time are removed. */
  all(): Promise<readonly KeptRun[]>;
  /** Makes the run this job's. `lost`: another job was faster; `refused`: this job may not push. Throws `action/not-claimed`. */
  claim(run: RunId): Promise<'kept' | 'lost' | 'refused'>;
  /** Resolves when what happened is kept. Runs that ended well are forgotten. */
  flush(): Promise<void>;
}

/** The part of a repository that holds states. */
type StateRepository = Pick<
  GitRepository,
  'listStateRefs' | 'ensureCommit' | 'readFile' | 'pushStateRef' | 'deleteStateRef'
>;

/** What keeping needs. */
export interface RunStatePorts {
  readonly repository: () => Promise<StateRepository>;
  readonly store: {
    readonly journal: Pick<Store['journal'], 'read'>;
    readonly surfaces: Pick<Store['surfaces'], 'of'>;
  };
  readonly job: ActionContext['job'];
  readonly author: Author;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Another job pushed the run's state: this one must stop. */
  onLost(run: RunId): void;
}

const folder = 'refs/troupe/runs';
const file = 'state.json';
const keptForMs = 30 * 24 * 60 * 60_000;
/** How long a state that GitHub did not take waits for its next try. */
const tryAgainMs = [1_000, 2_000, 4_000, 8_000, 16_000];
const telling: ReadonlySet<RunEvent['type']> = new Set([
  'step.succeeded',
  'step.failed',
  'step.skipped',
  'step.cancelled',
  'step.waiting',
  'step.checkpoint',
  'run.parked',
  'run.finished',
]);

/** States on the remote. */
export function createRunStates(ports: RunStatePorts): RunStates {
  const { store, clock, log } = ports;
  const leases = new Map<RunId, Sha>();
  const by = randomToken(12);
  const dirty = new Set<RunId>();
  let working: Promise<void> | undefined;
  let refused = false;

  async function push(run: RunId, claims: boolean): Promise<void> {
    const repository = await ports.repository();
    const events = await store.journal.read(run);
    const ended = foldRun(events).status;
    const lease = leases.get(run);
    if (ended === 'succeeded' || ended === 'degraded') {
      leases.delete(run);
      // gone already: the answer to an earlier try was lost
      if (lease !== undefined) await repository.deleteStateRef(refOf(run), lease).catch(unlessStale);
      return;
    }
    const kept = {
      version: 1,
      run,
      savedAt: clock.now(),
      job: ports.job,
      by,
      driven: claims || events.at(-1)?.type !== 'run.parked',
      events,
      surfaces: await store.surfaces.of(run),
    };
    const sha = await repository.pushStateRef({
      ref: refOf(run),
      file,
      text: `${ports.redactor.text(JSON.stringify(kept))}\n`,
      expected: lease ?? null,
      author: ports.author,
      message: `State of run ${run}`,
    });
    leases.set(run, sha);
  }

  async function tryOnce(run: RunId, claims: boolean): Promise<'kept' | 'lost' | 'later' | 'refused'> {
    if (refused) return 'refused';
    try {
      await push(run, claims);
      return 'kept';
    } catch (error) {
      if (!(error instanceof TroupeError)) throw error;
      if (error.code === 'git/stale') return (await isOurs(run)) ? 'later' : 'lost';
      if (error.class === 'transient') return 'later';
      refused = true;
      log.warn({ run, error: messageOf(error) }, runMessages.stateNotKept);
      return 'refused';
    }
  }

  /** The answer to an earlier push was lost: what is there is ours, and from now on the lease. */
  async function isOurs(run: RunId): Promise<boolean> {
    const there = (await read()).find(({ kept }) => kept.run === run);
    if (there === undefined || there.sha === leases.get(run) || there.kept.by !== by) return false;
    leases.set(run, there.sha);
    return true;
  }

  /** What fails for want of a permission is told once, and the run goes on without. */
  async function keep(run: RunId, claims = false): Promise<'kept' | 'lost' | 'later' | 'refused'> {
    for (const wait of tryAgainMs) {
      const done = await tryOnce(run, claims);
      if (done !== 'later') return done;
      await sleep(clock, wait);
    }
    const done = await tryOnce(run, claims);
    if (done === 'later') log.warn({ run }, runMessages.stateNotReached);
    return done;
  }

  async function work(): Promise<void> {
    for (const run of dirty) {
      dirty.delete(run);
      if ((await keep(run)) === 'lost') ports.onLost(run);
    }
  }

  async function read(): Promise<{ readonly sha: Sha; readonly ref: string; readonly kept: KeptRun }[]> {
    const repository = await ports.repository();
    const found: { sha: Sha; ref: string; kept: KeptRun }[] = [];
    for (const { ref, sha } of await repository.listStateRefs(folder)) {
      await repository.ensureCommit(sha);
      const kept = readKept((await repository.readFile(sha, file)) ?? '');
      if (kept !== undefined && refOf(kept.run) === ref) found.push({ sha, ref, kept });
    }
    return found;
  }

  function begin(): void {
    working ??= work().finally(() => {
      working = undefined;
      if (dirty.size > 0) begin();
    });
  }

  async function flush(): Promise<void> {
    while (working !== undefined) await working;
  }

  return {
    async all() {
      const repository = await ports.repository();
      const found: KeptRun[] = [];
      for (const { sha, ref, kept } of await read()) {
        if (kept.savedAt < clock.now() - keptForMs) {
          await repository.deleteStateRef(ref, sha).catch(() => undefined);
          continue;
        }
        leases.set(kept.run, sha);
        found.push(kept);
      }
      return found;
    },
    async claim(run) {
      const done = await keep(run, true);
      // without the lock two jobs could drive the run
      if (done === 'later')
        throw new TroupeError('action/not-claimed', runMessages.notClaimed(run), { hint: runMessages.notClaimedHint });
      return done;
    },
    name: 'states',
    changed(state, events) {
      if (!events.some(({ type }) => telling.has(type)) || refused) return;
      dirty.add(state.id);
      begin();
    },
    flush,
    close: flush,
  };
}

/** The text of a state; undefined when it is none that we wrote. */
export function readKept(text: string): KeptRun | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isObject(parsed) || parsed['version'] !== 1) return undefined;
    const { run, savedAt, job, events, surfaces } = parsed;
    if (typeof run !== 'string' || !isRunId(run) || typeof savedAt !== 'number' || !isObject(job)) return undefined;
    if (!Array.isArray(events) || !Array.isArray(surfaces)) return undefined;
    // only people who may push to the repository can write the ref, and we wrote these shapes
    const kept = events as RunEvent[];
    const state = foldRun(kept);
    if (state.id !== run) return undefined;
    return {
      run,
      savedAt,
      job: {
        runId: Number(job['runId']),
        name: String(job['name']),
        step: String(job['step']),
        attempt: Number(job['attempt']),
      },
      by: String(parsed['by']),
      driven: parsed['driven'] === true,
      state,
      events: kept,
      surfaces: surfaces as SurfaceRow[], // as above
    };
  } catch {
    return undefined;
  }
}

function unlessStale(error: unknown): void {
  if (!(error instanceof TroupeError) || error.code !== 'git/stale') throw error;
}

function refOf(run: RunId): string {
  return `${folder}/${run}`;
}
