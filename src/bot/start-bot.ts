// The bot, wired and running: intake → inbox → lanes → coordinator → runs → GitHub. Holds no rules of its own.
import { join } from 'node:path';
import { createCoordinator } from '../coordinator/index.ts';
import type { Coordinator } from '../coordinator/index.ts';
import { createGitHubApp } from '../github/index.ts';
import type { GitHubApp, RequestEntry } from '../github/index.ts';
import { createGitStore } from '../git/index.ts';
import type { GitStore } from '../git/index.ts';
import {
  appWorkplaces,
  builtInPersonasDir,
  builtInWorkflows,
  createCore,
  createOrphanBranches,
  createReviewAnswers,
  createRunViews,
  operatorSettings,
  startControl,
  unplayable,
} from '../host/index.ts';
import type { HostProviders, ReviewAnswers, RunViews, ServerFile } from '../host/index.ts';
import { isRunOver } from '../engine/index.ts';
import type { RunEvent, RunState } from '../engine/index.ts';
import { loadPersonas } from '../personas/index.ts';
import { createServer } from '../server/index.ts';
import type { Readiness, RunningServer } from '../server/index.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/index.ts';
import { isRunId, messageOf } from '../support/index.ts';
import type { Clock, Logger, Redactor } from '../support/index.ts';
import { renderPullRequest } from '../view/index.ts';
import { createProbot, createReceiver } from './app.ts';
import type { BotEnvironment } from './environment.ts';
import { createLanes } from './lanes.ts';
import { fetchMissed } from './missed-deliveries.ts';
import { findMissedLabels } from './missed-labels.ts';
import { createPlaces } from './places.ts';
import { pastDecisions } from './past-decisions.ts';
import { startSweeps } from './sweeps.ts';
import type { Sweep } from './sweeps.ts';

const deliveriesAtOnce = 16;
const sweepEveryMs = 5 * 60_000;
const pollEveryMs = 15_000;
const labelSweepEveryMs = 15 * 60_000;
const dayMs = 24 * 60 * 60_000;

/** What the bot is started with. */
export interface BotOptions {
  readonly environment: BotEnvironment;
  readonly serverFile: ServerFile;
  /** Where the server file lies: never visible to a persona, like the files that the environment was read from. */
  readonly hidden: readonly string[];
  readonly providers: HostProviders;
  readonly machine: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Logger;
  /** Fetch deliveries instead of receiving them; the server then answers health only where a secret is set. */
  readonly poll?: boolean;
  readonly pollEveryMs?: number;
  /** How long GitHub's answer to a request may take. */
  readonly requestTimeoutMs?: number;
  /** Time between writes of one installation. */
  readonly writeIntervalMs?: number;
  readonly requestLog?: (entry: RequestEntry) => void;
  /** After each append of a run, with its new state. */
  onEvents?(state: RunState, events: readonly RunEvent[]): void;
  /** Wraps what reaches outside: fault injection. */
  readonly wrap?: { store?(store: Store): Store; git?(git: GitStore): GitStore; app?(app: GitHubApp): GitHubApp };
}

/** The running bot. */
export interface Bot {
  /** Where it listens; undefined when it only polls. */
  readonly url: string | undefined;
  readonly store: Store;
  readonly views: RunViews;
  /** Looks now for what was missed: deliveries, command labels, views that drifted, what dead runs left behind. */
  sweep(): Promise<void>;
  /** Takes nothing new, gives running steps `graceMs`, gives claims back, closes the store. */
  stop(graceMs: number): Promise<void>;
}

/** Starts the bot. Throws `store/owned`, `config/…`, `server/listen`. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { environment, clock, log, redactor } = options;
  for (const secret of [environment.privateKey, ...environment.webhookSecrets, environment.apiToken])
    if (secret !== undefined) redactor.add(secret);
  const ending = new AbortController();
  const opened = await openStore({
    kind: 'embedded',
    directory: environment.dataDir,
    clock,
    log,
    redact: redactor.json,
    owner: { what: 'troupe serve' },
  });
  const store = options.wrap?.store?.(opened) ?? opened;
  try {
    return await wire(options, store, ending);
  } catch (error) {
    ending.abort();
    await store.close();
    throw error;
  }
}

async function wire(options: BotOptions, store: Store, ending: AbortController): Promise<Bot> {
  const { environment, clock, log, redactor } = options;
  const app = makeApp(options, ending.signal);
  const plainGit = createGitStore({
    dir: join(environment.dataDir, 'git'),
    redactor,
    clock,
    log,
    filters: options.serverFile.git.filters,
    partial: options.serverFile.git.partial,
  });
  const git = options.wrap?.git?.(plainGit) ?? plainGit;
  const views = createRunViews({
    store,
    app,
    clock,
    log,
    redactor,
    limits: options.serverFile.limits,
    ...(environment.publicUrl === undefined ? {} : { publicUrl: environment.publicUrl }),
  });
  const reviews = createReviewAnswers({ store, app, clock, log });
  const core = await createCore({
    store,
    dataDir: environment.dataDir,
    serverFile: options.serverFile,
    providers: options.providers,
    workplaces: appWorkplaces({ app, git }),
    machine: options.machine,
    hidden: [...options.hidden, ...(environment.secretFiles ?? [])],
    clock,
    log,
    redactor,
    pullRequestText: (state, stage) => renderPullRequest({ state, stage, redactor }),
    onEvents(state, events) {
      views.changed(state, events);
      reviews.changed(state);
      options.onEvents?.(state, events);
    },
  });
  const coordinator = makeCoordinator(options, { store, app, views });
  const receive = createReceiver(() => createProbot(environment), coordinator);
  await removeDeadTrees(store, git);
  await core.start();
  views.lineChanged();
  const control = await startControl(store, coordinator);
  const lanes = await createLanes({ inbox: store.inbox, receive, clock, log, concurrency: deliveriesAtOnce });
  const server = await listen(options, store, core.sandboxes.bubblewrap);
  const sweeps = startSweeps(sweepsOf(options, { store, app, git, views, reviews }), { clock, log });
  return {
    url: server?.url,
    store,
    views,
    sweep: sweeps.now,
    async stop(graceMs) {
      const swept = sweeps.stop();
      await control.close();
      await server?.close(graceMs);
      await lanes.stop(graceMs);
      await core.stop(graceMs);
      // what GitHub keeps waiting is shown by the next start
      const patience = clock.after(graceMs, () => ending.abort());
      await views.stop();
      await reviews.settled();
      patience();
      ending.abort();
      await swept;
      await store.close();
    },
  };
}

interface SweepPorts {
  readonly store: Store;
  readonly app: GitHubApp;
  readonly git: GitStore;
  readonly views: RunViews;
  readonly reviews: ReviewAnswers;
}

/** What nobody would notice otherwise. */
function sweepsOf(options: BotOptions, { store, app, git, views, reviews }: SweepPorts): readonly Sweep[] {
  const { clock, log, serverFile } = options;
  const { inbox } = store;
  const places = (): ReturnType<typeof createPlaces> => createPlaces(app, operatorSettings(serverFile));
  const orphans = createOrphanBranches({
    journal: store.journal,
    workplaces: appWorkplaces({ app, git }),
    clock,
    log,
  });
  // a label's own delivery knows more than what can be made up for it later
  const searched = Promise.withResolvers<void>();
  return [
    {
      name: 'deliveries',
      everyMs: options.poll === true ? (options.pollEveryMs ?? pollEveryMs) : sweepEveryMs,
      run: (signal) => fetchMissed({ app, inbox, places: places(), clock }, signal).finally(searched.resolve),
    },
    {
      name: 'labels',
      everyMs: labelSweepEveryMs,
      async run(signal) {
        await searched.promise;
        return findMissedLabels({ app, inbox, places: places(), clock, log }, signal);
      },
    },
    { name: 'views', everyMs: sweepEveryMs, run: () => views.sweep() },
    { name: 'reviews', everyMs: sweepEveryMs, run: () => reviews.sweep() },
    { name: 'branches', everyMs: sweepEveryMs, run: () => orphans.sweep() },
    { name: 'worktrees', everyMs: sweepEveryMs, run: () => removeDeadTrees(store, git) },
    { name: 'retention', everyMs: sweepEveryMs, run: () => purge(options, store) },
  ];
}

/** Worktrees of runs that are over, or that nobody knows any more. */
function removeDeadTrees(store: Store, git: GitStore): Promise<void> {
  return git.sweep(async (run) => {
    const summary = isRunId(run) ? await store.journal.summary(run) : undefined;
    return summary !== undefined && !isRunOver(summary.status);
  });
}

async function purge({ clock, serverFile }: BotOptions, store: Store): Promise<unknown> {
  const { inbox, blobs, runs } = serverFile.retentionDays;
  const now = clock.now();
  return store.purge({ inbox: now - inbox * dayMs, blobs: now - blobs * dayMs, runs: now - runs * dayMs });
}

function makeApp(options: BotOptions, signal: AbortSignal): GitHubApp {
  const { environment, clock, log, redactor } = options;
  const app = createGitHubApp({
    appId: String(environment.appId),
    privateKey: environment.privateKey,
    baseUrl: environment.apiUrl,
    clock,
    log,
    redactor,
    signal,
    ...(options.requestLog === undefined ? {} : { requestLog: options.requestLog }),
    ...(options.writeIntervalMs === undefined ? {} : { writeIntervalMs: options.writeIntervalMs }),
    ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
  });
  return options.wrap?.app?.(app) ?? app;
}

function makeCoordinator(
  options: BotOptions,
  { store, app, views }: Pick<SweepPorts, 'store' | 'app' | 'views'>,
): Coordinator {
  const { environment, clock, log } = options;
  const publicUrl = environment.publicUrl;
  return createCoordinator({
    journal: {
      ...store.journal,
      async start(spec) {
        const started = await store.journal.start(spec);
        views.lineChanged();
        return started;
      },
    },
    clock,
    log,
    operator: operatorSettings(options.serverFile),
    personas: { load: (files) => loadPersonas(files, builtInPersonasDir()) },
    providers: options.providers.names,
    unplayable: (play) => unplayable(play, options.providers),
    builtIn: builtInWorkflows(),
    rehearsal: options.providers.rehearsal,
    identity: () => app.identity(),
    api: (installation, owner, name) => app.repository(installation, owner, name),
    pastDecisions: (about) => pastDecisions(store.inbox, about),
    strangerPushed: (run, headSha) => views.strangerPushed(run, headSha),
    listRuns: (repositoryId, taskNumber) => store.journal.list({ repositoryId, taskNumber }),
    ...(publicUrl === undefined ? {} : { runUrl: (run: string) => `${publicUrl}/runs/${run}` }),
  });
}

async function listen(
  options: BotOptions,
  store: Store,
  bubblewrap: { readonly works: boolean },
): Promise<RunningServer | undefined> {
  const { environment, clock, log } = options;
  const [current, previous] = environment.webhookSecrets;
  if (current === undefined) return undefined;
  return createServer({
    secrets: { current, ...(previous === undefined ? {} : { previous }) },
    inbox: store.inbox,
    log,
    clock,
    host: environment.host,
    port: environment.port,
    counts: () => store.counts(),
    readiness: () => readiness(store, bubblewrap),
    ...(environment.apiToken === undefined ? {} : { apiToken: environment.apiToken }),
  });
}

async function readiness(store: Store, bubblewrap: { readonly works: boolean }): Promise<Readiness> {
  try {
    await store.check();
    return { ready: true, details: { store: 'ok', sandbox: bubblewrap.works ? 'fs' : 'env' } };
  } catch (error) {
    return { ready: false, details: { store: messageOf(error), sandbox: bubblewrap.works ? 'fs' : 'env' } };
  }
}
