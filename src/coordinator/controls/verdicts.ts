// The ways in which a wish is answered. Pure.
import type { ExternalEvent, RunEvent } from '../../engine/index.ts';
import { isObject } from '../../support/index.ts';
import { controlReasons } from './messages.ts';
import type { ControlVerdict, ControlWish, ControlledRun } from './types.ts';

/** It is not done, and why. */
export function refuse(line: string): ControlVerdict {
  return { kind: 'refuse', line, reason: line };
}

/** How a wish is followed: what people read, and the events that do it. */
export interface Followed {
  readonly line: string;
  readonly events: readonly ExternalEvent[];
}

/** It is done by posting events to the run. */
export function post(wish: ControlWish, run: ControlledRun, { line, events }: Followed): ControlVerdict {
  return { kind: 'post', events, line, reason: controlReasons.done(wish.verb, run.spec.id) };
}

/** It is so already. */
export function already(wish: ControlWish, run: ControlledRun, line: string): ControlVerdict {
  return { kind: 'nothing', line, reason: controlReasons.already(wish.verb, run.spec.id) };
}

/** The event that the very same wish left before: a delivery that is handled again changes nothing and says the same. */
export function sameBefore({ by }: Pick<ControlWish, 'by'>, events: readonly RunEvent[]): RunEvent | undefined {
  if (by.ref === undefined) return undefined;
  return events.find((event) => {
    const who = 'by' in event.data && isObject(event.data.by) ? event.data.by : undefined;
    return who?.['ref'] === by.ref;
  });
}
