// Journal → state. Pure: the same events always give the same state. Refuses events that cannot follow each other.
import type { RunState } from '../model/state.ts';
import type { NewEvent, RunEvent } from './types.ts';
import { emptyState, hasStep, openDraft, stateOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { IllegalTransition } from '../model/errors.ts';
import { kindOf } from './registry.ts';
import { settle } from './fold-items.ts';
import { waitsForPeople } from '../model/waits-for-people.ts';
import { text } from '../model/messages.ts';

/**
 * The state after the whole journal of a run, which begins with `run.created`.
 * @example const state = foldRun(await claim.load());
 */
export function foldRun(events: readonly RunEvent[]): RunState {
  return fold(undefined, events);
}

/** The state after more events. Throws IllegalTransition for events that cannot follow; ended steps and runs stay as they are. */
export function fold(state: RunState | undefined, events: readonly RunEvent[]): RunState {
  let rest = events;
  let start = state;
  if (start === undefined) {
    const first = events[0];
    if (first?.type !== 'run.created' || first.seq !== 1) throw new IllegalTransition(text.noStart());
    start = emptyState(first.data.spec, first.at);
    rest = events.slice(1);
  }
  if (rest.length === 0) return start;
  const draft = openDraft(start);
  for (const event of rest) foldOne(draft, event);
  return stateOf(draft);
}

/** Events folded as they are decided, before anything is recorded. */
export interface Foresight {
  /** When they are decided: the time that their recording has to have. */
  readonly at: number;
  /** What they are folded onto. */
  readonly base: RunState;
  readonly events: readonly NewEvent[];
  /** With all of them. Good until the next `add`. */
  state(): RunState;
  add(events: readonly NewEvent[]): void;
}

/** Folds ahead of the journal: one copy of the state, however many events are decided. The base stays as it is. */
export function foresee(base: RunState, at: number): Foresight {
  const events: NewEvent[] = [];
  let draft: Draft | undefined;
  let state: RunState | undefined = base;
  return {
    at,
    base,
    events,
    state: () => (state ??= draft === undefined ? base : stateOf(draft)),
    add(more) {
      if (more.length === 0) return;
      draft ??= openDraft(base);
      for (const event of more) foldOne(draft, { ...event, run: base.id, seq: draft.run.seq + 1, at });
      events.push(...more);
      state = undefined;
    },
  };
}

function foldOne(draft: Draft, event: RunEvent): void {
  if (event.seq !== draft.run.seq + 1) throw new IllegalTransition(text.gap(event.seq, draft.run.seq + 1));
  const kind = kindOf(event);
  refuseUnknown(draft, event);
  draft.run.seq = event.seq;
  endPark(draft, event);
  kind.fold(draft, event);
  settle(draft);
}

/** An event about a step that the run never had is of another run, or of a newer Troupe. What came for an item that is no more changes nothing. */
function refuseUnknown(draft: Draft, event: RunEvent): void {
  const { step } = event;
  if (step !== undefined && !hasStep(draft, step) && draft.run.retired?.[step] === undefined)
    throw new IllegalTransition(text.unknownStep(event, step));
}

/** Whatever comes after `run.parked` ends it: from there on somebody drives the run again. */
function endPark(draft: Draft, event: RunEvent): void {
  const { parkedSince } = draft.run;
  if (parkedSince === undefined) return;
  const parked = Math.max(0, event.at - parkedSince);
  draft.run.parkedMs = (draft.run.parkedMs ?? 0) + parked;
  if (waitsForPeople({ ...draft.run, steps: draft.steps }))
    draft.run.waitedForPeopleMs = (draft.run.waitedForPeopleMs ?? 0) + parked;
  delete draft.run.parkedSince;
}
