// What every host has: personas, sandbox, steps and the loop that drives runs. Knows neither the bot nor the command line.
import { driveRun, foldRun, isRunOver } from '../engine/index.ts';
import type { OwnPart } from '../github/index.ts';
import type { RunEvent, RunState, Serving } from '../engine/index.ts';
import type { Reply, Sandboxes } from '../personas/index.ts';
import {
  createExecutor,
  createProviderGate,
  createStepKinds,
  releaseEndedRuns,
  startTicketRounds,
} from '../steps/index.ts';
import type {
  ProviderGate,
  Received,
  RequestOffers,
  RunnableKind,
  SourceOffers,
  StepServices,
  TicketPorts,
  TicketRounds,
} from '../steps/index.ts';
import type { Store } from '../store/index.ts';
import { messageOf, defined } from '../support/index.ts';
import type { Clock, Logger, Redactor, RunId, Troubles } from '../support/index.ts';
import { mayHaveDoneMore } from './after-restore.ts';
import type { KeptFolders } from './kept-folders.ts';
import type { HostProviders } from './providers.ts';
import type { HostSandboxes } from './sandboxes.ts';
import { patientClaim, patientStore } from './patient-store.ts';
import type { RunStore } from './patient-store.ts';
import type { ServerFile } from './server-file.ts';
import { sharedLimits } from './shared-limits.ts';
import { createStepServices } from './step-services.ts';
import type { Workplaces } from './workplaces.ts';

/** The signal that a step may ask its provider. */
const providerFree = 'provider.free';

/** What the core is made of. */
export interface CoreOptions {
  readonly store: Store;
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  readonly workplaces: Workplaces;
  readonly sandboxes: HostSandboxes;
  /** What the operator requires of this machine is asked for when runs are driven: whoever decides about a run has looked before. */
  readonly looksLater?: boolean;
  /** Absent: no session outlives the process. */
  readonly homes?: KeptFolders;
  readonly desks?: KeptFolders;
  /** Absent: nobody elsewhere gets code. */
  readonly sources?: { readonly folders: KeptFolders; readonly offers: SourceOffers };
  /** Absent: nobody fetches a request. */
  readonly requests?: { readonly folders: KeptFolders; readonly offers: RequestOffers };
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly collectErrors?: boolean;
  /** The kinds of step that runs may have; absent: those that come with Troupe. */
  readonly kinds?: readonly RunnableKind[];
  /** Where others reach this server; absent: nobody can call back. */
  readonly publicUrl?: string;
  /** Told of what the machine refuses. */
  readonly troubles?: Troubles;
  /** Only these runs are driven, looked at anew each time; absent: all. */
  readonly only?: ReadonlySet<RunId>;
  pullRequestPart(state: RunState, stage: 'draft' | 'final'): OwnPart;
  /** After each append, with the new state. Never throws. */
  onEvents(state: RunState, events: readonly RunEvent[]): void;
}

/** The running core. */
export interface Core {
  readonly sandboxes: HostSandboxes;
  /** Takes runs and drives them until `stop`; looks after what they wait for. While everything is paused it takes none. */
  start(): Promise<void>;
  /** Ends what is at work, at once, and gives claims back; nothing is taken until `goOn`. What was recorded is never done again. */
  halt(): Promise<void>;
  goOn(): Promise<void>;
  /** Keeps a genuine reply to a request and wakes its run. */
  receive(requestId: string, reply: Reply): Promise<Received>;
  /** No new runs; running steps get `graceMs`, then their claims are given back. */
  stop(graceMs: number): Promise<void>;
}

/** Makes the core. Throws `config/sandbox` when the operator requires a sandbox that this machine does not do. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { store, serverFile, clock, log, sandboxes } = options;
  // where it is required its absence is told before anything listens; elsewhere nothing waits for the look before the first step
  if (options.looksLater !== true && isRequired(serverFile)) await sandboxes.look();
  const kinds = options.kinds ?? createStepKinds();
  const ports = ticketPorts(options);
  let rounds: TicketRounds | undefined;
  let machine: Sandboxes | undefined;
  const taking = createTaking();
  const ending = new AbortController();
  const patience = { clock, signal: ending.signal };
  const written = patientStore(store, patience);
  const gate = gateOf(options, written);
  const cleaning = new Set<Promise<void>>();
  function changed(state: RunState, events: readonly RunEvent[]): void {
    options.onEvents(state, events);
    if (!isRunOver(state.status)) return;
    const work = cleanUp(options, state).finally(() => cleaning.delete(work));
    cleaning.add(work);
  }
  return {
    sandboxes,
    async start() {
      machine = await sandboxes.look();
      const executor = createExecutor(kinds, servicesOf(options, { sandboxes: machine, gate, written }));
      const left = await machine.reap();
      if (left > 0) log.warn({ processes: left }, 'ended persona processes that an earlier process left behind');
      await releaseEndedRuns(ports);
      for (const kept of keptOf(options)) await kept.sweep(store.journal);
      rounds ??= startTicketRounds(ports);
      const deps = { ...drivingOf(options), executor, onEvents: changed };
      const serve = (): Promise<Serving> =>
        store.journal.serve((claim) => driveRun(patientClaim(claim, patience), deps), {
          concurrency: serverFile.limits.concurrentRuns,
          perRepository: serverFile.limits.concurrentPerRepository,
          ...defined({ only: options.only }),
        });
      await taking.begin(serve, (await store.halts.now()) !== undefined);
      await gate.start();
    },
    async halt() {
      await taking.halt(0);
      // what is left of a persona that did not end by itself
      await machine?.reap();
    },
    goOn: () => taking.goOn(),
    async receive(requestId, reply) {
      rounds ??= startTicketRounds(ports);
      return rounds.receive(requestId, reply);
    },
    async stop(graceMs) {
      await taking.end(graceMs);
      gate.stop();
      await rounds?.stop();
      ending.abort();
      await Promise.all(cleaning);
      await machine?.reap();
    },
  };
}

/** Whether runs are taken. */
function createTaking() {
  let serve: (() => Promise<Serving>) | undefined;
  let serving: Serving | undefined;
  async function halt(graceMs: number): Promise<void> {
    const driving = serving;
    serving = undefined;
    await driving?.stop(graceMs);
  }
  return {
    halt,
    async begin(how: () => Promise<Serving>, isHalted: boolean): Promise<void> {
      serve = how;
      if (!isHalted) serving = await how();
    },
    async goOn(): Promise<void> {
      serving ??= await serve?.();
    },
    async end(graceMs: number): Promise<void> {
      serve = undefined;
      await halt(graceMs);
    },
  };
}

/** How runs are driven here. */
function drivingOf({ clock, log, collectErrors, store }: CoreOptions) {
  return {
    clock,
    random: Math.random,
    log,
    ...defined({ collectErrors }),
    mayHaveDoneMore: (state: RunState) => mayHaveDoneMore(store.restored, state),
  };
}

/** The operator wants walls that a machine may not have. */
function isRequired({ sandbox, gateway }: ServerFile): boolean {
  return sandbox === 'required' || gateway.for !== undefined;
}

/** Who waits for a provider is woken like somebody who waits for an answer. */
function gateOf({ store, clock, log }: CoreOptions, { providers }: RunStore): ProviderGate {
  return createProviderGate({
    states: providers,
    clock,
    log,
    async wake({ run, step, attempt }) {
      if ((await store.journal.summary(run)) === undefined) return false;
      const data = { name: providerFree, data: null, by: { login: 'troupe', from: 'troupe' } } as const;
      return (await store.journal.post(run, { type: 'signal.received', step, attempt, data })).accepted;
    },
  });
}

function servicesOf(
  options: CoreOptions,
  made: { readonly sandboxes: Sandboxes; readonly gate: ProviderGate; readonly written: RunStore },
): StepServices {
  const { sandboxes, gate, written } = made;
  const { store, serverFile, clock, log, redactor, providers, workplaces, pullRequestPart } = options;
  return createStepServices({
    clock,
    log,
    redactor,
    blobs: written.blobs,
    tickets: written.tickets,
    journal: store.journal,
    gate,
    ...defined({ troubles: options.troubles }),
    homes: options.homes,
    desks: options.desks,
    sources: options.sources?.offers,
    requests: options.requests?.offers,
    ...defined({ publicUrl: options.publicUrl }),
    sandboxes,
    sandbox: serverFile.sandbox,
    ...defined({ gatewayFor: serverFile.gateway.for }),
    providers,
    workplaces,
    sharedLimits: (state) => sharedLimits(state, { journal: store.journal, limits: serverFile.limits, clock }),
    pullRequestPart,
  });
}

function ticketPorts({ store, providers, clock, log, redactor, onEvents }: CoreOptions): TicketPorts {
  const { tickets, blobs, journal } = store;
  return {
    tickets,
    blobs,
    journal: {
      summary: journal.summary,
      async post(run, event) {
        const posted = await journal.post(run, event);
        // nobody drives a run that has ended, and what it cost is still shown
        if (posted.accepted && event.type === 'usage.recorded') await tellOfEnded(journal, run, onEvents);
        return posted;
      },
    },
    // one that this version cannot use has asked nobody
    provider: (name) => (providers.isUsable(name) ? providers.get(name) : undefined),
    providerNames: [...providers.names],
    clock,
    log,
    redactor,
  };
}

async function tellOfEnded(journal: Store['journal'], run: RunId, onEvents: CoreOptions['onEvents']): Promise<void> {
  const events = await journal.read(run);
  const state = foldRun(events);
  if (isRunOver(state.status)) onEvents(state, events.slice(-1));
}

function keptOf({ homes, desks, sources, requests }: CoreOptions): readonly KeptFolders[] {
  return [homes, desks, sources?.folders, requests?.folders].filter((kept) => kept !== undefined);
}

/** A finished run needs its worktrees no more. What fails here is left to the next start's sweep. */
async function cleanUp(options: CoreOptions, state: RunState): Promise<void> {
  for (const { part } of options.troubles?.all() ?? [])
    if (part.startsWith(`run ${state.id},`)) options.troubles?.worked(part);
  try {
    for (const kept of keptOf(options)) await kept.removeRun(state.id);
    // who never worked in the repository left nothing in it: it is not fetched for that
    if (![...state.steps.values()].some(({ attempts }) => attempts > 0)) return;
    const { repository } = await options.workplaces({ run: state.id, spec: state.spec });
    await repository.release(state.id);
  } catch (error) {
    options.log.warn(
      { run: state.id, error: messageOf(error) },
      'the worktrees of a finished run could not be removed',
    );
  }
}
