// Runs at a desk: a local working copy, its own data directory, no GitHub. Chooses the parts of the house for the command line.
import { controlRun, effectiveCatalogue, startedWorkflow } from '../coordinator/index.ts';
import type { EffectiveCatalogue, GivenWorkflow } from '../coordinator/index.ts';
import type { Task, Workflow } from '../engine/index.ts';
import type { Author } from '../git/index.ts';
import type { Store } from '../store/index.ts';
import type { JsonObject, RunId } from '../support/index.ts';
import { operatorSettings, personaSource } from './coordinator-ports.ts';
import { createHost } from './create-host.ts';
import type { HostOptions } from './create-host.ts';
import { localFiles } from './local-files.ts';
import type { Observer } from './observers.ts';
import { builtInWorkflows } from './package-files.ts';

/** What stands for `owner/name` where no GitHub knows the repository. */
const workingCopy = 'local/working-copy';

/** What a desk is made of. Paths are absolute. */
export interface DeskOptions extends Omit<HostOptions, 'what' | 'at' | 'only' | 'parts'> {
  readonly path: string;
  readonly author: Author;
  readonly branch: string;
  /** The run that is gone on with. Only this one and those that `start` makes are driven: other unfinished ones lie still. */
  readonly resume?: RunId;
  readonly observers: readonly Observer[];
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
  /** Aborted, with the error as its reason, once the run cannot go on here. */
  readonly lost: AbortSignal;
  start(run: DeskRun, catalogue: DeskCatalogue): Promise<RunId>;
  close(graceMs: number): Promise<void>;
}

/** The working copy's workflows with the settings that hold for it. */
export type DeskCatalogue = EffectiveCatalogue;

/** Reads and checks the workflows of a working copy, built-in ones and those that are handed in included. */
export async function deskCatalogue(
  options: Pick<DeskOptions, 'path' | 'serverFile' | 'providers'>,
  given: readonly GivenWorkflow[] = [],
): Promise<DeskCatalogue> {
  const sources = {
    personas: personaSource,
    providers: options.providers.names,
    builtIn: builtInWorkflows(),
    given,
    // at a desk the working copy's settings are all there are
    ownersSettings: () => Promise.resolve(undefined),
  };
  return effectiveCatalogue(localFiles(options.path), sources, {
    // a working copy is its user's own: what it declares runs as it would in the user's shell
    operator: { ...operatorSettings(options.serverFile), trusted: [workingCopy] },
    repository: workingCopy,
  });
}

/** Opens the desk; drives the run that is resumed and those that are started. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { path, author, branch, clock, observers } = options;
  const mine = new Set<RunId>(options.resume === undefined ? [] : [options.resume]);
  const host = await createHost({
    ...options,
    what: 'troupe run',
    at: { kind: 'working-copy', path, author, branch },
    only: mine,
    parts: ({ store: { journal } }) => ({
      observers,
      control: {
        control: (request) => controlRun(request, { journal, clock, mostUsd: options.serverFile.limits.costUsdPerRun }),
      },
    }),
  });
  return {
    store: host.store,
    lost: host.lost,
    close: (graceMs) => host.close(graceMs),
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
      const workflow = startedWorkflow(given, { task, inputs, event, settings });
      await host.store.journal.start({
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
        personas: catalogue.personasFor(workflow),
        lockKey: `local:${id}`,
      });
      return id;
    },
  };
}
