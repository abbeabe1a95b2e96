// The bot: intake → inbox → lanes → coordinator → runs → GitHub. Chooses the parts of the house; holds no rules of its own.
import { join } from 'node:path';
import { createCoordinator } from '../coordinator/index.ts';
import type { Coordinator } from '../coordinator/index.ts';
import type { RunSpec } from '../engine/index.ts';
import { createGitHubApp } from '../github/index.ts';
import type { GitHubApp, RequestEntry } from '../github/index.ts';
import type { GitStore } from '../git/index.ts';
import { coordinatorPorts, createHost, createLateTwins, createReviewAnswers, commonsOfProcess } from '../host/index.ts';
import type { HostPart, HostProviders, MadeHost, Observer, Commons, ServerFile } from '../host/index.ts';
import { createServer } from '../server/index.ts';
import type { RunningServer } from '../server/index.ts';
import type { Store } from '../store/index.ts';
import { clockMoved, createSteadyClock, createTroubles, defined } from '../support/index.ts';
import type { Clock, Logger, Redactor, Troubles } from '../support/index.ts';
import { createProbot, createReceiver } from './app.ts';
import { botSweeps, removeDeadTrees } from './bot-sweeps.ts';
import type { BotEnvironment } from './environment.ts';
import { createGitHubProbe } from './github-probe.ts';
import { createLanes } from './lanes.ts';
import type { LanePorts } from './lanes.ts';
import { pastDecisions } from './past-decisions.ts';
import { providerFigures } from './provider-readiness.ts';
import { readiness } from './readiness.ts';
import { startSweeps } from './sweeps.ts';
import type { Sweeps } from './sweeps.ts';

const deliveriesAtOnce = 16;

/** What the bot is started with. */
export interface BotOptions {
  readonly environment: BotEnvironment;
  readonly serverFile: ServerFile;
  /** Where the server file lies: never visible to a persona, like the files that the environment was read from. */
  readonly hidden: readonly string[];
  readonly providers: HostProviders;
  readonly machine: Readonly<Record<string, string>>;
  /** Proxies and certificates, for git. */
  readonly network?: Readonly<Record<string, string>>;
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
  /** Told of each append, besides the views. */
  readonly observers?: readonly Observer[];
  /** Wraps what reaches outside: fault injection. */
  readonly wrap?: { store?(store: Store): Store; git?(git: GitStore): GitStore; app?(app: GitHubApp): GitHubApp };
}

/** The running bot. */
export interface Bot {
  /** Where it listens; undefined when it only polls. */
  readonly url: string | undefined;
  /** Nothing but this machine itself reaches that. */
  readonly onlyHere: boolean;
  readonly store: Store;
  readonly views: MadeHost['views'];
  /** Aborted, with the error as its reason, once this process may not go on: its data directory is gone, or another process drives. Stop it then. */
  readonly lost: AbortSignal;
  /** Looks now for what was missed: deliveries, command labels, views that drifted, what dead runs left behind. */
  sweep(): Promise<void>;
  /** Takes nothing new, gives running steps `graceMs`, gives claims back, closes the store. */
  stop(graceMs: number): Promise<void>;
}

/** Starts the bot. Throws `store/owned`, `config/…`, `server/listen`. */
export function startBot(options: BotOptions): Promise<Bot> {
  const { clock, log } = options;
  return start({
    ...options,
    clock: createSteadyClock(clock, (aheadMs) => log.warn({ aheadMs }, clockMoved(aheadMs))),
  });
}

async function start(options: BotOptions): Promise<Bot> {
  const { environment, clock, log, redactor } = options;
  hideSecrets(environment, redactor);
  const ending = new AbortController();
  const { signal } = ending;
  const commons = commonsOfProcess({ clock, signal, ...defined({ intervalMs: options.writeIntervalMs }) });
  const { app, troubles } = watchedApp(options, commons, signal);
  let server: RunningServer | undefined;
  let sweeps: Sweeps | undefined;
  const host = await createHost({
    ...options,
    what: 'troupe serve',
    troubles,
    dataDir: environment.dataDir,
    hidden: [...options.hidden, ...(environment.secretFiles ?? [])],
    commons,
    at: githubAt(options, app, ending),
    parts(made) {
      const { store, git, outlives } = made;
      const reviews = createReviewAnswers({ store, app, clock, log });
      const twins = createLateTwins({ store, app, clock, log });
      const coordinator = makeCoordinator(options, app, made);
      const receive = createReceiver(() => createProbot(environment), coordinator, options);
      return {
        observers: [reviews, twins, ...(options.observers ?? [])],
        control: coordinator,
        before: [
          { name: 'worktrees', open: () => removeDeadTrees(store, git).then(() => undefined) },
          {
            name: 'server',
            async open(core) {
              server = await listen(options, { ...made, troubles, time: app.time }, core);
              return (graceMs) => server?.close(graceMs);
            },
          },
        ],
        after: [
          lanesOf({ inbox: store.inbox, receive, clock, log, troubles, concurrency: deliveriesAtOnce }),
          {
            name: 'sweeps',
            async open() {
              const started = startSweeps(botSweeps(options, { ...made, app, reviews, twins }), { clock, log });
              sweeps = started;
              return () => outlives(started.stop());
            },
          },
        ],
      };
    },
  });
  return {
    url: server?.url,
    onlyHere: server?.onlyHere === true,
    store: host.store,
    views: host.views,
    lost: host.lost,
    sweep: async () => sweeps?.now(),
    stop: (graceMs) => host.close(graceMs),
  };
}

function githubAt({ serverFile, environment }: BotOptions, app: GitHubApp, ending: AbortController) {
  const { limits } = serverFile;
  return { kind: 'github' as const, app, ending, limits, ...defined({ publicUrl: environment.publicUrl }) };
}

function lanesOf(ports: LanePorts): HostPart {
  return {
    name: 'lanes',
    async open() {
      const lanes = await createLanes(ports);
      return (graceMs) => lanes.stop(graceMs);
    },
  };
}

function hideSecrets({ privateKey, webhookSecrets, apiToken }: BotEnvironment, redactor: Redactor): void {
  for (const secret of [privateKey, ...webhookSecrets, apiToken]) if (secret !== undefined) redactor.add(secret);
}

/** The App, and what is known of its failures: it is asked again while it fails. */
function watchedApp(options: BotOptions, commons: Commons, signal: AbortSignal) {
  const { clock, log } = options;
  const troubles = createTroubles({ clock, log, began: () => probe.begin() });
  const app = makeApp(options, { commons, signal, troubles });
  const probe = createGitHubProbe({ app, troubles, clock });
  signal.addEventListener('abort', probe.stop, { once: true });
  return { app, troubles };
}

function makeApp(
  options: BotOptions,
  {
    commons,
    signal,
    troubles,
  }: { readonly commons: Commons; readonly signal: AbortSignal; readonly troubles: Troubles },
): GitHubApp {
  const { environment, clock, log, redactor } = options;
  const app = createGitHubApp({
    appId: String(environment.appId),
    privateKey: environment.privateKey,
    baseUrl: environment.apiUrl,
    clock,
    log,
    redactor,
    signal,
    pacerOf: commons.pacerOf,
    troubles,
    ...defined({
      requestLog: options.requestLog,
      requestTimeoutMs: options.requestTimeoutMs,
    }),
  });
  return options.wrap?.app?.(app) ?? app;
}

function makeCoordinator(
  { environment, serverFile, clock, log }: BotOptions,
  app: GitHubApp,
  { store, views, commons, providers, sandboxes, halting }: MadeHost,
): Coordinator {
  const { publicUrl } = environment;
  const journal = {
    ...store.journal,
    async start(spec: RunSpec) {
      const started = await store.journal.start(spec);
      views.lineChanged();
      // nobody drives it and shows that it waits
      if ((await halting.now()) !== undefined) await views.haltChanged();
      return started;
    },
  };
  return createCoordinator({
    ...coordinatorPorts({ journal, app, serverFile, providers, sandboxes, commons, clock, log }),
    pastDecisions: (about) => pastDecisions(store.inbox, about),
    halting,
    strangerPushed: (run, headSha) => views.strangerPushed(run, headSha),
    ...(publicUrl === undefined ? {} : { runUrl: (run: string) => `${publicUrl}/runs/${run}` }),
  });
}

async function listen(
  options: BotOptions,
  {
    store,
    stalls,
    sources,
    requests,
    troubles,
    time,
  }: Pick<MadeHost, 'store' | 'stalls' | 'sources' | 'requests'> & {
    readonly troubles: Troubles;
    readonly time: GitHubApp['time'];
  },
  { sandboxes, receive }: Parameters<HostPart['open']>[0],
): Promise<RunningServer | undefined> {
  const { environment, clock, log, redactor } = options;
  const [current, previous] = environment.webhookSecrets;
  if (current === undefined) return undefined;
  return createServer({
    secrets: { current, ...defined({ previous }) },
    inbox: store.inbox,
    log,
    redactor,
    clock,
    host: environment.host,
    port: environment.port,
    counts: () => store.counts(),
    stalls,
    halted: async () => (await store.halts.now()) !== undefined,
    providers: async () => providerFigures(await store.providers.all(), clock.now()),
    readiness: () =>
      readiness({
        store,
        troubles,
        clock,
        githubTime: time,
        workFolder: join(environment.dataDir, 'git'),
        sandboxWorks: async () => (await sandboxes.look()).bubblewrap.works,
      }),
    callbacks: {
      secretOf: async (requestId) => (await store.tickets.get(requestId))?.secret ?? undefined,
      receive,
    },
    ...defined({ apiToken: environment.apiToken, sources: sources?.offers, requests: requests?.offers }),
  });
}
