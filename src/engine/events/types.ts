// Events as shapes, one for each kind of the list. Shapes only.
import type { RunId } from '../../support/index.ts';
import type { EventBase, EventKind, EventSource } from './event-kind.ts';
import type { kinds } from './list.ts';

type Kind = (typeof kinds)[number];
type EventOf<One> = One extends EventKind<infer Name, infer Data, EventSource> ? EventBase<Name, Data> : never;
type Of<Source extends EventSource, One = Kind> =
  One extends EventKind<string, never, infer From> ? (Source extends From ? EventOf<One> : never) : never;

/** Every event, before it is recorded. Adding a kind is a decision; changing one needs a new version. */
export type NewEvent = EventOf<Kind>;
/** A recorded event: `seq` counts from 1 without gaps, `at` is milliseconds since 1970. */
export type RunEvent = NewEvent & { readonly run: RunId; readonly seq: number; readonly at: number };
export type EventType = NewEvent['type'];
/** Events that come from outside the drive loop. */
export type ExternalEvent = Of<'outside'>;
/** What a step may put into the journal beside its result; step and attempt are filled in. */
export type StepRecord = Of<'step'>;
