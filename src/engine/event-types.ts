// The closed list of event types, so that stores and views can prove that they know every one. Holds no behaviour.
import type { EventType, ExternalEvent } from './types.ts';

// Record makes the compiler refuse a list that misses a type or has one too many.
const all: Record<EventType, true> = {
  'run.created': true,
  'run.started': true,
  'run.parked': true,
  'run.paused': true,
  'run.resumed': true,
  'run.cancel_requested': true,
  'run.finished': true,
  'step.ready': true,
  'step.started': true,
  'step.progress': true,
  'step.checkpoint': true,
  'step.waiting': true,
  'step.succeeded': true,
  'step.failed': true,
  'step.skipped': true,
  'step.cancelled': true,
  'step.retry_scheduled': true,
  'step.reused': true,
  'signal.received': true,
  'approval.requested': true,
  'approval.decided': true,
  'question.asked': true,
  'question.answered': true,
  'ticket.sent': true,
  'ticket.answered': true,
  'ticket.expired': true,
  'effect.planned': true,
  'effect.done': true,
  'artifact.added': true,
  'usage.recorded': true,
  'budget.exceeded': true,
  'circuit.opened': true,
  escalated: true,
  'facts.changed': true,
  'control.rejected': true,
  'control.requested': true,
};
const external: Record<ExternalEvent['type'], true> = {
  'signal.received': true,
  'run.cancel_requested': true,
  'run.paused': true,
  'run.resumed': true,
  'approval.decided': true,
  'question.answered': true,
  'ticket.answered': true,
  'usage.recorded': true,
  'facts.changed': true,
  'control.requested': true,
};

/** Every event type there is, in the order of engine.md. */
// The keys of a Record over EventType are event types.
export const eventTypes = Object.keys(all) as readonly EventType[];

/** Whether an event comes from outside the drive loop. */
export function isExternal(type: EventType): type is ExternalEvent['type'] {
  return Object.hasOwn(external, type);
}
