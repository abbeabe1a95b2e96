// One job: the event → what is to be run → the run to its end, or to where it waits for people. Never reads the workspace.
import { commandLabelId, createCoordinator } from '../coordinator/index.ts';
import { costLimitOf, foldRun, isRunOver } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import { defined, TroupeError } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { renderSummary, showRun } from '../view/index.ts';
import { decideComment } from './decide-comment.ts';
import { decideResume } from './decide-resume.ts';
import { decideStart } from './decide-start.ts';
import { runMessages } from './messages.ts';
import { renderNothing } from './nothing-started.ts';
import { openJob } from './open-job.ts';
import type { ActionOptions, Job } from './open-job.ts';
import { resultOf } from './outputs.ts';
import type { ActionResult } from './outputs.ts';
import { notesOnTranscripts } from './transcripts.ts';

/** What a decider says: runs that this job drives, or how the job ends without one. */
export type JobDecision = { readonly runs: readonly RunId[] } | { readonly result: ActionResult };

/** How long a job waits for a timer of its run where `timeout-minutes` is not given. */
const usualMinutes = 60;
/** A run that has a limit ends at it: the job stays for that. */
const endingMs = 60_000;
const stopMs = 2_000;

/** Runs the job. Throws what keeps it from starting: `action/…`, `github/auth`, `config/…`. */
export async function runAction(options: ActionOptions): Promise<ActionResult> {
  const { inputs, console, redactor } = options;
  const open = await openJob(options, { starts: true });
  const { wiring, event } = open;
  try {
    if (event.fork) console.annotate('notice', runMessages.readOnly);
    const decision = await decide(open);
    if ('result' in decision) {
      if (decision.result.message !== '') console.info(decision.result.message);
      return await endWithout(open, decision.result);
    }
    for (const run of decision.runs) {
      const claimed = await wiring.states?.claim(run);
      if (claimed === 'refused') await requireNoBranch(open, run);
      if (claimed !== 'lost') continue;
      console.annotate('notice', runMessages.lost(run));
      return await endWithout(open, { conclusion: 'skipped', message: runMessages.lost(run) });
    }
    options.onBegin?.();
    for (const run of decision.runs) await lowerCost(open, run);
    const minutes = inputs.timeoutMinutes ?? usualMinutes;
    const states = await drive(open, decision.runs, options.clock.now() + minutes * 60_000 + endingMs);
    for (const state of states) await options.console.summary(summaryOf(state, options));
    const results = states.map((state) => resultOf(state, redactor));
    const [worst] = results.toSorted((a, b) => badness(b) - badness(a));
    if (worst === undefined) throw new TypeError('a decision names at least one run');
    if (worst.conclusion === 'waiting' && worst.state !== undefined) {
      const { gates, words, reach } = showRun({ state: worst.state, redactor });
      for (const next of words.next) console.info(plain(next));
      if (reach !== 'nowhere') console.info(runMessages.waiting(worst.state.id, gates.length > 0));
    }
    return worst;
  } finally {
    await wiring.close(stopMs);
  }
}

/** The summary of a job that starts nothing. */
async function endWithout({ console, variables }: Job, result: ActionResult): Promise<ActionResult> {
  const { message, looked } = result;
  const usual = (): string => renderNothing({ how: 'skipped', message, ...defined({ looked }) }, variables);
  await console.summary(result.summary ?? usual());
  return result;
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

function summaryOf(state: RunState, { redactor, dataDir }: ActionOptions): string {
  const run = showRun({ state, redactor });
  const waiting = run.isOver || run.reach === 'nowhere' ? [] : [runMessages.waiting(state.id, run.gates.length > 0)];
  const notes = [...waiting, ...notesOnTranscripts(dataDir, state.id)];
  return renderSummary({ run, redactor, notes });
}

/** A log shows marks of Markdown as they are. */
function plain(text: string): string {
  return text.replaceAll('**', '');
}

/** With several runs in one job, the outputs tell of the one that needs somebody most. */
function badness({ conclusion }: ActionResult): number {
  return ['skipped', 'succeeded', 'degraded', 'waiting', 'cancelled', 'timed_out', 'failed'].indexOf(conclusion);
}
