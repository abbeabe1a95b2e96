// The bot's sweeps: deliveries and labels that were missed, views that drifted, what dead runs left behind, records past their time.
import { isRunOver } from '../engine/index.ts';
import type { GitHubApp } from '../github/index.ts';
import type { GitStore } from '../git/index.ts';
import { createOrphanBranches, operatorSettings } from '../host/index.ts';
import type { createLateTwins, createReviewAnswers, MadeHost } from '../host/index.ts';
import type { Store } from '../store/index.ts';
import { isRunId } from '../support/index.ts';
import { fetchMissed } from './missed-deliveries.ts';
import { findMissedLabels } from './missed-labels.ts';
import { createLostRuns } from './lost-runs.ts';
import { createServedRepositories } from './served-repositories.ts';
import type { BotOptions } from './start-bot.ts';
import type { Sweep } from './sweeps.ts';

const sweepEveryMs = 5 * 60_000;
const pollEveryMs = 15_000;
const labelSweepEveryMs = 15 * 60_000;
const dayMs = 24 * 60 * 60_000;

/** What the sweeps look at. */
export interface SweepPorts extends MadeHost {
  readonly app: GitHubApp;
  readonly reviews: ReturnType<typeof createReviewAnswers>;
  readonly twins: ReturnType<typeof createLateTwins>;
}

/** All of them. */
export function botSweeps(
  options: Pick<BotOptions, 'clock' | 'log' | 'serverFile' | 'poll' | 'pollEveryMs'>,
  { store, app, git, workplaces, views, reviews, twins }: SweepPorts,
): readonly Sweep[] {
  const { clock, log, serverFile } = options;
  const { inbox } = store;
  const served = (): ReturnType<typeof createServedRepositories> =>
    createServedRepositories(app, operatorSettings(serverFile));
  const orphans = createOrphanBranches({
    journal: store.journal,
    workplaces,
    clock,
    log,
  });
  const lost = createLostRuns({ app, store, served, clock, log });
  // a label's own delivery knows more than what can be made up for it later
  const searched = Promise.withResolvers<void>();
  return [
    {
      name: 'deliveries',
      everyMs: options.poll === true ? (options.pollEveryMs ?? pollEveryMs) : sweepEveryMs,
      run: (signal) => fetchMissed({ app, inbox, served: served() }, signal).finally(searched.resolve),
    },
    {
      name: 'labels',
      everyMs: labelSweepEveryMs,
      async run(signal) {
        await searched.promise;
        return findMissedLabels({ app, inbox, served: served(), clock, log }, signal);
      },
    },
    {
      name: 'lost runs',
      everyMs: sweepEveryMs,
      async run(signal) {
        // what is handed over again may begin them anew
        await searched.promise;
        return (await store.halts.now()) === undefined ? lost.sweep(signal) : 0;
      },
    },
    { name: 'views', everyMs: sweepEveryMs, run: () => views.sweep() },
    { name: 'reviews', everyMs: sweepEveryMs, run: () => reviews.sweep() },
    { name: 'twins', everyMs: sweepEveryMs, run: () => twins.sweep() },
    {
      name: 'branches',
      everyMs: sweepEveryMs,
      run: async () => ((await store.halts.now()) === undefined ? orphans.sweep() : 0),
    },
    { name: 'worktrees', everyMs: sweepEveryMs, run: () => removeDeadTrees(store, git) },
    {
      name: 'retention',
      everyMs: sweepEveryMs,
      async run() {
        await searched.promise;
        return purge(options, { store, app });
      },
    },
  ];
}

/** Worktrees of runs that are over, or that nobody knows any more. */
export function removeDeadTrees(store: Store, git: GitStore): Promise<void> {
  return git.sweep(async (run) => {
    const summary = isRunId(run) ? await store.journal.summary(run) : undefined;
    return summary !== undefined && !isRunOver(summary.status);
  });
}

/** By the earlier of two clocks: one that is far ahead must not take what is young for old. */
async function purge(
  { clock, serverFile }: Pick<BotOptions, 'clock' | 'serverFile'>,
  { store, app }: Pick<SweepPorts, 'store' | 'app'>,
): Promise<unknown> {
  const { inbox, blobs, runs } = serverFile.retentionDays;
  const now = Math.min(clock.now(), app.time.now().getTime());
  return store.purge({ inbox: now - inbox * dayMs, blobs: now - blobs * dayMs, runs: now - runs * dayMs });
}
