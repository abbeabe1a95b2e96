// What a kind of event is: its codec, which says what stands in the store, and its fold, which says what it means. Knows no kind.
import type { Static, TSchema } from 'typebox';
import Type from 'typebox';
import type { RunId, StepPath, Json } from '../../support/index.ts';
import type { Draft } from './draft.ts';
import type { By, StepError, StepResult, Usage } from '../model/types.ts';

/** What every event has. */
export interface EventBase<Name extends string, Data> {
  readonly type: Name;
  readonly step?: StepPath;
  readonly attempt?: number;
  readonly data: Data;
}

/** An event in the journal: `seq` counts from 1 without gaps, `at` is milliseconds since 1970. */
export type Recorded<Name extends string, Data> = EventBase<Name, Data> & {
  readonly run: RunId;
  readonly seq: number;
  readonly at: number;
};

/** Who may write it: the drive loop, whoever posts from outside, a step that executes. */
export type EventSource = 'engine' | 'outside' | 'step';

/** One kind. A new one is an entry in a file beside this one. */
export interface EventKind<Name extends string, Data, Source extends EventSource> {
  readonly type: Name;
  readonly sources: readonly Source[];
  /** Raised when the data changes in a way that an older Troupe would misread. */
  readonly version: number;
  /** What its data looks like in the store. More keys than these are a newer Troupe's, and kept. */
  readonly schema: TSchema;
  /** Data of an earlier version as this one has it. */
  upgrade?(data: Json, from: number): Json;
  /** What it changes. Throws IllegalTransition where it may not follow; what comes too late changes nothing. */
  fold(draft: Draft, event: Recorded<Name, Data>): void;
}

/** Describes a kind. */
export function eventKind<const Name extends string, Data extends TSchema, const Source extends EventSource>(kind: {
  readonly type: Name;
  readonly sources: readonly Source[];
  readonly schema: Data;
  readonly version?: number;
  upgrade?(data: Json, from: number): Json;
  fold?(draft: Draft, event: Recorded<NoInfer<Name>, Static<NoInfer<Data>>>): void;
}): EventKind<Name, Static<Data>, Source> {
  return { version: 1, fold: onlyKept, ...kind };
}

/** Kept for the audit trail; no part of the state. */
function onlyKept(): void {}

/** Nothing but the event itself. */
export const nothing = Type.Unsafe<Record<string, never>>({ type: 'object' });
/** Anything that JSON holds. */
export const anything = Type.Unsafe<Json>({});
/** When something comes due, milliseconds since 1970; null: not by itself. */
export const due = Type.Unsafe<number | null>({ type: ['number', 'null'] });
/** Texts. */
export const texts = Type.Unsafe<readonly string[]>({ type: 'array', items: { type: 'string' } });
/** Who did it. */
export const by = Type.Unsafe<By>({
  type: 'object',
  required: ['login', 'from'],
  properties: { login: { type: 'string' }, from: { type: 'string' } },
});
/** What a step leaves behind. */
export const result = Type.Unsafe<StepResult>({
  type: 'object',
  required: ['outputs'],
  properties: { outputs: { type: 'object' } },
});
/** Why it did not work. */
export const error = Type.Unsafe<StepError>({
  type: 'object',
  required: ['class', 'code', 'message'],
  properties: { class: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
});
/** What a request took. */
export const usage = Type.Unsafe<Usage>({
  type: 'object',
  required: ['source', 'complete'],
  properties: { source: { type: 'string' }, complete: { type: 'boolean' } },
});

/** One of these words. */
export function word<const Words extends readonly string[]>(words: Words) {
  return Type.Unsafe<Words[number]>({ enum: [...words] });
}
