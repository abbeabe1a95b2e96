// The house that runs live in: store, git, views, observers and the drive loop, with the parts that its host chooses. Whatever fails, what was opened is closed in reverse.
import { join } from 'node:path';
import type { Coordinator } from '../coordinator/index.ts';
import type { LineLimits } from '../engine/index.ts';
import { createGitStore, requireGit } from '../git/index.ts';
import type { Author, GitStore } from '../git/index.ts';
import type { GitHubApp } from '../github/index.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/index.ts';
import { defined, messageOf, openAll } from '../support/index.ts';
import type { Close, ClosingStack } from '../support/index.ts';
import type { WantedSurface } from '../view/index.ts';
import { renderPullRequest, showRun } from '../view/index.ts';
import { afterRestore } from './after-restore.ts';
import { createKeptFolders } from './kept-folders.ts';
import { startControl } from './control-socket.ts';
import { createCore } from './core.ts';
import type { Core, CoreOptions } from './core.ts';
import { createHaltSwitch } from './halt-switch.ts';
import type { HaltSwitch } from './halt-switch.ts';
import { hostMessages } from './messages.ts';
import { logObserver, tellAll } from './observers.ts';
import type { Observer } from './observers.ts';
import { watchStalls } from './stalls.ts';
import type { StallFigures } from './stalls.ts';
import { commonsOfProcess } from './commons.ts';
import type { Commons } from './commons.ts';
import type { HostProviders } from './providers.ts';
import { createRunViews, noViews } from './run-views.ts';
import type { RunViews } from './run-views.ts';
import { wallsIn, hostSandboxes } from './sandboxes.ts';
import type { HostSandboxes } from './sandboxes.ts';
import { offersTo } from './offers.ts';
import type { Offers } from './offers.ts';
import { createWorkflows } from './workflow-runs.ts';
import { appWorkplaces, localWorkplaces } from './workplaces.ts';
import type { Workplaces } from './workplaces.ts';

/** The work is for repositories on GitHub, which is shown what becomes of it. */
export interface AtGitHub {
  readonly kind: 'github';
  readonly app: GitHubApp;
  /** Cuts the app's requests: at the end, when they have had their time. */
  readonly ending?: AbortController;
  readonly publicUrl?: string;
  /** How many runs work at once: whoever waits is told. Absent: nobody waits in line here. */
  readonly limits?: LineLimits;
  /** Which surfaces are shown. Default: all. */
  shows?(surface: WantedSurface): boolean;
}

/** The work is for a working copy on this machine. */
export interface AtWorkingCopy {
  readonly kind: 'working-copy';
  readonly path: string;
  readonly author: Author;
  readonly branch: string;
}

/** What every core needs is the host's to give. */
type ForCore =
  | 'serverFile'
  | 'providers'
  | 'clock'
  | 'log'
  | 'redactor'
  | 'collectErrors'
  | 'only'
  | 'kinds'
  | 'troubles';

/** What a host is made of. Paths are absolute. */
export interface HostOptions extends Pick<CoreOptions, ForCore> {
  /** Which command it is: told to a second process that wants to drive. */
  readonly what: string;
  /** Where runs and worktrees lie; never visible to a persona under tier 1. */
  readonly dataDir: string;
  /** PATH, certificates and language for persona processes. */
  readonly machine: Readonly<Record<string, string>>;
  /** Proxies and certificates, for git. Absent: none. */
  readonly network?: Readonly<Record<string, string>>;
  /** Never visible to a persona under tier 1, besides the data directory. */
  readonly hidden: readonly string[];
  /** What this host shares with others that work on its store. Absent: nobody else does. */
  readonly commons?: Commons;
  readonly at: AtGitHub | AtWorkingCopy;
  /** `when asked`: nothing is driven before `Host.drive`. */
  readonly drives?: 'at once' | 'when asked';
  /** What this host has besides. */
  parts?(made: MadeHost): HostParts;
  /** Wraps what reaches outside: fault injection. */
  readonly wrap?: { store?(store: Store): Store; git?(git: GitStore): GitStore };
}

/** What is there before anything listens. */
export interface MadeHost extends Offers {
  readonly store: Store;
  readonly git: GitStore;
  readonly workplaces: Workplaces;
  readonly views: RunViews;
  readonly commons: Commons;
  /** Those of the options, at work in this host: what they start outside of a request runs in its sandboxes. */
  readonly providers: HostProviders;
  readonly sandboxes: HostSandboxes;
  /** How often and how long this process stood still. */
  stalls(): StallFigures;
  /** Stops everything at an operator's word. */
  readonly halting: HaltSwitch;
  /** Work that may still wait for GitHub when its part is closed: waited for once the requests are cut. */
  outlives(work: Promise<unknown>): void;
}

/** The parts that a host chooses. */
export interface HostParts {
  /** Told of each append, behind the views. */
  readonly observers?: readonly Observer[];
  /** Answers other processes of this machine. */
  readonly control?: Pick<Coordinator, 'control'>;
  /** Opened in order before anything is driven: what listens, what tidies up. */
  readonly before?: readonly HostPart[];
  /** Opened in order once runs are driven: what brings work. */
  readonly after?: readonly HostPart[];
}

/** One part. */
export interface HostPart {
  readonly name: string;
  /** Opens it; returns how it is closed, where it has to be. */
  open(core: Pick<Core, 'sandboxes' | 'receive'>): Promise<Close | undefined>;
}

/** A host at work. */
export interface Host {
  readonly store: Store;
  readonly git: GitStore;
  readonly views: RunViews;
  readonly providers: HostProviders;
  readonly sandboxes: HostSandboxes;
  /** Aborted, with the error as its reason, once nobody may drive here any more. Close it then: nothing that it does is kept. */
  readonly lost: AbortSignal;
  /** Begins to drive runs; does nothing when it has begun. */
  drive(): Promise<void>;
  /** Takes nothing new, gives running steps `graceMs`, gives claims back, closes everything in reverse order. */
  close(graceMs: number): Promise<void>;
}

/** Makes a host. Throws `store/owned`, `config/sandbox`, and whatever a part throws, once everything that was open is closed. */
export function createHost(options: HostOptions): Promise<Host> {
  return openAll(
    (stack) => open(options, stack),
    (error) => options.log.warn({ error: messageOf(error) }, hostMessages.notClosed),
  );
}

async function open(options: HostOptions, stack: ClosingStack): Promise<Host> {
  const { log, redactor } = options;
  const made = await make(options, stack);
  const stalls = watchStalls(log);
  stack.add(() => stalls.stop());
  const requests = outgoing(options);
  stack.add(() => requests.cut());
  const parts = options.parts?.({ ...made, stalls: stalls.figures }) ?? {};
  const observers = [
    viewsObserver(made.views),
    // what this host chose comes before the log
    ...(parts.observers ?? []),
    logObserver(log),
    stalls.observer,
  ];
  for (const observer of observers) stack.add(() => observer.close?.());
  stack.add((graceMs) => requests.giveTime(graceMs));
  const core = await createCore({
    ...options,
    ...made,
    homes: createKeptFolders(options.dataDir, 'homes'),
    desks: createKeptFolders(options.dataDir, 'answers'),
    looksLater: options.drives === 'when asked',
    pullRequestPart: (state, stage) => renderPullRequest({ run: showRun({ state, redactor }), stage, redactor }),
    onEvents: tellAll(observers, log),
    ...publicUrlOf(options),
  });
  stack.add((graceMs) => core.stop(graceMs));
  made.halting.stops(core);
  const openPart = async (part: HostPart): Promise<void> => {
    const close = await part.open(core);
    if (close !== undefined) stack.add(close);
  };
  if (parts.control !== undefined) {
    const control = await startControl({ ...made, coordinator: parts.control });
    stack.add(() => control.close());
  }
  for (const part of parts.before ?? []) await openPart(part);
  let driving: Promise<void> | undefined;
  async function drive(): Promise<void> {
    stack.add((graceMs) => core.stop(graceMs));
    await core.start();
    made.views.lineChanged();
    for (const part of parts.after ?? []) await openPart(part);
  }
  const { store, git, views, providers, sandboxes } = made;
  const host: Host = {
    store,
    git,
    views,
    providers,
    sandboxes,
    lost: store.lost ?? new AbortController().signal,
    drive: () => (driving ??= drive()),
    close: (ms) => stack.close(ms),
  };
  if (options.drives !== 'when asked') await host.drive();
  return host;
}

/** Store, git, and what shows the runs. */
async function make(options: HostOptions, stack: ClosingStack): Promise<Omit<MadeHost, 'stalls'>> {
  const { dataDir, serverFile, clock, log, redactor, at, wrap } = options;
  // told before anything is made
  await requireGit();
  const opened = await openStore({
    kind: 'embedded',
    directory: dataDir,
    clock,
    log,
    redact: redactor.json,
    owner: { what: options.what },
    ...defined({ troubles: options.troubles }),
  });
  const store = wrap?.store?.(opened) ?? opened;
  stack.add(() => store.close());
  const left: Promise<unknown>[] = [];
  stack.add(() => Promise.allSettled(left));
  const { filters, partial } = serverFile.git;
  const plain = createGitStore({
    dir: join(dataDir, 'git'),
    redactor,
    clock,
    log,
    filters,
    ...defined({ environment: options.network }),
    // a working copy is at hand as it is
    partial: at.kind === 'github' && partial,
  });
  const git = wrap?.git?.(plain) ?? plain;
  const outlives = (work: Promise<unknown>): void => void left.push(work);
  const sandboxes = hostSandboxes({
    machine: options.machine,
    hidden: [dataDir, ...options.hidden],
    dataDir,
    log,
    rule: serverFile.sandbox,
    ...wallsIn(serverFile),
  });
  // looked for beside what follows; who needs it is told what is wrong
  outlives(sandboxes.look().catch(() => undefined));
  const providers = providersAtWork(options, store, sandboxes);
  const shared = {
    store,
    git,
    commons: options.commons ?? commonsOfProcess({ clock }),
    sandboxes,
    providers,
    outlives,
    ...(at.kind === 'github' ? offersTo(at.publicUrl, { ...options, tickets: store.tickets }) : {}),
  };
  const workplaces = afterRestore(workplacesAt(at, git), { store, log });
  const switched = (views: RunViews): Omit<MadeHost, 'stalls'> => {
    const changed = (): Promise<void> => views.haltChanged();
    return { ...shared, workplaces, views, halting: createHaltSwitch({ halts: store.halts, clock, log, changed }) };
  };
  if (at.kind === 'working-copy') return switched(noViews);
  const mostUsdOfTask = serverFile.limits.costUsdPerTask;
  const views = createRunViews({ ...at, ...defined({ mostUsdOfTask }), store, clock, log, redactor });
  return switched(views);
}

function providersAtWork(
  { providers, clock, at }: HostOptions,
  { journal }: Store,
  sandboxes: HostSandboxes,
): HostProviders {
  return providers.within({
    clock,
    sandbox: async (wanted) => (await sandboxes.look()).of(wanted),
    ...(at.kind === 'github' ? { workflows: createWorkflows({ app: at.app, journal }) } : {}),
  });
}

function workplacesAt(at: HostOptions['at'], git: GitStore): Workplaces {
  if (at.kind === 'github') return appWorkplaces({ app: at.app, git });
  return localWorkplaces({ git, path: at.path, author: at.author, defaultBranch: at.branch });
}

/** What GitHub keeps waiting at the end is cut after the grace period: the next start shows it. */
function outgoing({ at, clock }: HostOptions): { giveTime(graceMs: number): void; cut(): void } {
  const ending = at.kind === 'github' ? at.ending : undefined;
  let patience: (() => void) | undefined;
  return {
    giveTime(graceMs) {
      if (ending !== undefined) patience = clock.after(graceMs, () => ending.abort());
    },
    cut() {
      patience?.();
      ending?.abort();
    },
  };
}

function publicUrlOf({ at }: HostOptions): Pick<AtGitHub, 'publicUrl'> {
  return at.kind === 'github' && at.publicUrl !== undefined ? { publicUrl: at.publicUrl } : {};
}

function viewsObserver(views: RunViews): Observer {
  return { name: 'views', changed: (state, events) => views.changed(state, events), close: () => views.stop() };
}
