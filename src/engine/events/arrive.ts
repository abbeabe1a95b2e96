// What comes for a step that waits: kept with it, and it is woken. What comes too late changes nothing.
import { toJson } from '../../support/index.ts';
import { writable } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Arrival } from '../model/state.ts';
import type { Recorded } from './event-kind.ts';

/** Without a step it is for all that wait. A running step may be about to wait, so it gets it too. */
export function arrive(draft: Draft, event: Recorded<Arrival['type'], unknown>): void {
  const paths = event.step === undefined ? draft.steps.tally.live : [event.step];
  for (const path of paths) {
    const status = draft.steps.get(path)?.status;
    if (status !== 'waiting' && status !== 'running') continue;
    // Who waits at a gate has not started: only a decision is for it.
    if (draft.steps.get(path)?.approval?.isOpen === true) continue;
    const step = writable(draft, path);
    if (step === undefined) continue;
    step.arrivals = [...(step.arrivals ?? []), { type: event.type, seq: event.seq, data: toJson(event.data) }];
    if (status === 'waiting') step.woken = true;
  }
}
