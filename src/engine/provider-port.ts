// What is known of providers beyond one run, behind a port: who works for whom, who waits, and until when nobody is asked. Shapes only.
import type { RunId, StepPath } from '../support/index.ts';

/** Of one account: a provider, or several that share one. */
export interface ProviderState {
  readonly account: string;
  /** When requests failed for a reason of the provider's, milliseconds since 1970, as far back as it counts. */
  readonly failures: readonly number[];
  /** How many of them came one after the other. */
  readonly inRow: number;
  /** Nobody asks before. `failures`: then one request finds out whether it works again. `limit`: its own limit resets then. */
  readonly closed?: {
    readonly until: number;
    readonly why: 'failures' | 'limit';
    readonly since: number;
    /** What it said, for people. */
    readonly said?: string;
  };
  /** Its key was refused: until then others are asked first, where a step names some. */
  readonly refusedUntil?: number;
  /** The one request that finds out. */
  readonly probe?: { readonly request: string; readonly until: number };
  /** How many requests may be under way at once; absent: any number. */
  readonly slots?: number;
  readonly working: readonly { readonly request: string; readonly run: RunId; readonly until: number }[];
  /** Steps that wait, the one that waits longest first. `calledAt`: told that it may come. */
  readonly waiting: readonly WaitingStep[];
}

/** A step that waits for a provider. */
export interface WaitingStep {
  readonly request: string;
  readonly run: RunId;
  readonly step: StepPath;
  readonly attempt: number;
  readonly since: number;
  readonly calledAt?: number;
}

/** Where they are kept. */
export interface ProviderStates {
  /** Of an account that nobody has heard of: nothing happened, nobody works, nobody waits. */
  get(account: string): Promise<ProviderState>;
  /** Those of which anything is known, by account. */
  all(): Promise<readonly ProviderState[]>;
  /**
   * Reads, decides and writes as one, durable when resolved. `decide` is pure and may be called more than once; the same object
   * given back writes nothing, and a state in which nothing is known any more is forgotten.
   */
  change<Result>(
    account: string,
    decide: (state: ProviderState) => { readonly state: ProviderState; readonly result: Result },
  ): Promise<Result>;
}

/** An account that nobody has heard of. */
export function freshProviderState(account: string): ProviderState {
  return { account, failures: [], inRow: 0, working: [], waiting: [] };
}

/** Whether there is nothing to remember. */
export function isForgettable(state: ProviderState): boolean {
  const { failures, inRow, closed, refusedUntil, probe, working, waiting } = state;
  const isQuiet = closed === undefined && refusedUntil === undefined && probe === undefined;
  return isQuiet && failures.length + inRow + working.length + waiting.length === 0;
}

/** What is left of it when every process that worked with it is dead: nobody works, nobody was called, and who waits still does. */
export function withoutProcesses(state: ProviderState): ProviderState {
  const { probe: _dead, ...rest } = state;
  return { ...rest, working: [], waiting: state.waiting.map(({ calledAt: _called, ...waiting }) => waiting) };
}
