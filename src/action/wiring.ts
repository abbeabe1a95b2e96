// The house of one job: runs are driven when the job says so, their states kept on hidden refs. Decides nothing about what is run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldRun } from '../engine/index.ts';
import type { RunEvent } from '../engine/index.ts';
import type { GitRepository } from '../git/index.ts';
import type { AppIdentity, RepositoryApi, RepositoryInfo, TokenApp } from '../github/index.ts';
import { createHost } from '../host/index.ts';
import type { Host, MadeHost, Commons } from '../host/index.ts';
import { machineEnvironment } from '../personas/index.ts';
import { networkVariables, sleep } from '../support/index.ts';
import type { Clock, Logger, Redactor, RunId } from '../support/index.ts';
import { createCommitStatuses } from './commit-status.ts';
import type { ActionConfiguration } from './configuration.ts';
import type { ActionConsole } from './console.ts';
import { jobUrl } from './context.ts';
import type { ActionContext } from './context.ts';
import type { Variables } from './environment.ts';
import { runMessages } from './messages.ts';
import { createProgress } from './progress.ts';
import { createRunStates } from './run-states.ts';
import type { RunStates } from './run-states.ts';
import { createTranscripts } from './transcripts.ts';
import type { Transcripts } from './transcripts.ts';

/** What a job is wired of. */
export interface WiringOptions {
  readonly context: ActionContext;
  readonly variables: Variables;
  readonly console: ActionConsole;
  readonly app: TokenApp;
  readonly api: RepositoryApi;
  readonly repository: RepositoryInfo;
  readonly configuration: ActionConfiguration;
  readonly dataDir: string;
  readonly commons: Commons;
  /** Checks per step are shown; otherwise one commit status. */
  readonly checks: boolean;
  /** Nothing is written to GitHub. */
  readonly readOnly: boolean;
  /** There is in all likelihood something to run: the repository is cloned at once. */
  readonly clonesAhead: boolean;
  readonly clock: Clock;
  readonly serverClock: Clock;
  readonly leaseMs: number;
  readonly holder: string;
  /** Aborted here when another job took a run over. */
  readonly lost: AbortController;
  readonly log: Logger;
  readonly redactor: Redactor;
}

/** A wired job. */
export interface Wiring extends Pick<Host, 'store' | 'providers' | 'sandboxes' | 'drive' | 'close'> {
  readonly states: RunStates | undefined;
  /** Aborted when another job took a run over. */
  readonly lost: AbortSignal;
  /** Resolves when GitHub shows the run as it is, its state is kept and its transcripts are written. */
  settle(run: RunId): Promise<void>;
}

/** How long the end of a job waits for GitHub to show it. */
const settleMs = 45_000;

/** Opens the house of the job. Nothing is driven before `drive`. */
export async function wire(options: WiringOptions): Promise<Wiring> {
  const { context, app, api, clock, log, redactor, configuration, readOnly, lost } = options;
  const identity = await app.identity();
  const statuses =
    readOnly || options.checks
      ? undefined
      : createCommitStatuses({ api, jobUrl: jobUrl(context, context.job.runId), log });
  const progress = createProgress(options.console);
  let states: RunStates | undefined;
  let transcripts: Transcripts | undefined;
  const { store, views, ...house } = await createHost({
    ...configuration,
    what: 'troupe action',
    dataDir: options.dataDir,
    machine: machineEnvironment(options.variables),
    network: networkVariables(options.variables),
    commons: options.commons,
    hidden: hiddenPaths(context),
    clock,
    log,
    redactor,
    at: {
      kind: 'github',
      app,
      shows: (surface) => !readOnly && (surface.kind !== 'check' || options.checks),
    },
    drives: 'when asked',
    parts(made) {
      if (!readOnly) {
        const repository = (): Promise<GitRepository> => openRepository(options, made);
        states = statesOf(options, { store: made.store, repository, identity, onLost: () => lost.abort() });
        // beside what decides on the run; whoever needs the clone is told what is wrong with it
        if (options.clonesAhead) repository().catch(() => undefined);
      }
      transcripts = transcriptsOf(options, made);
      const told = [{ name: 'progress', changed: progress }, transcripts, statuses, states];
      return { observers: told.filter((one) => one !== undefined) };
    },
  });
  return {
    ...house,
    store,
    states,
    lost: lost.signal,
    async settle(run) {
      const events = await store.journal.read(run);
      const state = foldRun(events);
      await transcripts?.write(state);
      if (lost.signal.aborted) return;
      statuses?.know(headsIn(events));
      statuses?.changed(state);
      const shown = Promise.all([readOnly ? undefined : views.flush(run), statuses?.flush()]);
      const problem = await problemOf(shown, clock);
      if (problem !== undefined) options.console.annotate('warning', problem);
      await states?.flush();
    },
  };
}

/** What is said where GitHub does not show everything in time. */
function problemOf(shown: Promise<unknown>, clock: Clock): Promise<string | undefined> {
  return Promise.race([shown.then(() => undefined), sleep(clock, settleMs).then(() => runMessages.notShown)]);
}

function transcriptsOf({ console, dataDir, log }: WiringOptions, { store }: MadeHost): Transcripts {
  const { blobs } = store;
  return createTranscripts({ blobs, dataDir, log, onFirst: (folder) => console.output('transcripts', folder) });
}

function openRepository(
  { app, repository: { id, cloneUrl } }: WiringOptions,
  { git }: MadeHost,
): Promise<GitRepository> {
  return git.open({ key: String(id), cloneUrl, token: () => app.gitToken(0, id) });
}

/** The states of runs, kept on hidden refs of the repository. */
function statesOf(
  { context, serverClock: clock, leaseMs, holder, log, redactor }: WiringOptions,
  at: {
    readonly store: MadeHost['store'];
    readonly repository: () => Promise<GitRepository>;
    readonly identity: AppIdentity;
    onLost(run: RunId): void;
  },
): RunStates {
  const { store, repository, identity, onLost } = at;
  return createRunStates({
    repository,
    store,
    job: context.job,
    holder,
    leaseMs,
    author: { name: identity.botLogin, email: `${identity.botId}+${identity.botLogin}@users.noreply.github.com` },
    clock,
    log,
    redactor,
    onLost,
  });
}

function headsIn(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    const facts =
      event.type === 'facts.changed'
        ? event.data
        : event.type === 'step.succeeded'
          ? event.data.result.facts
          : undefined;
    return facts?.headSha === undefined ? [] : [facts.headSha];
  });
}

/** The checkout holds the job's token, the file commands set outputs of the job: no persona may see them. */
export function hiddenPaths({ temp, workspace, eventPath }: ActionContext): readonly string[] {
  const paths = [workspace, eventPath, temp === '' ? undefined : join(temp, '_runner_file_commands')];
  return paths.filter((path): path is string => path !== undefined && path !== '' && existsSync(path));
}
