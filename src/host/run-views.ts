// Keeps GitHub showing what the journals say: renders a run and reconciles its checks and comments. Never changes a run.
import { defined } from '../support/index.ts';
import { appRemoved } from '../coordinator/index.ts';
import { foldRun, isRunOver, surfaceLock } from '../engine/index.ts';
import type { LineLimits, RunEvent, RunState, SurfaceRow, Surfaces } from '../engine/index.ts';
import type { GitHubApp } from '../github/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Lease, Logger, Redactor, RunId } from '../support/index.ts';
import { createReconciler, createViewLoop, renderView, strangerKey, whenShown } from '../view/index.ts';
import type { Reconciled, WantedSurface } from '../view/index.ts';
import { createWaitingLine } from './waiting-line.ts';

/** Runs looked at by one sweep. */
const sweepSize = 500;

/** A place becomes free, or is taken. */
const movesLine: ReadonlySet<string> = new Set([
  'run.started',
  'run.parked',
  'run.paused',
  'run.resumed',
  'run.finished',
]);

/** What views are made of. */
export interface RunViewPorts {
  readonly store: Pick<Store, 'journal' | 'locks'> & { readonly surfaces: Surfaces };
  readonly app: GitHubApp;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly publicUrl?: string;
  /** How many runs work at once: whoever waits is told. Absent: nobody waits in line here. */
  readonly limits?: LineLimits;
  /** Which surfaces are shown. Default: all. */
  shows?(surface: WantedSurface): boolean;
}

/** The views of all runs. */
export interface RunViews {
  /** The run changed. */
  changed(state: RunState, events: readonly RunEvent[]): void;
  /** Somebody else pushed this head onto the run's branch: it is shown as not judged. */
  strangerPushed(run: RunId, headSha: string): Promise<void>;
  /** A run was added: who waits is told where it stands. */
  lineChanged(): void;
  /** Resolves when GitHub shows what the journal says now. */
  flush(run: RunId): Promise<void>;
  /** Looks again at every run that GitHub may not show as it ended. Returns how many. */
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

/** Where nothing is shown. */
export const noViews: RunViews = {
  changed() {},
  strangerPushed: () => Promise.resolve(),
  lineChanged() {},
  flush: () => Promise.resolve(),
  sweep: () => Promise.resolve(0),
  stop: () => Promise.resolve(),
};

/** Views over one App. */
export function createRunViews(ports: RunViewPorts): RunViews {
  const { store, app, clock, log, redactor } = ports;
  const latest = new Map<RunId, RunState>();
  const loop = createViewLoop({ pass, clock, log });
  const { limits } = ports;
  const moved = (run: RunId): void => loop.poke(run);
  const line =
    limits === undefined ? undefined : createWaitingLine({ journal: store.journal, limits, clock, log, moved });

  /** One writer per run in the whole world: the lease tells a late one that another goes on. */
  function pass(run: RunId): Promise<Reconciled | undefined> {
    return store.locks.hold(surfaceLock(run), (lease) => passUnder(lease, run));
  }

  async function passUnder(lease: Lease, run: RunId): Promise<Reconciled | undefined> {
    const state = latest.get(run) ?? (await read(run));
    const repository = state?.spec.repository;
    if (state === undefined || repository?.installationId === undefined) return undefined;
    if (state.cancelRequested?.ref === appRemoved) return undefined;
    const api = app.repository(repository.installationId, repository.owner, repository.name);
    const place = line?.placeOf(run);
    const whole = renderView({
      state,
      ...defined({ place }),
      shown: await store.surfaces.of(run),
      links: linksOf(state, ports.publicUrl),
      now: clock.now(),
      redactor,
    });
    const { shows } = ports;
    const wanted = shows === undefined ? whole : { ...whole, surfaces: whole.surfaces.filter((one) => shows(one)) };
    const surfaces = { of: store.surfaces.of, put: (row: SurfaceRow) => store.surfaces.put(row, lease) };
    const done = await createReconciler({ surfaces, api, clock, log }).reconcile(wanted);
    if (done.settled && isRunOver(state.status) && latest.get(run) === state) latest.delete(run);
    return done;
  }

  async function read(run: RunId): Promise<RunState | undefined> {
    const events = await store.journal.read(run);
    return events.length === 0 ? undefined : foldRun(events);
  }

  return {
    changed(state, events) {
      latest.set(state.id, state);
      if (events.some(({ type }) => movesLine.has(type))) line?.changed();
      loop.poke(state.id, whenShown(state));
    },
    async strangerPushed(run, headSha) {
      await store.locks.hold(surfaceLock(run), async (lease) => {
        const known = (await store.surfaces.of(run)).some((row) => row.key === strangerKey && row.headSha === headSha);
        if (!known) await store.surfaces.put(strangerRow(run, headSha, clock.now()), lease);
      });
      loop.poke(run, 'now');
    },
    lineChanged: () => line?.changed(),
    flush: (run) => loop.flush(run),
    async sweep() {
      const runs = await store.surfaces.open(sweepSize);
      for (const run of runs) loop.poke(run);
      return runs.length;
    },
    stop() {
      line?.stop();
      return loop.stop();
    },
  };
}

/** A check that is wanted and not there yet. */
function strangerRow(run: RunId, headSha: string, updatedAt: number): SurfaceRow {
  return {
    run,
    key: strangerKey,
    headSha,
    githubId: null,
    wantedHash: 'wanted',
    seenHash: '',
    annotationsSent: 0,
    closed: false,
    updatedAt,
  };
}

function linksOf(state: RunState, publicUrl: string | undefined): { runUrl?: string; repositoryUrl?: string } {
  const url = state.spec.task.url;
  const repositoryUrl = url === undefined ? undefined : /^(https?:\/\/.+)\/(?:issues|pull)\/\d+$/.exec(url)?.[1];
  return {
    ...(publicUrl === undefined ? {} : { runUrl: `${publicUrl}/runs/${state.id}` }),
    ...defined({ repositoryUrl }),
  };
}
