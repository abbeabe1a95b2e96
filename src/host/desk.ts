// Runs at a desk: a local working copy, its own data directory, no GitHub. Wires the core for the command line.
import { controlRun, loadCatalogue, mergeSettings, personasOf, startScope } from '../coordinator/index.ts';
import type { Catalogue, EffectiveSettings, GivenWorkflow, OperatorSettings } from '../coordinator/index.ts';
import type { RunEvent, RunState, Task, Workflow } from '../engine/index.ts';
import { withEvaluatedNames } from '../definition/index.ts';
import { createGitStore } from '../git/index.ts';
import type { Author } from '../git/index.ts';
import { loadPersonas } from '../personas/index.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, JsonObject, Logger, Redactor, RunId } from '../support/index.ts';
import { renderPullRequest } from '../view/index.ts';
import { startControl } from './control-socket.ts';
import { createCore } from './core.ts';
import type { Core } from './core.ts';
import { join } from 'node:path';
import { localFiles } from './local-files.ts';
import { builtInPersonasDir, builtInWorkflows } from './package-files.ts';
import type { HostProviders } from './providers.ts';
import type { ServerFile } from './server-file.ts';
import { localWorkplaces } from './workplaces.ts';

/** What stands for `owner/name` where no GitHub knows the repository. */
const workingCopy = 'local/working-copy';

/** What a desk is made of. Paths are absolute. */
export interface DeskOptions {
  readonly path: string;
  readonly dataDir: string;
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  readonly machine: Readonly<Record<string, string>>;
  readonly hidden: readonly string[];
  readonly author: Author;
  readonly branch: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly collectErrors?: boolean;
  /** The run that is gone on with. Only this one and those that `start` makes are driven: other unfinished ones lie still. */
  readonly resume?: RunId;
  onEvents?(state: RunState, events: readonly RunEvent[]): void;
}

/** A run to start at the desk. */
export interface DeskRun {
  readonly id: RunId;
  readonly workflowId: string;
  /** Instead of the one in the catalogue: changed for this run. */
  readonly workflow?: Workflow;
  readonly task: Task;
  readonly inputs: JsonObject;
  readonly requester: string;
}

/** An open desk. Close it: it owns its data directory. */
export interface Desk {
  readonly store: Store;
  readonly core: Core;
  start(run: DeskRun, catalogue: DeskCatalogue): Promise<RunId>;
  close(graceMs: number): Promise<void>;
}

/** The working copy's workflows with the settings that hold for it. */
export interface DeskCatalogue extends Catalogue {
  readonly effective: EffectiveSettings;
}

/** Reads and checks the workflows of a working copy, built-in ones and those that are handed in included. */
export async function deskCatalogue(
  options: Pick<DeskOptions, 'path' | 'serverFile' | 'providers'>,
  given: readonly GivenWorkflow[] = [],
): Promise<DeskCatalogue> {
  const catalogue = await loadCatalogue(localFiles(options.path), {
    personas: { load: (files) => loadPersonas(files, builtInPersonasDir()) },
    providers: options.providers.names,
    builtIn: builtInWorkflows(),
    given,
    // at a desk the working copy's settings are all there are
    ownersSettings: () => Promise.resolve(undefined),
  });
  return {
    ...catalogue,
    effective: mergeSettings(
      // a working copy is its user's own: what it declares runs as it would in the user's shell
      { ...operatorSettings(options.serverFile), trusted: [workingCopy] },
      catalogue.settings,
      workingCopy,
    ),
  };
}

/** The operator's settings as the coordinator takes them. */
export function operatorSettings(file: ServerFile): OperatorSettings {
  return {
    defaultProvider: file.defaultProvider,
    limits: file.limits,
    permissions: file.permissions,
    ...(file.allow === undefined ? {} : { allow: file.allow }),
    trusted: file.trusted,
    allowAutoMerge: file.allowAutoMerge,
  };
}

/** Opens the desk; drives the run that is resumed and those that are started. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { clock, log, redactor } = options;
  const store = await openStore({
    kind: 'embedded',
    directory: options.dataDir,
    clock,
    log,
    redact: redactor.json,
    owner: { what: 'troupe run' },
  });
  const mine = new Set<RunId>(options.resume === undefined ? [] : [options.resume]);
  const git = createGitStore({
    dir: join(options.dataDir, 'git'),
    redactor,
    clock,
    log,
    filters: options.serverFile.git.filters,
  });
  const core = await createCore({
    store,
    dataDir: options.dataDir,
    serverFile: options.serverFile,
    providers: options.providers,
    workplaces: localWorkplaces({ git, path: options.path, author: options.author, defaultBranch: options.branch }),
    machine: options.machine,
    hidden: options.hidden,
    clock,
    log,
    redactor,
    only: mine,
    pullRequestText: (state, stage) => renderPullRequest({ state, stage }),
    ...(options.collectErrors === undefined ? {} : { collectErrors: options.collectErrors }),
    ...(options.onEvents === undefined ? {} : { onEvents: options.onEvents }),
  });
  const control = await startControl(store, {
    control: (request) =>
      controlRun(request, { journal: store.journal, clock, mostUsd: options.serverFile.limits.costUsdPerRun }),
  });
  await core.start();
  return {
    store,
    core,
    async start(run, catalogue) {
      const candidate = catalogue.candidates.find(({ id }) => id === run.workflowId);
      if (candidate?.workflow === undefined)
        throw new Error(`The workflow ${run.workflowId} was not checked before the start`);
      const { id } = run;
      mine.add(id);
      const event = { name: 'cli', action: 'run', sender: run.requester };
      const { settings } = catalogue.effective;
      const { task, inputs } = run;
      const given = run.workflow ?? candidate.workflow;
      const workflow = withEvaluatedNames(given, startScope(given, { task, inputs, event, settings }));
      await store.journal.start({
        id,
        workflow,
        workflowSource: { path: candidate.path, blobSha: candidate.blobSha },
        task,
        inputs,
        event,
        repository: {
          id: 0,
          owner: 'local',
          name: options.path,
          defaultBranch: options.branch,
          cloneUrl: options.path,
        },
        requester: { login: run.requester, outsider: false },
        host: 'cli',
        rehearsal: options.providers.rehearsal,
        settings: {
          ...settings,
          defaultProvider: options.providers.standIn ?? settings.defaultProvider,
        },
        personas: catalogue.copyOf(personasOf(workflow)),
        lockKey: `local:${id}`,
      });
      return id;
    },
    async close(graceMs) {
      await control.close();
      await core.stop(graceMs);
      await store.close();
    },
  };
}
