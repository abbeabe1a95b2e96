// Keeps GitHub showing what the journals say: renders a run and reconciles its checks and comments. Never changes a run.
import { addDecimal, defined } from '../support/index.ts';
import { appRemoved } from '../coordinator/index.ts';
import { foldRun, isRunOver, listAll, liveStatuses, surfaceLock } from '../engine/index.ts';
import type { LineLimits, RunEvent, RunState, SurfaceRow, Surfaces } from '../engine/index.ts';
import type { GitHubApp } from '../github/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Lease, Logger, Redactor, RunId } from '../support/index.ts';
import { createReconciler, createViewLoop, renderView, showRun, strangerKey, whenShown } from '../view/index.ts';
import type { Reconciled, WantedSurface } from '../view/index.ts';
import { mayHaveDoneMore } from './after-restore.ts';
import { createWaitingLine } from './waiting-line.ts';
import { apiAt } from './place-of.ts';

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
  readonly store: Pick<Store, 'halts' | 'journal' | 'locks' | 'restored'> & { readonly surfaces: Surfaces };
  readonly app: GitHubApp;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly publicUrl?: string;
  /** How many runs work at once: whoever waits is told. Absent: nobody waits in line here. */
  readonly limits?: LineLimits;
  /** What all runs of a task may cost together, by the operator's file. */
  readonly mostUsdOfTask?: number;
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
  /** Everything was stopped, or goes on: every run that is not over shows it. */
  haltChanged(): Promise<void>;
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
  haltChanged: () => Promise.resolve(),
  flush: () => Promise.resolve(),
  sweep: () => Promise.resolve(0),
  stop: () => Promise.resolve(),
};

/** Views over one App. */
export function createRunViews(ports: RunViewPorts): RunViews {
  const { store, app, clock, log, redactor } = ports;
  const latest = new Map<RunId, RunState>();
  const loop = createViewLoop({ pass, clock, log });
  const line = lineOf(ports, (run) => loop.poke(run));

  /** One writer per run of all that work on the store: the lease tells a late one that another goes on. */
  function pass(run: RunId): Promise<Reconciled | undefined> {
    return store.locks.hold(surfaceLock(run), (lease) => passUnder(lease, run));
  }

  async function passUnder(lease: Lease, run: RunId): Promise<Reconciled | undefined> {
    const state = latest.get(run) ?? (await stateOf(run, store));
    if (state === undefined || state.cancelRequested?.ref === appRemoved) return undefined;
    const api = await apiAt(app, state.spec.repository);
    if (api === undefined) return undefined;
    const place = line?.placeOf(run);
    const task = isRunOver(state.status) ? await taskOf(state, ports) : undefined;
    const halted = isRunOver(state.status) ? undefined : await store.halts.now();
    const whole = renderView({
      run: showRun({ state, redactor, ...defined({ place, task, halted, runUrl: runUrlOf(run, ports.publicUrl) }) }),
      shown: await store.surfaces.of(run),
      now: clock.now(),
      redactor,
    });
    const { shows } = ports;
    const wanted = shows === undefined ? whole : { ...whole, surfaces: whole.surfaces.filter((one) => shows(one)) };
    const surfaces = { of: store.surfaces.of, put: (row: SurfaceRow) => store.surfaces.put(row, lease) };
    const looksFirst = mayHaveDoneMore(store.restored, state);
    const done = await createReconciler({ surfaces, api, clock, log, looksFirst }).reconcile(wanted);
    if (done.settled && isRunOver(state.status) && latest.get(run) === state) latest.delete(run);
    return done;
  }

  return {
    changed(state, events) {
      latest.set(state.id, state);
      if (events.some(({ type }) => movesLine.has(type))) line?.changed();
      loop.poke(state.id, whenShown(state));
    },
    async strangerPushed(run, headSha) {
      await wantStranger(store, strangerRow(run, headSha, clock.now()));
      loop.poke(run, 'now');
    },
    lineChanged: () => line?.changed(),
    haltChanged: () => eachLive(store.journal, (run) => loop.poke(run, 'now')),
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

/** The line of those who wait; nobody does where there are no limits. */
function lineOf(
  { store, limits, clock, log }: RunViewPorts,
  moved: (run: RunId) => void,
): ReturnType<typeof createWaitingLine> | undefined {
  return limits === undefined ? undefined : createWaitingLine({ journal: store.journal, limits, clock, log, moved });
}

async function eachLive(journal: Pick<Store['journal'], 'list'>, tell: (run: RunId) => void): Promise<void> {
  for (const { id } of await listAll(journal, { status: liveStatuses })) tell(id);
}

/** What all runs of its task took, with what this one did as its journal says. */
async function taskOf(
  { id, spec, usage }: RunState,
  { store, mostUsdOfTask }: Pick<RunViewPorts, 'store' | 'mostUsdOfTask'>,
): Promise<Parameters<typeof showRun>[0]['task']> {
  const { repository, task, settings } = spec;
  if (repository === undefined || task.number === undefined) return undefined;
  const others = await store.journal.spent({ repository, taskNumber: task.number, except: id });
  const limits = [mostUsdOfTask, settings.budget.taskCostUsd].filter((one) => one !== undefined);
  return {
    runs: others.runs + 1,
    costUsd: addDecimal(others.costUsd, usage.costUsd),
    complete: others.complete && usage.complete,
    ...(limits.length === 0 ? {} : { limitUsd: Math.min(...limits) }),
  };
}

async function stateOf(run: RunId, { journal }: Pick<Store, 'journal'>): Promise<RunState | undefined> {
  const events = await journal.read(run);
  return events.length === 0 ? undefined : foldRun(events);
}

/** Keeps a wanted check, unless it is known. */
async function wantStranger({ locks, surfaces }: Pick<Store, 'locks' | 'surfaces'>, wanted: SurfaceRow): Promise<void> {
  await locks.hold(surfaceLock(wanted.run), async (lease) => {
    const known = (await surfaces.of(wanted.run)).some(
      (row) => row.key === wanted.key && row.headSha === wanted.headSha,
    );
    if (!known) await surfaces.put(wanted, lease);
  });
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

function runUrlOf(run: RunId, publicUrl: string | undefined): string | undefined {
  return publicUrl === undefined ? undefined : `${publicUrl}/runs/${run}`;
}
