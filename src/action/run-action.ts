// One job: the event → what is to be run → the run to its end, or to where it waits for people. Never reads the workspace.
import { join } from 'node:path';
import { commandLabelId, createCoordinator, fileSource } from '../coordinator/index.ts';
import type { CoordinatorPorts } from '../coordinator/index.ts';
import { costLimitOf, foldRun, isRunOver } from '../engine/index.ts';
import type { RunSpec, RunState } from '../engine/index.ts';
import { createTokenApp } from '../github/index.ts';
import type { RepositoryApi, RepositoryInfo, TokenApp } from '../github/index.ts';
import { coordinatorPorts } from '../host/index.ts';
import { TroupeError, defined } from '../support/index.ts';
import type { Clock, Logger, Redactor, RunId } from '../support/index.ts';
import { renderSummary } from '../view/index.ts';
import { decideComment } from './decide-comment.ts';
import { decideResume } from './decide-resume.ts';
import { decideStart } from './decide-start.ts';
import { readConfiguration } from './configuration.ts';
import type { ActionConfiguration } from './configuration.ts';
import type { ActionConsole } from './console.ts';
import type { ActionContext } from './context.ts';
import type { Variables } from './environment.ts';
import { readEvent } from './event.ts';
import type { ActionEvent } from './event.ts';
import type { ActionInputs } from './inputs.ts';
import { runMessages } from './messages.ts';
import { resultOf } from './outputs.ts';
import type { ActionResult } from './outputs.ts';
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
  /** The issue of `issue-number`. */
  readonly issue: ReturnType<RepositoryApi['issue']> | undefined;
}

/** What a decider says: runs that this job drives, or how the job ends without one. */
export type JobDecision = { readonly runs: readonly RunId[] } | { readonly result: ActionResult };

/** How long a job waits for a timer of its run where `timeout-minutes` is not given. */
const usualMinutes = 60;
const stopMs = 2_000;

/** Runs the job. Throws what keeps it from starting: `action/…`, `github/auth`, `config/…`. */
export async function runAction(options: ActionOptions): Promise<ActionResult> {
  const { inputs, console, redactor } = options;
  const open = await openJob(options);
  const { wiring, event } = open;
  try {
    if (event.fork) console.annotate('notice', runMessages.readOnly);
    const decision = await decide(open);
    if ('result' in decision) {
      if (decision.result.message !== '') console.info(decision.result.message);
      return decision.result;
    }
    for (const run of decision.runs) {
      const claimed = await wiring.states?.claim(run);
      if (claimed === 'refused') await requireNoBranch(open, run);
      if (claimed !== 'lost') continue;
      console.annotate('notice', runMessages.lost(run));
      return { conclusion: 'skipped', message: runMessages.lost(run) };
    }
    for (const run of decision.runs) await lowerCost(open, run);
    const minutes = inputs.timeoutMinutes ?? usualMinutes;
    const states = await drive(open, decision.runs, options.clock.now() + minutes * 60_000);
    for (const state of states) await options.console.summary(summaryOf(state, redactor));
    const results = states.map((state) => resultOf(state, redactor));
    const [worst] = results.toSorted((a, b) => badness(b) - badness(a));
    if (worst === undefined) throw new TypeError('a decision names at least one run');
    if (worst.conclusion === 'waiting' && worst.state !== undefined) console.info(runMessages.waiting(worst.state.id));
    return worst;
  } finally {
    await wiring.close(stopMs);
  }
}

/** Reads everything a job needs and wires it. */
export async function openJob(options: ActionOptions): Promise<Job> {
  const { inputs, context, console, clock, log, redactor, variables } = options;
  const app = createTokenApp({
    token: inputs.token,
    baseUrl: context.apiUrl,
    owner: context.owner,
    clock,
    log,
    redactor,
    ...defined({ writeIntervalMs: options.writeIntervalMs }),
  });
  const api = app.repository(0, context.owner, context.repo);
  const asked = app.kind();
  // what is wrong with the token is told by the next request, too
  asked.catch(() => undefined);
  // most of the start is waiting for GitHub: what is needed later in any case is asked for now
  const { issueNumber } = inputs;
  const issue = issueNumber === undefined ? undefined : api.issue(issueNumber);
  issue?.catch(() => undefined);
  const repository = await api.info();
  const event = readEvent(context, repository);
  const ref = event.atSha ? context.sha : ((await api.branchSha(repository.defaultBranch)) ?? repository.defaultBranch);
  const files = fileSource(api, ref);
  const configuration = await readConfiguration(inputs, {
    files,
    variables,
    dir: join(options.dataDir, 'config'),
  });
  for (const secret of configuration.secrets) {
    console.mask(secret);
    redactor.add(secret);
  }
  const kind = await asked;
  if (inputs.checks && kind === 'job') console.annotate('notice', runMessages.noCheckRuns);
  const wiring = await wire({
    ...options,
    app,
    api,
    repository,
    configuration,
    checks: kind === 'app' || inputs.checks,
    readOnly: event.fork || inputs.dryRun,
  });
  const { journal } = wiring.store;
  const { serverFile, providers } = configuration;
  const usual = coordinatorPorts({ journal, app, serverFile, providers, clock, log });
  const coordinator: CoordinatorPorts = {
    ...usual,
    journal: { ...journal, start: (spec) => journal.start(limited(spec, inputs)) },
    // a job runs its own repository's code anyway; what comes from a fork stays untrusted all the same
    operator: { ...usual.operator, trusted: [`${context.owner}/${context.repo}`] },
    host: 'action',
    files,
    api: (_installation, owner, name) => app.repository(0, owner, name),
  };
  return { ...options, app, api, repository, event, configuration, wiring, coordinator, issue };
}

async function decide(job: Job): Promise<JobDecision> {
  const resumed = await decideResume(job);
  if (resumed !== undefined) return resumed;
  if (job.event.isComment && job.inputs.issueNumber === undefined && job.inputs.task === undefined)
    return decideComment(job, createCoordinator);
  const named = job.inputs.workflow ?? (job.event.label === undefined ? undefined : commandLabelId(job.event.label));
  return decideStart(job, named);
}

/** A job that may not push can read and judge; a run that writes would only fail at its first step. */
async function requireNoBranch({ wiring }: Job, run: RunId): Promise<void> {
  const spec = await wiring.store.journal.spec(run);
  if (spec === undefined || spec.workflow.branch === false) return;
  throw new TroupeError('action/may-not-push', runMessages.mayNotPush(spec.workflow.id), {
    class: 'config',
    hint: runMessages.mayNotPushHint,
  });
}

/** The run under the limits of the step: they only ever make the budget smaller. */
function limited(spec: RunSpec, { timeoutMinutes, maxCostUsd }: ActionInputs): RunSpec {
  const { budget } = spec.settings;
  const least = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined ? b : b === undefined ? a : Math.min(a, b);
  const minutes = least(budget.minutes, timeoutMinutes);
  const costUsd = least(budget.costUsd, maxCostUsd);
  return {
    ...spec,
    settings: {
      ...spec.settings,
      budget: {
        ...budget,
        ...defined({ minutes, costUsd }),
      },
    },
  };
}

/** A run that an earlier job started knows nothing of this step's limit. */
async function lowerCost({ wiring, inputs, context }: Job, run: RunId): Promise<void> {
  const { maxCostUsd: usd } = inputs;
  if (usd === undefined) return;
  const { journal } = wiring.store;
  const state = foldRun(await journal.read(run));
  if (isRunOver(state.status) || usd >= (costLimitOf(state) ?? Number.POSITIVE_INFINITY)) return;
  const by = { login: context.actor, from: 'github' as const, reason: 'max-cost-usd' };
  await journal.post(run, { type: 'control.requested', data: { verb: 'budget', value: { usd }, by } });
}

/** Drives the runs until each has ended or waits for somebody. */
async function drive(job: Job, runs: readonly RunId[], deadline: number): Promise<RunState[]> {
  const { wiring, console, context } = job;
  const { journal } = wiring.store;
  const stop = job.onEnd(() => {
    console.info(runMessages.cancelling);
    for (const run of runs) {
      const by = { login: context.actor, from: 'github' as const, reason: runMessages.cancelReason };
      void journal.post(run, { type: 'run.cancel_requested', data: { by } });
    }
  });
  try {
    await wiring.drive();
    const states: RunState[] = [];
    for (const run of runs) {
      await follow(job, run, deadline);
      if (wiring.lost.aborted)
        throw new TroupeError('action/lost', runMessages.lost(run), { hint: runMessages.lostHint });
      await wiring.settle(run);
      states.push(foldRun(await journal.read(run)));
    }
    return states;
  } finally {
    stop();
  }
}

async function follow({ wiring, console }: Job, run: RunId, deadline: number): Promise<void> {
  const { journal } = wiring.store;
  const before = await journal.read(run);
  const state = foldRun(before);
  const done = [...state.steps.values()].filter(({ status }) => status === 'succeeded').length;
  console.info(before.length > 2 ? runMessages.resumed(run, done) : runMessages.started(run, state.spec.workflow.name));
  if (isRunOver(state.status)) return;
  for await (const event of journal.events(run, before.at(-1)?.seq ?? 0, wiring.lost)) {
    if (event.type === 'run.finished') return;
    if (event.type === 'run.parked' && (event.data.until === null || event.data.until > deadline)) return;
  }
}

function summaryOf(state: RunState, redactor: Redactor): string {
  const waiting = isRunOver(state.status) ? [] : [runMessages.waiting(state.id)];
  return redactor.text(renderSummary({ state, redactor, notes: waiting }));
}

/** With several runs in one job, the outputs tell of the one that needs somebody most. */
function badness({ conclusion }: ActionResult): number {
  return ['skipped', 'succeeded', 'degraded', 'waiting', 'cancelled', 'timed_out', 'failed'].indexOf(conclusion);
}
