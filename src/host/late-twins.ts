// Looks for half an hour for what steps may have made twice without knowing, and has it taken away. What it watches it knows again after a restart.
import { foldRun, isRunOver, listAll } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import type { GitHubApp } from '../github/index.ts';
import { removeTwins, writesDoneAgain } from '../steps/index.ts';
import type { DoneAgain } from '../steps/index.ts';
import type { Store } from '../store/index.ts';
import { lastLookMs, messageOf } from '../support/index.ts';
import type { Clock, Logger } from '../support/index.ts';
import type { Observer } from './observers.ts';
import { apiAt } from './place-of.ts';

/** Watches runs, as an observer of them. */
export interface LateTwins extends Observer {
  /** Looks now; gives how many were taken away. */
  sweep(): Promise<number>;
}

/** What looking is made of. */
export interface LateTwinsPorts {
  readonly store: Pick<Store, 'journal'>;
  readonly app: Pick<GitHubApp, 'repository' | 'places'>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Watched {
  readonly again: DoneAgain;
  readonly repository: NonNullable<RunState['spec']['repository']>;
}

/** Looks over one App. */
export function createLateTwins({ store, app, clock, log }: LateTwinsPorts): LateTwins {
  const watched = new Map<string, Watched>();
  let hasLookedBack = false;

  function changed(state: RunState): void {
    const { repository } = state.spec;
    if (repository?.installationId === undefined) return;
    for (const again of writesDoneAgain(state))
      if (isLate(again)) watched.set(`${again.run} ${again.step} ${again.key}`, { again, repository });
  }

  /** Nothing comes any more after that time. */
  function isLate({ at }: DoneAgain): boolean {
    return clock.now() - at <= lastLookMs;
  }

  /** Runs of a process that died, once: whoever is driven from now on tells by itself. */
  async function lookBack(): Promise<void> {
    if (hasLookedBack) return;
    for (const { id, status, finishedAt = 0 } of await listAll(store.journal, {})) {
      if (isRunOver(status) && clock.now() - finishedAt > lastLookMs) continue;
      changed(foldRun(await store.journal.read(id)));
    }
    hasLookedBack = true;
  }

  async function look({ again, repository }: Watched): Promise<number> {
    try {
      const api = await apiAt(app, repository);
      const gone = api === undefined ? 0 : await removeTwins(api, again);
      if (gone > 0) log.info({ run: again.run, step: again.step, gone }, 'what a step had made twice was taken away');
      return gone;
    } catch (error) {
      log.warn(
        { run: again.run, step: again.step, error: messageOf(error) },
        'cannot look whether a step made something twice; tried again',
      );
      return 0;
    }
  }

  return {
    name: 'late twins',
    changed,
    async sweep() {
      await lookBack();
      let gone = 0;
      for (const [key, one] of watched) {
        gone += await look(one);
        if (!isLate(one.again)) watched.delete(key);
      }
      return gone;
    },
  };
}
