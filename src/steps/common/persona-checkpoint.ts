// What a persona step keeps between answer and end: after it the persona is never asked again. Shapes and their check.
import type { PersonaResult } from '../../personas/index.ts';
import { isObject, isSha, toJson } from '../../support/index.ts';
import type { Json, Sha } from '../../support/index.ts';

/** An answer with what it changed. */
export interface Answered {
  readonly result: PersonaResult;
  /** The head the persona worked on. */
  readonly from: Sha;
  /** The local commit of its changes. */
  readonly sha?: Sha;
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  /** What it sent along: the blob of it, as it came. */
  readonly sent?: { readonly kind: 'patch' | 'bundle'; readonly base: Sha; readonly sha256: string };
  /** Who answered. Absent: an older run. */
  readonly provider?: string;
  /** How many answers of people the persona knew. */
  readonly answers?: number;
  /** The files that it had asked for before, by request. */
  readonly infos?: readonly (readonly string[])[];
}

/** The answer as a checkpoint. What it took is told with it, so that it counts whatever becomes of the step. */
export function toCheckpoint(answered: Answered): Json {
  return toJson({ phase: 'answered', ...answered, usage: answered.result.usage });
}

/** The answer in a checkpoint; undefined when it holds none. */
export function readCheckpoint(data: Json | undefined): Answered | undefined {
  if (!isObject(data) || data['phase'] !== 'answered' || !isObject(data['result'])) return undefined;
  if (typeof data['from'] !== 'string' || !isSha(data['from'])) return undefined;
  // `toCheckpoint` wrote it, and it is the journal's own copy
  return data as unknown as Answered;
}
