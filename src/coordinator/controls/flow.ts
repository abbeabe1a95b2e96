// Pause, resume, cancel and stop: what a run does as a whole. Decides only.
import type { ExternalEvent } from '../../engine/index.ts';
import { isRunOver } from '../../engine/index.ts';
import { fateOf } from './fate.ts';
import { controlLines, controlRefusals, driverLines } from './messages.ts';
import type { ControlFacts, ControlledRun, ControlVerdict, ControlWish } from './types.ts';
import { already, post, refuse } from './verdicts.ts';

/** Ends no step: the next one waits. */
export function decidePause(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const { id, paused } = run.state;
  const over = refuseOver(run, facts);
  if (over !== undefined) return over;
  if (paused !== undefined) return already(wish, run, controlLines.paused(id, paused.login));
  return post(wish, run, { line: controlLines.pause(id), events: [{ type: 'run.paused', data: { by: wish.by } }] });
}

/** Lets a paused run go on, and one that nobody drives any more. */
export function decideResume(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const { id, paused } = run.state;
  const { driver } = facts;
  const over = refuseOver(run, facts);
  if (over !== undefined) return over;
  if (paused === undefined && driver === undefined) return refuse(controlRefusals.notPaused(id));
  const line = driver === undefined ? controlLines.resume(id) : driverLines.takenOver(id, driver);
  return post(wish, run, { line, events: [{ type: 'run.resumed', data: { by: wish.by } }] });
}

/** Ends the run now. */
export function decideCancel(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const over = refuseOver(run, facts);
  if (over !== undefined) return over;
  const line = controlLines.cancel(run.state.id);
  if (run.state.cancelRequested !== undefined) return already(wish, run, line);
  return post(wish, run, { line, events: [{ type: 'run.cancel_requested', data: { by: wish.by } }] });
}

/** Ends the run after what runs now; its last steps still run. */
export function decideStop(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const over = refuseOver(run, facts);
  if (over !== undefined) return over;
  const line = controlLines.stop(run.state.id);
  const asked = run.events.some((event) => event.type === 'control.requested' && event.data.verb === 'stop');
  if (asked) return already(wish, run, line);
  // a run that is held would never come to its last steps
  const resumed: ExternalEvent[] =
    run.state.paused === undefined ? [] : [{ type: 'run.resumed', data: { by: wish.by } }];
  return post(wish, run, { line, events: [requested(wish, 'stop'), ...resumed] });
}

/** The event of a control that has none of its own. */
export function requested(
  { by }: ControlWish,
  verb: Extract<ExternalEvent, { type: 'control.requested' }>['data']['verb'],
  more: { readonly step?: string; readonly value?: number } = {},
): ExternalEvent {
  return { type: 'control.requested', data: { verb, ...more, by } };
}

function refuseOver(run: ControlledRun, facts: ControlFacts): ControlVerdict | undefined {
  return isRunOver(run.state.status) ? refuse(fateOf(run, facts)) : undefined;
}
