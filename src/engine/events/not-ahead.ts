// Events that lie ahead of the clock, because it was set back between two drivers: taken as of now. Pure.
import type { RunEvent } from './types.ts';

/** The same events, none later than `now`; what one of them waits for is as far from it as it was. So no wait lasts longer than it was meant to. */
export function notAhead(events: readonly RunEvent[], now: number): readonly RunEvent[] {
  return events.map((event) => (event.at <= now ? event : asOf(now, event)));
}

function asOf(now: number, event: RunEvent): RunEvent {
  const aheadMs = event.at - now;
  const earlier = (due: number | null): number | null => (due === null ? null : due - aheadMs);
  switch (event.type) {
    case 'step.retry_scheduled':
      return { ...event, at: now, data: { ...event.data, at: event.data.at - aheadMs } };
    case 'step.waiting':
      return { ...event, at: now, data: { ...event.data, until: earlier(event.data.until) } };
    case 'run.parked':
      return { ...event, at: now, data: { ...event.data, until: earlier(event.data.until) } };
    case 'approval.requested':
      return { ...event, at: now, data: { ...event.data, expires: earlier(event.data.expires) } };
    default:
      return { ...event, at: now };
  }
}
