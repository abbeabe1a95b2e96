// One decider per verb: what becomes of a person's wish about a run, wherever it came from. Decides only.
import { foldRun } from '../../engine/index.ts';
import { decideFollowUp, decideRerun, decideRetry, decideSkip } from './again.ts';
import { decideBudget } from './budget.ts';
import { decideCancel, decidePause, decideResume, decideStop } from './flow.ts';
import { controlReasons, driverLines } from './messages.ts';
import { decideAnswer, decideApproval } from './people.ts';
import type { ControlFacts, ControlledRun, ControlVerb, ControlVerdict, ControlWish } from './types.ts';
import { refuse, sameBefore } from './verdicts.ts';

type Decide = (wish: ControlWish, run: ControlledRun, facts: ControlFacts) => ControlVerdict;

const deciders: Readonly<Record<ControlVerb, Decide>> = {
  pause: decidePause,
  resume: decideResume,
  cancel: decideCancel,
  stop: decideStop,
  retry: decideRetry,
  rerun: decideRerun,
  skip: decideSkip,
  approve: decideApproval,
  reject: decideApproval,
  answer: decideAnswer,
  budget: decideBudget,
  followup: decideFollowUp,
  review: decideFollowUp,
  ci: decideFollowUp,
};

/** What becomes of the wish. The same wish told twice is followed once. */
export function decideControl(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const before = sameBefore(wish, run.events);
  if (before === undefined && facts.driver?.gone === false)
    return refuse(driverLines.atWork(run.spec.id, facts.driver));
  if (before === undefined) return deciders[wish.verb](wish, run, facts);
  // decided once more on what the run was like then: the same words come of it
  const events = run.events.filter((event) => event.seq < before.seq);
  const head = before.type === 'approval.decided' ? before.data.sha : undefined;
  const then = head === undefined ? facts : { ...facts, head };
  return {
    kind: 'nothing',
    line: deciders[wish.verb](wish, { ...run, events, state: foldRun(events) }, then).line,
    reason: controlReasons.already(wish.verb, run.spec.id),
  };
}
