// Retry, rerun, skip, follow-up and review rework: what is done again, in the run or in one that is linked to it. Decides only.
import { isRunOver, isStepOver, refuseControl } from '../../engine/index.ts';
import { fateOf } from './fate.ts';
import { findStep, hasFailed, isWhole, stepsOf } from './find-step.ts';
import type { FoundStep } from './find-step.ts';
import { requested } from './flow.ts';
import { linkedRun } from './linked-run.ts';
import type { Onward } from './linked-run.ts';
import { controlLines, controlReasons, controlRefusals } from './messages.ts';
import type { ControlFacts, ControlledRun, ControlVerdict, ControlWish } from './types.ts';
import { takeOver } from './people.ts';
import { already, post, refuse } from './verdicts.ts';
import type { Followed } from './verdicts.ts';

/** What failed, or the named step, once more. */
export function decideRetry(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const { state } = run;
  const named = wish.step === undefined ? undefined : findStep(state, wish.step);
  if (named !== undefined && 'problem' in named) return refuse(named.problem);
  if (named !== undefined && !hasFailed(named))
    return refuse(controlRefusals.notFailed(named.state.path, named.state.status));
  const failed = named === undefined ? failedLeaves(run) : [named];
  // a run may end badly without a step that failed: cancelled, out of budget or time
  const endedBadly = ['failed', 'cancelled', 'timed_out', 'degraded'].includes(state.status);
  if (failed.length === 0 && !endedBadly) return refuse(controlRefusals.nothingFailed(fateOf(run, facts)));
  if (isRunOver(state.status))
    return linked(wish, run, {
      facts,
      kind: 'retry',
      from: (named ?? failed[0] ?? firstUndone(run))?.state.path,
    });
  const paths = failed.map(({ state: { path } }) => path);
  // the engine retries what broke; a verdict that is no pass, and what was cancelled, is done anew
  const events = failed.map(({ state: { path, status } }) =>
    requested(wish, status === 'failed' || status === 'timed_out' ? 'retry' : 'rerun', { step: path }),
  );
  return asked(wish, run, { line: controlLines.retry(state.id, paths.join(', ')), events });
}

/** A step and all that depends on it once more; everything where `all` is said. */
export function decideRerun(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const { state } = run;
  const steps = ownSteps(run);
  if (wish.step === undefined)
    return refuse(
      controlRefusals.stepNeeded(
        'rerun from',
        steps.map((one) => one.state.path),
      ),
    );
  if (wish.step.toLowerCase() === 'all') return decideAll(wish, run, facts);
  const found = findStep(state, wish.step);
  if ('problem' in found) return refuse(found.problem);
  const { path, status } = found.state;
  if (isRunOver(state.status)) return linked(wish, run, { facts, kind: 'rerun', from: path });
  if (!isStepOver(status)) return refuse(controlRefusals.notRun(path));
  return asked(wish, run, {
    line: controlLines.rerun(state.id, path),
    events: [...takeOver(run, wish.sha), requested(wish, 'rerun', { step: path })],
  });
}

/** Those that stand in the workflow's file. */
function ownSteps({ state }: ControlledRun): readonly FoundStep[] {
  return stepsOf(state).filter(({ step }) => !step.implicit);
}

/** Every step once more: nothing is taken over. */
function decideAll(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const { state } = run;
  const steps = ownSteps(run);
  if (isRunOver(state.status)) return linked(wish, run, { facts, kind: 'rerun', from: 'all' });
  const ids = new Set(steps.map(({ step }) => step.id));
  // the first ones bring all the others with them
  const first = steps.filter(({ step }) => !step.dependencies.some((one) => ids.has(one)));
  const over = first.filter((one) => isStepOver(one.state.status));
  if (over.length === 0) return refuse(controlRefusals.notRun(first.map((one) => one.state.path).join(', ')));
  return asked(wish, run, {
    line: controlLines.rerun(state.id, over.map((one) => one.state.path).join(', ')),
    events: [...takeOver(run, wish.sha), ...over.map((one) => requested(wish, 'rerun', { step: one.state.path }))],
  });
}

/** Asks the engine, unless it says that it would change nothing. */
function asked(wish: ControlWish, run: ControlledRun, followed: Followed): ControlVerdict {
  const refusals = followed.events.map((event) =>
    event.type === 'control.requested' ? refuseControl(run.state, event.data) : undefined,
  );
  const refusal = refusals.find((one) => one !== undefined);
  return refusal === undefined ? post(wish, run, followed) : refuse(`${refusal}.`);
}

/** A step that need not be done is left out. */
export function decideSkip(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const { state } = run;
  if (isRunOver(state.status)) return refuse(fateOf(run, facts));
  const known = stepsOf(state).flatMap((one) => (one.step.implicit ? [] : [one.state.path]));
  if (wish.step === undefined) return refuse(controlRefusals.stepNeeded('skip', known));
  const found = findStep(state, wish.step);
  if ('problem' in found) return refuse(found.problem);
  const { path, status } = found.state;
  if (!found.step.advisory && found.step.onFailure !== 'continue') return refuse(controlRefusals.notOptional(path));
  if (status === 'skipped') return already(wish, run, controlLines.skip(state.id, path));
  if (isStepOver(status) && !hasFailed(found)) return refuse(controlRefusals.alreadyOver(path, status));
  return asked(wish, run, {
    line: controlLines.skip(state.id, path),
    events: [requested(wish, 'skip', { step: path })],
  });
}

/** More work on the same branch: what a person writes, or a review that asks for changes. */
export function decideFollowUp(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  if (wish.ci !== undefined) return linked(wish, run, { facts, kind: 'ci' });
  if (wish.review === undefined && (wish.text ?? '').trim() === '')
    return refuse(controlRefusals.textNeeded('followup'));
  return linked(wish, run, { facts, kind: wish.review === undefined ? 'followup' : 'review' });
}

function linked(
  wish: ControlWish,
  run: ControlledRun,
  { facts, ...how }: Onward & { readonly facts: ControlFacts },
): ControlVerdict {
  if (facts.pull === 'merged') return refuse(controlRefusals.merged());
  // a follow-up waits for its turn; to do the same thing twice at once is a mistake
  const waits = how.kind !== 'retry' && how.kind !== 'rerun';
  if (facts.pull === 'closed' && waits) return refuse(controlRefusals.closed());
  if (facts.busy !== undefined && !waits) return refuse(controlRefusals.busy(facts.busy));
  const spec = linkedRun(wish, run, how);
  return {
    kind: 'start',
    spec,
    line: controlLines.linked({
      workflow: spec.workflow.id,
      run: spec.id,
      before: run.spec.id,
      from: how.from === 'all' ? undefined : how.from,
    }),
    reason: controlReasons.done(wish.verb, run.spec.id),
  };
}

/** Where a run that ended before its end goes on. */
function firstUndone({ state }: ControlledRun): FoundStep | undefined {
  return stepsOf(state).find((one) => !one.step.implicit && one.state.status !== 'succeeded' && isWhole(one));
}

/** Failed steps without those that only hold them. */
function failedLeaves({ state }: ControlledRun): readonly FoundStep[] {
  return stepsOf(state).filter((one) => hasFailed(one) && isWhole(one));
}
