// Events of requests that were sent and are answered later.
import Type from 'typebox';
import { writable } from './draft.ts';
import { ticketIn } from '../plan/wanted-tickets.ts';
import { arrive } from './arrive.ts';
import { anything, eventKind } from './event-kind.ts';

/** The blob of what came, kept before anybody read it. Absent: in journals of before. */
const reply = Type.Object({ sha256: Type.String(), bytes: Type.Number(), mediaType: Type.String() });

export const ticketEvents = [
  eventKind({
    type: 'ticket.sent',
    sources: ['step'],
    schema: Type.Object({ ticket: anything }),
    fold({ run }, { data }) {
      if (ticketIn({ phase: 'asked', ticket: data.ticket }) !== undefined) run.ticketsSent = (run.ticketsSent ?? 0) + 1;
    },
  }),
  eventKind({
    type: 'ticket.answered',
    sources: ['outside'],
    schema: Type.Object({ requestId: Type.String(), reply: Type.Optional(reply) }),
    fold: arrive,
  }),
  /** Nobody waits for it any more: who tries again sends a request of its own. */
  eventKind({
    type: 'ticket.expired',
    sources: ['step'],
    schema: Type.Object({ requestId: Type.String() }),
    fold(draft, event) {
      const step = event.step === undefined ? undefined : writable(draft, event.step);
      if (ticketIn(step?.checkpoint)?.requestId === event.data.requestId) delete step?.checkpoint;
    },
  }),
] as const;
