// What became of a run that a wish comes too late for, and what can be done about it now. Reads data only.
import { isRunOver, summaryOf } from '../../engine/index.ts';
import type { Limit, RunEvent, RunState } from '../../engine/index.ts';
import { defined } from '../../support/index.ts';
import { findStep } from './find-step.ts';
import { controlRefusals, fateLines } from './messages.ts';
import type { ControlFacts, ControlledRun, ControlWish } from './types.ts';

/** Limits that more money lifts. */
export const inMoney: ReadonlySet<Limit['which']> = new Set(['cost_usd', 'cost_usd_per_task']);

type Decided = Extract<RunEvent, { type: 'approval.decided' | 'question.answered' }>;

/** How the run ended, when and where, and what goes on from it; or where it stands. */
export function fateOf({ state }: ControlledRun, { page, pull }: Pick<ControlFacts, 'page' | 'pull'>): string {
  const { id, status, reason, spec } = state;
  const told = { run: id, workflow: spec.workflow.name, ...defined({ page }) };
  if (!isRunOver(status)) return fateLines.stands({ ...told, status, steps: summaryOf(state).currentSteps ?? [] });
  // that all went well is said already
  const why = status === 'succeeded' ? undefined : reason;
  return fateLines.ended({
    ...told,
    status,
    next: nextOf(state, pull),
    ...defined({ at: state.finishedAt, reason: why }),
  });
}

/** What a run that waits for nobody was told before by a person, and where it stands now. */
export function tooLate(
  wish: ControlWish,
  run: ControlledRun,
  told: { readonly what: 'approval' | 'answer'; readonly facts: ControlFacts },
): string {
  const { what, facts } = told;
  const before = decidedBefore(wish, run, what);
  if (before !== undefined) return `${lineOf(before)} ${fateOf(run, facts)}`;
  const isOver = isRunOver(run.state.status);
  const line =
    wish.step === undefined || isOver
      ? controlRefusals.nothingWaits(what)
      : controlRefusals.stepDoesNotWait(pathOf(wish.step, run), what);
  return `${line} ${fateOf(run, facts)}`;
}

/** What was decided last: about the step that is meant, where one is. */
function decidedBefore({ step }: ControlWish, run: ControlledRun, what: 'approval' | 'answer'): Decided | undefined {
  const found = step === undefined ? undefined : findStep(run.state, step);
  if (found !== undefined && 'problem' in found) return undefined;
  const type = what === 'approval' ? 'approval.decided' : 'question.answered';
  return run.events.findLast(
    (event): event is Decided => event.type === type && (found === undefined || event.step === found.state.path),
  );
}

function pathOf(step: string, run: ControlledRun): string {
  const found = findStep(run.state, step);
  return 'problem' in found ? step : found.state.path;
}

function lineOf(event: Decided): string {
  const step = event.step ?? '';
  const { by } = event.data;
  return event.type === 'approval.decided'
    ? controlRefusals.decided(step, event.data.approved, { by: by.login, at: event.at })
    : controlRefusals.answered(step, { by: by.login, at: event.at });
}

function nextOf({ status, facts, budgetExceeded, spec }: RunState, now: ControlFacts['pull']): string {
  const pull = now ?? facts.pullRequest?.state;
  if (pull === 'merged') return controlRefusals.merged();
  if (status !== 'succeeded') {
    const isMoney = budgetExceeded !== undefined && inMoney.has(budgetExceeded.which);
    return isMoney && budgetExceeded.from !== 'operator' ? fateLines.budget() : fateLines.retry();
  }
  const goesOn = facts.branch !== undefined && spec.workflow.branch !== false && pull !== 'closed';
  return goesOn ? fateLines.followup() : fateLines.rerun(spec.workflow.id);
}
