// A run as a job left it on its hidden ref: how it is written and read, and whether a job drives it. Pure.
import { foldRun, isRunOver } from '../engine/index.ts';
import type { RunEvent, RunState, SurfaceRow } from '../engine/index.ts';
import { isObject, isoTime, isRunId, parseJson } from '../support/index.ts';
import type { RunId, StepPath } from '../support/index.ts';
import type { ActionContext } from './context.ts';
import { packJournal, unpackJournal } from './small-journal.ts';

/** A run as a job left it. */
export interface KeptRun {
  readonly run: RunId;
  readonly savedAt: number;
  readonly job: ActionContext['job'];
  /** The process that wrote it; the legs of a matrix are one job to GitHub. */
  readonly by: string;
  /** A job drove it when it was written. */
  readonly driven: boolean;
  /** Since when that job had it. */
  readonly since: number;
  /** When that job was last heard of. */
  readonly renewedAt: number;
  /** How long its word holds. */
  readonly leaseMs: number;
  readonly state: RunState;
  readonly events: readonly RunEvent[];
  /** Steps that have to be done again before somebody works with their outputs: those were too large to be kept. */
  readonly cut: readonly StepPath[];
  readonly surfaces: readonly SurfaceRow[];
}

/** How long the word of a job holds that says nothing more: two renewals may fail. */
export const usualLeaseMs = 150_000;
const keptForMs = 30 * 24 * 60 * 60_000;

/** Whether a job drives the run at this time. Clocks differ; a time far ahead is of a clock that was wrong. */
export function isHeld({ driven, state, renewedAt, leaseMs }: KeptRun, now: number): boolean {
  return driven && !isRunOver(state.status) && Math.abs(now - renewedAt) <= leaseMs;
}

/** Whether a job drove the run and has gone without a word. */
export function isLeft(kept: KeptRun, now: number): boolean {
  return kept.driven && !isRunOver(kept.state.status) && !isHeld(kept, now);
}

/** The text of a state, redacted. One that has ended is small: it lies there for a month. */
export function writeKept(
  state: RunState,
  events: readonly RunEvent[],
  how: { readonly kept: Omit<KeptRun, 'run' | 'state' | 'events' | 'cut' | 'renewedAt'>; redact(text: string): string },
): string {
  const { kept, redact } = how;
  const told = { version: 1, run: state.id, ...kept };
  if (!isRunOver(state.status)) return redact(JSON.stringify({ ...told, events }));
  const { packed, cut } = packJournal(events, redact);
  const around = redact(JSON.stringify({ ...told, driven: false, cut }));
  return `${around.slice(0, -1)},"packed":"${packed}"}`;
}

/** What the commit of a state says of it: enough to know what it is about without reading it. */
export function notesOf(state: RunState, savedAt: number): readonly (readonly [string, string])[] {
  const { number } = state.spec.task;
  const pull = state.facts.pullRequest?.number;
  return [
    ...(number === undefined ? [] : ([['Troupe-Task', String(number)]] as const)),
    ...(pull === undefined ? [] : ([['Troupe-Pull-Request', String(pull)]] as const)),
    ['Troupe-Kept-Until', isoTime((state.finishedAt ?? savedAt) + keptForMs)],
  ];
}

/** What a commit says of the state it holds; `numbers` is undefined where it says nothing of that. */
export function readNotes(note: { readonly message: string; readonly at: number }): {
  readonly numbers: readonly number[] | undefined;
  readonly until: number;
} {
  const values = [...note.message.matchAll(/^Troupe-(?:Task|Pull-Request): (\d+)$/gm)].map(([, number]) =>
    Number(number),
  );
  const until = Date.parse(/^Troupe-Kept-Until: (\S+)$/m.exec(note.message)?.[1] ?? '');
  const isTold = Number.isFinite(until);
  return { numbers: isTold ? values : undefined, until: isTold ? until : note.at + keptForMs };
}

/** The text of a state, and of the lease beside it where there is one; undefined when it is none that we wrote. */
export function readKept(text: string, lease = ''): KeptRun | undefined {
  try {
    const parsed: unknown = parseJson(text);
    if (!isObject(parsed) || parsed['version'] !== 1) return undefined;
    const { run, savedAt, job, packed, surfaces, cut } = parsed;
    const events = typeof packed === 'string' ? unpackJournal(packed) : parsed['events'];
    if (typeof run !== 'string' || !isRunId(run) || typeof savedAt !== 'number' || !isObject(job)) return undefined;
    if (!Array.isArray(events) || !Array.isArray(surfaces)) return undefined;
    // only people who may push to the repository can write the ref, and we wrote these shapes
    const kept = events as RunEvent[];
    const state = foldRun(kept);
    if (state.id !== run) return undefined;
    return {
      run,
      savedAt,
      job: {
        runId: Number(job['runId']),
        name: String(job['name']),
        step: String(job['step']),
        attempt: Number(job['attempt']),
      },
      by: String(parsed['by']),
      driven: parsed['driven'] === true,
      since: numberOr(parsed['since'], savedAt),
      renewedAt: renewedIn(lease) ?? savedAt,
      leaseMs: numberOr(parsed['leaseMs'], usualLeaseMs),
      state,
      events: kept,
      cut: Array.isArray(cut) ? (cut as StepPath[]) : [], // as above
      surfaces: surfaces as SurfaceRow[], // as above
    };
  } catch {
    return undefined;
  }
}

function renewedIn(text: string): number | undefined {
  if (text === '') return undefined;
  const parsed: unknown = parseJson(text);
  const renewedAt = isObject(parsed) ? parsed['renewedAt'] : undefined;
  return typeof renewedAt === 'number' && Number.isFinite(renewedAt) ? renewedAt : undefined;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;
}
