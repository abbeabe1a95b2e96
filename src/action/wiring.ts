// The house of one job: runs are driven when the job says so, their states kept on hidden refs. Decides nothing about what is run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldRun } from '../engine/index.ts';
import type { RunEvent } from '../engine/index.ts';
import type { AppIdentity, RepositoryApi, RepositoryInfo, TokenApp } from '../github/index.ts';
import { createHost } from '../host/index.ts';
import type { Host, MadeHost } from '../host/index.ts';
import { machineEnvironment } from '../personas/index.ts';
import { sleep } from '../support/index.ts';
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
  /** Checks per step are shown; otherwise one commit status. */
  readonly checks: boolean;
  /** Nothing is written to GitHub. */
  readonly readOnly: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
}

/** A wired job. */
export interface Wiring extends Pick<Host, 'store' | 'drive' | 'close'> {
  readonly states: RunStates | undefined;
  /** Aborted when another job took a run over. */
  readonly lost: AbortSignal;
  /** Resolves when GitHub shows the run as it is and its state is kept. */
  settle(run: RunId): Promise<void>;
}

/** How long the end of a job waits for GitHub to show it. */
const settleMs = 45_000;

/** Opens the house of the job. Nothing is driven before `drive`. */
export async function wire(options: WiringOptions): Promise<Wiring> {
  const { context, app, api, clock, log, redactor, configuration, readOnly } = options;
  const lost = new AbortController();
  const identity = await app.identity();
  const statuses =
    readOnly || options.checks
      ? undefined
      : createCommitStatuses({ api, jobUrl: jobUrl(context, context.job.runId), log });
  const progress = createProgress(options.console, redactor);
  let states: RunStates | undefined;
  const { store, views, drive, close } = await createHost({
    ...configuration,
    what: 'troupe action',
    dataDir: options.dataDir,
    machine: machineEnvironment(options.variables),
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
      if (!readOnly) states = statesOf(options, made, identity, () => lost.abort());
      const told = [{ name: 'progress', changed: progress }, statuses, states];
      return { observers: told.filter((one) => one !== undefined) };
    },
  });
  return {
    store,
    drive,
    close,
    states,
    lost: lost.signal,
    async settle(run) {
      if (lost.signal.aborted) return;
      const events = await store.journal.read(run);
      statuses?.know(headsIn(events));
      statuses?.changed(foldRun(events));
      const shown = Promise.all([readOnly ? undefined : views.flush(run), statuses?.flush()]);
      const late = sleep(clock, settleMs).then(() => runMessages.notShown);
      const problem = await Promise.race([shown.then(() => undefined), late]);
      if (problem !== undefined) options.console.annotate('warning', problem);
      await states?.flush();
    },
  };
}

/** The states of runs, kept on hidden refs of the repository. */
function statesOf(
  { context, app, repository, clock, log, redactor }: WiringOptions,
  { git, store }: MadeHost,
  identity: AppIdentity,
  onLost: () => void,
): RunStates {
  return createRunStates({
    repository: () =>
      git.open({
        key: String(repository.id),
        cloneUrl: repository.cloneUrl,
        token: () => app.gitToken(0, repository.id),
      }),
    store,
    job: context.job,
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
function hiddenPaths({ temp, workspace, eventPath }: ActionContext): readonly string[] {
  const paths = [workspace, eventPath, temp === '' ? undefined : join(temp, '_runner_file_commands')];
  return paths.filter((path): path is string => path !== undefined && path !== '' && existsSync(path));
}
