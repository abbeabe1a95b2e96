// What every host has: personas, sandbox, steps and the loop that drives runs. Knows neither the bot nor the command line.
import { driveRun, isRunOver } from '../engine/index.ts';
import type { RunEvent, RunState, Serving } from '../engine/index.ts';
import { createSandboxes } from '../personas/index.ts';
import type { Reply, Sandboxes } from '../personas/index.ts';
import { createExecutor, createStepKinds, releaseEndedRuns, startTicketRounds } from '../steps/index.ts';
import type { Received, RunnableKind, TicketPorts, TicketRounds } from '../steps/index.ts';
import type { Store } from '../store/index.ts';
import { messageOf, TroupeError, defined } from '../support/index.ts';
import type { Clock, Logger, Redactor, RunId } from '../support/index.ts';
import { coreMessages } from './messages.ts';
import type { HostProviders } from './providers.ts';
import type { ServerFile } from './server-file.ts';
import { createStepServices } from './step-services.ts';
import type { Workplaces } from './workplaces.ts';

/** What the core is made of. */
export interface CoreOptions {
  readonly store: Store;
  /** Where worktrees lie; never visible to a persona under tier 1. */
  readonly dataDir: string;
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  readonly workplaces: Workplaces;
  /** PATH, certificates and language for persona processes. */
  readonly machine: Readonly<Record<string, string>>;
  /** Never visible to a persona under tier 1, besides the data directory. */
  readonly hidden: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly collectErrors?: boolean;
  /** The kinds of step that runs may have; absent: those that come with Troupe. */
  readonly kinds?: readonly RunnableKind[];
  /** Where others reach this server; absent: nobody can call back. */
  readonly publicUrl?: string;
  /** Only these runs are driven, looked at anew each time; absent: all. */
  readonly only?: ReadonlySet<RunId>;
  pullRequestText(state: RunState, stage: 'draft' | 'final'): { readonly title: string; readonly body: string };
  /** After each append, with the new state. Never throws. */
  onEvents(state: RunState, events: readonly RunEvent[]): void;
}

/** The running core. */
export interface Core {
  readonly sandboxes: Sandboxes;
  /** Takes runs and drives them until `stop`; looks after what they wait for. */
  start(): Promise<void>;
  /** Keeps a genuine reply to a request and wakes its run. */
  receive(requestId: string, reply: Reply): Promise<Received>;
  /** No new runs; running steps get `graceMs`, then their claims are given back. */
  stop(graceMs: number): Promise<void>;
}

/** Makes the core. Throws `config/sandbox` when the operator requires a sandbox that this machine does not do. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { store, serverFile, clock, log, redactor } = options;
  const sandboxes = await createSandboxes({
    machine: options.machine,
    hidden: [options.dataDir, ...options.hidden],
    dataDir: options.dataDir,
    log,
  });
  if (serverFile.sandbox === 'required' && !sandboxes.bubblewrap.works) {
    throw new TroupeError('config/sandbox', coreMessages.sandboxRequired(sandboxes.bubblewrap.reason), {
      class: 'config',
      hint: coreMessages.sandboxHint,
    });
  }
  const executor = createExecutor(
    options.kinds ?? createStepKinds(),
    createStepServices({
      clock,
      log,
      redactor,
      blobs: store.blobs,
      tickets: store.tickets,
      ...defined({ publicUrl: options.publicUrl }),
      sandboxes,
      sandbox: serverFile.sandbox,
      providers: options.providers,
      workplaces: options.workplaces,
      pullRequestText: options.pullRequestText,
    }),
  );
  const ports = ticketPorts(options);
  let rounds: TicketRounds | undefined;
  let serving: Serving | undefined;
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
      const left = sandboxes.reap();
      if (left > 0) log.warn({ processes: left }, 'ended persona processes that an earlier process left behind');
      await releaseEndedRuns(ports);
      rounds ??= startTicketRounds(ports);
      serving = await store.journal.serve(
        (claim) =>
          driveRun(claim, {
            executor,
            clock,
            random: Math.random,
            log,
            ...defined({ collectErrors: options.collectErrors }),
            onEvents: changed,
          }),
        {
          concurrency: serverFile.limits.concurrentRuns,
          perRepository: serverFile.limits.concurrentPerRepository,
          ...defined({ only: options.only }),
        },
      );
    },
    async receive(requestId, reply) {
      rounds ??= startTicketRounds(ports);
      return rounds.receive(requestId, reply);
    },
    async stop(graceMs) {
      const driving = serving;
      serving = undefined;
      await driving?.stop(graceMs);
      await rounds?.stop();
      await Promise.all(cleaning);
      sandboxes.reap();
    },
  };
}

function ticketPorts({ store, providers, clock, log, redactor }: CoreOptions): TicketPorts {
  const { tickets, blobs, journal } = store;
  return {
    tickets,
    blobs,
    journal,
    // one that this version cannot use has asked nobody
    provider: (name) => (providers.isUsable(name) ? providers.get(name) : undefined),
    providerNames: [...providers.names],
    clock,
    log,
    redactor,
  };
}

/** A finished run needs its worktrees no more. What fails here is left to the next start's sweep. */
async function cleanUp(options: CoreOptions, state: RunState): Promise<void> {
  try {
    const { repository } = await options.workplaces({ run: state.id, spec: state.spec });
    await repository.release(state.id);
  } catch (error) {
    options.log.warn(
      { run: state.id, error: messageOf(error) },
      'the worktrees of a finished run could not be removed',
    );
  }
}
