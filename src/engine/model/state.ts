// The state of a run: what folding its journal gives. Shapes only.
import type { Json, JsonObject, RunId, Sha, StepPath } from '../../support/index.ts';
import type { By, Facts, Limit, RunSpec, RunStatus, StepError, StepResult, StepStatus, Usage } from './types.ts';

/** A run as its journal tells it. Plain JSON but for the map. */
export interface RunState {
  readonly id: RunId;
  readonly spec: RunSpec;
  readonly status: RunStatus;
  readonly reason?: string;
  readonly outputs?: JsonObject;
  /** The last event folded in. */
  readonly seq: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /**
   * In file order, with implicit, nested, on_failure and finally steps: all are there from the start as `pending`, but those for
   * items, which come with `steps.expanded`.
   */
  readonly steps: ReadonlyMap<StepPath, StepState>;
  /** The items that an expanded container does its steps for, by its path. */
  readonly expanded?: Readonly<Record<StepPath, readonly Json[]>>;
  /** Steps for items that are no more, by path: should they come again, their attempts go on counting. */
  readonly retired?: Readonly<Record<StepPath, StepState>>;
  readonly facts: Facts;
  readonly cancelRequested?: By;
  readonly paused?: By;
  /** A person ends the main list; what executes ends on its own, `finally` runs. */
  readonly stopRequested?: By;
  /** The cost limit a person set for this run. */
  readonly budgetUsd?: number;
  readonly budgetExceeded?: Limit;
  /** Since when its minutes are over: what was at work is ended. */
  readonly outOfTimeAt?: number;
  /** It was given its minutes anew; `jobMinutes`: what the job that goes on with it allows, null where it says nothing. */
  readonly minutesSince?: {
    readonly at: number;
    readonly waitedForPeopleMs: number;
    readonly jobMinutes: number | null;
  };
  /** `<x>_result`, `<x>_status`, declared outputs. */
  readonly stateKeys: Readonly<Record<string, Json>>;
  readonly usage: UsageTotal;
  /** Attempts of persona steps, those included that ended before they asked anybody: what `budget.attempts` limits. */
  readonly personaAttempts?: number;
  /** Requests sent that are answered later. */
  readonly ticketsSent?: number;
  readonly escalated?: string;
  /** Since when the run has been parked; absent while it is driven. */
  readonly parkedSince?: number;
  /** How long it was parked in all, without `parkedSince`. */
  readonly parkedMs?: number;
  /** The part of `parkedMs` in which it waited for a person. */
  readonly waitedForPeopleMs?: number;
  readonly artifacts?: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly mediaType: string;
    readonly step?: StepPath;
  }[];
}

/** Something that arrived for a step: a signal, an answer, a decision. */
export interface Arrival {
  readonly type: 'signal.received' | 'approval.decided' | 'question.answered' | 'ticket.answered';
  readonly seq: number;
  readonly data: Json;
}

/** How the items of an expanded container stand. */
export interface ItemCounts {
  readonly total: number;
  /** Every step for them has ended. */
  readonly done: number;
  /** Of those that are done. */
  readonly failed: number;
  /** Those that are worked on. */
  readonly open: readonly number[];
  /** Where the next one is looked for. */
  readonly next: number;
}

/** Summed over attempts. `complete` false: at least one price is unknown. */
export interface UsageTotal {
  /** Requests that asked somebody, or are about to. */
  readonly personaRuns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Decimal text of what is known. */
  readonly costUsd: string;
  readonly complete: boolean;
  /** At least one request told no tokens. */
  readonly tokensUnknown?: true;
  /** Of the input, as far as it is told: what caches gave and took. Absent: nobody told. */
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  /** Some of `costUsd` is estimated from tokens. */
  readonly estimated?: true;
}

export interface StepState {
  readonly path: StepPath;
  /** Which list of the workflow it stands in. */
  readonly list: 'steps' | 'on_failure' | 'finally' | 'on_error';
  /** The container it stands in. */
  readonly parent?: StepPath;
  readonly status: StepStatus;
  /** Attempts started so far; never restarts at 1. */
  readonly attempts: number;
  /** Attempts that failed and count against the retry limit. */
  readonly failures?: number;
  /** Times the provider's rate limit sent us away. */
  readonly rateLimits?: number;
  /** Attempts in a row that a dying process left without an end. */
  readonly interruptions?: number;
  /** Since when the newest attempt executes; absent while it does not. */
  readonly executingSince?: number;
  /** The event that the newest execution began with. */
  readonly executingSeq?: number;
  /** How long the newest attempt executed before it waited. */
  readonly usedMs?: number;
  /** How long the run had been parked when the step started. */
  readonly parkedMsBefore?: number;
  /** What arrived for this step, oldest first. */
  readonly arrivals?: readonly Arrival[];
  /** Something arrived since it waits: it executes again. */
  readonly woken?: boolean;
  /** References without a value that `permissive` let pass. */
  readonly unresolved?: readonly string[];
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly input?: Json;
  readonly inputHash?: string;
  readonly timeoutMs?: number;
  readonly result?: StepResult;
  readonly error?: StepError;
  /** Recorded while the newest attempt ran. */
  readonly checkpoint?: Json;
  /** The attempt that left it. */
  readonly checkpointAttempt?: number;
  readonly progress?: string;
  /** When the next attempt may start, milliseconds since 1970. */
  readonly retryAt?: number;
  readonly waitingFor?: {
    readonly for: 'approval' | 'answer' | 'timer' | 'ticket';
    readonly until: number | null;
    readonly message?: string;
  };
  /** What was asked at the gate before it started, and what was decided. */
  readonly approval?: {
    readonly message: string;
    readonly sha?: Sha;
    readonly inputHash: string;
    readonly by: readonly string[];
    readonly expires: number | null;
    /** How often it was asked. From the second time on a decision names the commit. */
    readonly asked: number;
    readonly askedAt: number;
    /** The step waits at the gate: it has not started. */
    readonly isOpen: boolean;
    readonly decided?: { readonly approved: boolean; readonly by: By; readonly sha?: Sha; readonly at: number };
  };
  /** A person wants it skipped. */
  readonly skipRequested?: By;
  /** What a gate said when it last sent work back. */
  readonly reworkReason?: string;
  readonly skipped?: {
    readonly reason: 'condition' | 'dependency' | 'branch' | 'run_failed' | 'person' | 'persona';
    readonly because?: string;
  };
  readonly cancelledBecause?: 'cancelled' | 'superseded' | 'timed_out';
  /** Of an expanded container: how its items stand. */
  readonly items?: ItemCounts;
  readonly reusedFrom?: { readonly run: RunId; readonly attempt: number };
  readonly usage?: readonly Usage[];
  /** The newest request that was sent, whether who answers takes money for it, and when it was. */
  readonly asked?: { readonly request: string; readonly isFree: boolean; readonly at?: number };
  /** The newest attempt is counted among the requests and has asked nobody yet. */
  readonly mayAsk?: true;
  /**
   * effect key → result; null while planned. `unansweredAt`: since then it may be done without anybody knowing. `againAt`: it was planned
   * once more, as nobody knew what had become of it, so it may come twice.
   */
  readonly effects: Readonly<
    Record<
      string,
      { readonly done: boolean; readonly result?: Json; readonly unansweredAt?: number; readonly againAt?: number }
    >
  >;
}

/** A request that a step waits for, or is about to send. */
export interface WantedTicket {
  readonly requestId: string;
  readonly step: StepPath;
  readonly attempt: number;
  /** What the step kept of it before it was sent. */
  readonly ticket: JsonObject;
  /** The request was sent for certain: its step waits for the answer. */
  readonly isWaiting: boolean;
}
