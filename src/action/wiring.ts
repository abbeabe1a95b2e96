// Engine, store, steps and view wired for one job. Decides nothing about what is run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldRun } from '../engine/index.ts';
import type { RunEvent, RunState } from '../engine/index.ts';
import { createGitStore } from '../git/index.ts';
import type { RepositoryApi, RepositoryInfo, TokenApp } from '../github/index.ts';
import { appWorkplaces, createCore, createRunViews } from '../host/index.ts';
import type { Core, RunViews } from '../host/index.ts';
import { machineEnvironment } from '../personas/index.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/index.ts';
import { sleep } from '../support/index.ts';
import type { Clock, Logger, Redactor, RunId } from '../support/index.ts';
import { renderPullRequest } from '../view/index.ts';
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
export interface Wiring {
  readonly store: Store;
  readonly core: Core;
  readonly states: RunStates | undefined;
  /** Aborted when another job took a run over. */
  readonly lost: AbortSignal;
  /** Resolves when GitHub shows the run as it is and its state is kept. */
  settle(run: RunId): Promise<void>;
  close(graceMs: number): Promise<void>;
}

/** How long the end of a job waits for GitHub to show it. */
const settleMs = 45_000;

/** Opens the store and wires the rest. Nothing is driven before `core.start`. */
export async function wire(options: WiringOptions): Promise<Wiring> {
  const { context, app, api, clock, log, redactor, dataDir, configuration, readOnly } = options;
  const store = await openStore({
    kind: 'embedded',
    directory: dataDir,
    clock,
    log,
    redact: redactor.json,
    owner: { what: 'troupe action' },
  });
  const git = createGitStore({
    dir: join(dataDir, 'git'),
    redactor,
    clock,
    log,
    filters: configuration.serverFile.git.filters,
    partial: configuration.serverFile.git.partial,
  });
  const lost = new AbortController();
  const identity = await app.identity();
  const states = readOnly
    ? undefined
    : createRunStates({
        repository: () =>
          git.open({
            key: String(options.repository.id),
            cloneUrl: options.repository.cloneUrl,
            token: () => app.gitToken(0, options.repository.id),
          }),
        store,
        job: context.job,
        author: { name: identity.botLogin, email: `${identity.botId}+${identity.botLogin}@users.noreply.github.com` },
        clock,
        log,
        redactor,
        onLost: () => lost.abort(),
      });
  const views: RunViews = createRunViews({
    store,
    app,
    clock,
    log,
    redactor,
    shows: (surface) => !readOnly && (surface.kind !== 'check' || options.checks),
  });
  const statuses =
    readOnly || options.checks
      ? undefined
      : createCommitStatuses({ api, jobUrl: jobUrl(context, context.job.runId), log });
  const progress = createProgress(options.console, redactor);
  const core = await createCore({
    store,
    dataDir,
    serverFile: configuration.serverFile,
    providers: configuration.providers,
    workplaces: appWorkplaces({ app, git }),
    machine: machineEnvironment(options.variables),
    hidden: hiddenPaths(context),
    clock,
    log,
    redactor,
    pullRequestText: (state, stage) => renderPullRequest({ state, stage, redactor }),
    onEvents(state: RunState, events: readonly RunEvent[]) {
      progress(state, events);
      views.changed(state, events);
      statuses?.changed(state);
      states?.changed(state, events);
    },
  });
  return {
    store,
    core,
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
    async close(graceMs) {
      await core.stop(graceMs);
      await views.stop();
      await states?.flush();
      await store.close();
    },
  };
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
