// The list of event kinds: nothing else names them all. Journals, folds and pages read it.
import { controlEvents } from './control-events.ts';
import { effectEvents } from './effect-events.ts';
import { peopleEvents } from './people-events.ts';
import { runEvents } from './run-events.ts';
import { spendingEvents } from './spending-events.ts';
import { stepBegins } from './step-begins.ts';
import { stepEnds } from './step-ends.ts';
import { ticketEvents } from './ticket-events.ts';

/** All of them. */
export const kinds = [
  ...runEvents,
  ...stepBegins,
  ...stepEnds,
  ...peopleEvents,
  ...ticketEvents,
  ...effectEvents,
  ...spendingEvents,
  ...controlEvents,
] as const;
