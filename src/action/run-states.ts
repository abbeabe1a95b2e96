// Keeps the runs that this job drives on hidden refs: a state after what counts, a lease while nothing happens. Whoever pushes next owns the run.
import type { Observer } from '../host/index.ts';
import { messageOf, sleep, TroupeError } from '../support/index.ts';
import type { Clock, Logger, RunId } from '../support/index.ts';
import type { RunEvent } from '../engine/index.ts';
import type { KeptRun } from './kept-run.ts';
import { runMessages } from './messages.ts';
import { createStateRefs } from './state-refs.ts';
import type { StateRefPorts, StateRefs } from './state-refs.ts';

/** Keeps states. */
export interface RunStates extends Observer {
  /** What jobs left: about an issue or pull request, or all of it. */
  all(about?: number): Promise<readonly KeptRun[]>;
  /** Makes the run this job's. `lost`: another job was faster; `refused`: this job may not push. Throws `action/not-claimed`. */
  claim(run: RunId): Promise<'kept' | 'lost' | 'refused'>;
  /** Resolves when what happened is kept. */
  flush(): Promise<void>;
}

/** What keeping needs. */
export interface RunStatePorts extends Omit<StateRefPorts, 'clock'> {
  readonly clock: Clock;
  readonly log: Logger;
  /** Another job pushed the run's state: this one must stop. */
  onLost(run: RunId): void;
}

type Kept = 'kept' | 'lost' | 'later' | 'refused';

/** How long a state that GitHub did not take waits for its next try. */
const tryAgainMs = [1_000, 2_000, 4_000, 8_000, 16_000];
/** What the sweep may cost the end of a job. */
const sweepMs = 2_000;
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
  const { clock } = ports;
  const refs = createStateRefs(ports);
  const keeper = createKeeper(ports, refs);
  const line = createLine(keeper, (run) => ports.onLost(run));
  const renewals = createRenewals(ports, line.lease);
  let sweeping: Promise<void> | undefined;

  return {
    all: (about) => refs.read(about),
    async claim(run) {
      const done = await keeper.keep(run, true);
      // without the lock two jobs could drive the run
      if (done === 'later')
        throw new TroupeError('action/not-claimed', runMessages.notClaimed(run), { hint: runMessages.notClaimedHint });
      if (done !== 'kept') return done;
      renewals.begin(run);
      sweeping ??= refs.sweep().catch(() => undefined);
      return done;
    },
    name: 'states',
    changed({ id }, events) {
      const last = events.at(-1)?.type;
      renewals.hears(id, last !== 'run.parked' && last !== 'run.finished');
      if (events.some(({ type }) => telling.has(type)) && !keeper.isRefused()) line.state(id);
    },
    flush: line.flush,
    async close() {
      renewals.end();
      await line.flush();
      await Promise.race([sweeping, sleep(clock, sweepMs)]);
    },
  };
}

/** What is to be pushed, one after the other. `onLost`: another process wrote there. */
function createLine(keeper: ReturnType<typeof createKeeper>, onLost: (run: RunId) => void) {
  const wanted = new Map<RunId, 'state' | 'lease'>();
  const behind = new Set<RunId>();
  const lost = new Set<RunId>();
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (const [run, what] of wanted) {
      wanted.delete(run);
      if (lost.has(run)) continue;
      const done = what === 'state' ? await keeper.keep(run) : await keeper.renew(run);
      if (done === 'later') behind.add(run);
      if (done === 'kept') behind.delete(run);
      if (done !== 'lost') continue;
      lost.add(run);
      onLost(run);
    }
  }

  function begin(): void {
    working ??= work().finally(() => {
      working = undefined;
      if (wanted.size > 0) begin();
    });
  }

  return {
    state(run: RunId): void {
      wanted.set(run, 'state');
      begin();
    },
    /** A state that did not arrive yet goes first. */
    lease(run: RunId): void {
      if (!wanted.has(run)) wanted.set(run, behind.has(run) ? 'state' : 'lease');
      begin();
    },
    async flush(): Promise<void> {
      while (working !== undefined) await working;
    },
  };
}

/** Calls for each run that is driven, twice while the word of this job holds: what fails once is said again in time. */
function createRenewals({ clock, leaseMs }: Pick<RunStatePorts, 'clock' | 'leaseMs'>, renew: (run: RunId) => void) {
  const driven = new Set<RunId>();
  let stop: (() => void) | undefined;

  function later(): void {
    stop = clock.after(leaseMs * 0.4, () => {
      for (const run of driven) renew(run);
      later();
    });
  }

  return {
    begin(run: RunId): void {
      driven.add(run);
      if (stop === undefined) later();
    },
    /** A run that waits or has ended needs no word; one that goes on needs it again. */
    hears(run: RunId, goesOn: boolean): void {
      if (!goesOn) driven.delete(run);
      else if (stop !== undefined) driven.add(run);
    },
    end(): void {
      stop?.();
      driven.clear();
    },
  };
}

/** Keeps one state, again where it did not arrive. What fails for want of a permission is told once, and the run goes on without. */
function createKeeper({ clock, log }: RunStatePorts, refs: StateRefs) {
  let refused = false;

  async function tryOnce(run: RunId, push: () => Promise<void>): Promise<Kept> {
    if (refused) return 'refused';
    try {
      await push();
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

  /** Where GitHub does not say whose it is, the next try asks again. */
  async function isOurs(run: RunId): Promise<boolean> {
    try {
      return await refs.isOurs(run);
    } catch (error) {
      if (error instanceof TroupeError && error.class === 'transient') return true;
      throw error;
    }
  }

  async function keep(run: RunId, claims = false): Promise<Kept> {
    const push = (): Promise<void> => refs.push(run, claims);
    for (const wait of tryAgainMs) {
      const done = await tryOnce(run, push);
      if (done !== 'later') return done;
      await sleep(clock, wait);
    }
    const done = await tryOnce(run, push);
    if (done === 'later') log.warn({ run }, runMessages.stateNotReached);
    return done;
  }

  return { keep, renew: (run: RunId) => tryOnce(run, () => refs.renew(run)), isRefused: () => refused };
}
