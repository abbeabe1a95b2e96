// Everything a job works with, opened: GitHub is asked side by side, what a start reads and the clone included. Decides nothing about what is run.
import { join } from 'node:path';
import { commandLabelId, fileSource, readAhead } from '../coordinator/index.ts';
import type { CoordinatorPorts, FileSource } from '../coordinator/index.ts';
import type { RunSpec } from '../engine/index.ts';
import { createTokenApp } from '../github/index.ts';
import type { RepositoryApi, RepositoryInfo, TokenApp } from '../github/index.ts';
import { builtInPersonasDir, coordinatorPorts, commonsOfProcess } from '../host/index.ts';
import type { Commons } from '../host/index.ts';
import { loadPersonas } from '../personas/index.ts';
import { defined } from '../support/index.ts';
import type { Clock, Logger, Redactor } from '../support/index.ts';
import { readConfiguration } from './configuration.ts';
import type { ActionConfiguration } from './configuration.ts';
import type { ActionConsole } from './console.ts';
import type { ActionContext } from './context.ts';
import type { Variables } from './environment.ts';
import { isAtSha, readEvent } from './event.ts';
import type { ActionEvent } from './event.ts';
import type { ActionInputs } from './inputs.ts';
import { runMessages } from './messages.ts';
import { createServerClock } from './server-clock.ts';
import type { ServerClock } from './server-clock.ts';
import { wire } from './wiring.ts';
import type { Wiring } from './wiring.ts';

/** What a job is made of. */
export interface ActionOptions {
  readonly inputs: ActionInputs;
  readonly context: ActionContext;
  readonly variables: Variables;
  readonly console: ActionConsole;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly writeIntervalMs?: number;
  /** Told when the job begins to drive a run. */
  onBegin?(): void;
  /** How long the word of this job holds that it drives a run. */
  readonly leaseMs: number;
  /** Names this step of this job; its post step has the same. */
  readonly holder: string;
  /** Calls back when the runner ends the job. */
  onEnd(listener: () => void): () => void;
}

/** What deciders of a job work with. */
export interface Job extends ActionOptions {
  readonly app: TokenApp;
  readonly api: RepositoryApi;
  readonly repository: RepositoryInfo;
  readonly event: ActionEvent;
  readonly configuration: ActionConfiguration;
  readonly wiring: Wiring;
  readonly coordinator: CoordinatorPorts;
  /** The time as GitHub has it. */
  readonly serverClock: Pick<Clock, 'now'>;
  /** The issue of `issue-number`. */
  readonly issue: ReturnType<RepositoryApi['issue']> | undefined;
}

/** What a job is opened for. `starts`: what a start reads is asked for beside the rest. */
export interface JobPurpose {
  readonly starts: boolean;
}

/** Reads everything a job needs and wires it. */
export async function openJob(options: ActionOptions, { starts }: JobPurpose): Promise<Job> {
  const { inputs, context, console, clock, log, redactor, variables } = options;
  const lost = new AbortController();
  const serverClock = createServerClock(clock);
  const asking = askGitHub(options, { starts, serverClock, lost: lost.signal });
  const { commons, app, api, issue } = asking;
  // read while GitHub is waited for; what is wrong with them is told where they are needed
  if (starts) loadPersonas(undefined, builtInPersonasDir()).catch(() => undefined);
  const repository = await api.info();
  const event = readEvent(context, repository);
  const files = await asking.files(repository, event);
  const configuration = await readConfiguration(inputs, {
    files,
    variables,
    dir: join(options.dataDir, 'config'),
  });
  for (const secret of configuration.secrets) {
    console.mask(secret);
    redactor.add(secret);
  }
  const kind = await asking.kind;
  if (inputs.checks && kind === 'job') console.annotate('notice', runMessages.noCheckRuns);
  const wiring = await wire({
    ...options,
    commons,
    app,
    api,
    repository,
    configuration,
    checks: kind === 'app' || inputs.checks,
    readOnly: event.fork || inputs.dryRun,
    clonesAhead: starts && isNamed(inputs, event),
    serverClock,
    lost,
  });
  const { journal } = wiring.store;
  const { serverFile } = configuration;
  const { providers, sandboxes } = wiring;
  const readOnly = event.fork || inputs.dryRun;
  const usual = coordinatorPorts({ journal, app, serverFile, providers, sandboxes, commons, readOnly, clock, log });
  const coordinator: CoordinatorPorts = {
    ...usual,
    journal: { ...journal, start: (spec) => journal.start(limited(spec, inputs)) },
    // a job runs its own repository's code anyway; what comes from a fork stays untrusted all the same
    operator: { ...usual.operator, trusted: [`${context.owner}/${context.repo}`] },
    host: 'action',
    files,
    api: (_installation, owner, name) => app.repository(0, owner, name),
  };
  return { ...options, app, api, repository, event, configuration, wiring, coordinator, serverClock, issue };
}

/** What was asked before anything is known of the repository. */
interface Asking extends Pick<Job, 'app' | 'api' | 'issue'> {
  readonly commons: Commons;
  readonly kind: ReturnType<TokenApp['kind']>;
  /** The repository's files at the commit that the event names. */
  files(repository: RepositoryInfo, event: ActionEvent): Promise<FileSource>;
}

/** Most of the start is waiting for GitHub: what is needed later in any case is asked for at once. */
function askGitHub(
  options: ActionOptions,
  { starts, serverClock, lost }: JobPurpose & { readonly serverClock: ServerClock; readonly lost: AbortSignal },
): Asking {
  const { inputs, context, clock, log, redactor } = options;
  const commons = commonsOfProcess({ clock, ...defined({ intervalMs: options.writeIntervalMs }) });
  const app = createTokenApp({
    // whoever has lost its run changes nothing any more
    signal: lost,
    requestLog: ({ answeredAt }) => answeredAt === undefined || serverClock.learn(answeredAt),
    token: inputs.token,
    baseUrl: context.apiUrl,
    owner: context.owner,
    clock,
    log,
    redactor,
    pacerOf: commons.pacerOf,
  });
  const api = app.repository(0, context.owner, context.repo);
  const kind = app.kind();
  // what is wrong with the token is told by the next request, too
  kind.catch(() => undefined);
  const { issueNumber } = inputs;
  const issue = issueNumber === undefined ? undefined : api.issue(issueNumber);
  issue?.catch(() => undefined);
  const filesAt = (ref: string, ahead: boolean): FileSource => {
    const found = fileSource(api, ref);
    if (ahead) void readAhead(found);
    return found;
  };
  const atJob = isAtSha(context) ? filesAt(context.sha, starts) : undefined;
  return {
    commons,
    app,
    api,
    kind,
    issue,
    async files({ defaultBranch }, { isComment }) {
      // a comment mostly starts nothing
      return atJob ?? filesAt((await api.branchSha(defaultBranch)) ?? defaultBranch, starts && !isComment);
    },
  };
}

/** Somebody said what is to run, and is seldom refused. */
function isNamed({ workflow, resumeRun }: ActionInputs, { label }: ActionEvent): boolean {
  return workflow !== undefined || resumeRun !== undefined || commandLabelId(label ?? '') !== undefined;
}

/** The run under the limits of this step: they only ever make the budget smaller. Those of the step before held for its own run. */
function limited(spec: RunSpec, { timeoutMinutes, maxCostUsd }: ActionInputs): RunSpec {
  const { jobMinutes: _before, ...budget } = spec.settings.budget;
  const costUsd = maxCostUsd === undefined ? budget.costUsd : Math.min(budget.costUsd ?? maxCostUsd, maxCostUsd);
  return {
    ...spec,
    settings: {
      ...spec.settings,
      budget: {
        ...budget,
        ...defined({ costUsd, jobMinutes: timeoutMinutes }),
      },
    },
  };
}
