// What the engine needs from outside. Nothing here knows GitHub, git, a model, a disk or a clock.
import type { Step } from '../definition/index.ts';
import type { Json, JsonObject, Lease, RunId, StepPath } from '../support/index.ts';
import type { RunState, WantedTicket } from './model/state.ts';
import type { ExternalEvent, NewEvent, RunEvent, StepRecord } from './events/types.ts';
import type {
  Page,
  RunQuery,
  RunSpec,
  RunStatus,
  RunSummary,
  SpentQuery,
  SpentTogether,
  StartQuery,
  StepError,
  StepResult,
  Usage,
} from './model/types.ts';

/** Where journals live and who may drive them. Backends: SQLite (embedded), Postgres (scale-out). One conformance suite. */
export interface Journal {
  /** Stores the run with its first event. `created: false` when the id is there already: nothing changes. */
  start(spec: RunSpec): Promise<{ created: boolean }>;
  /**
   * Appends and wakes the driver in one transaction. Rejects when the run is unknown; `accepted: false` when it has ended. A run that has
   * ended takes `usage.recorded` all the same, and nothing else: it was paid for.
   */
  post(run: RunId, event: ExternalEvent): Promise<{ accepted: boolean; seq: number }>;
  /** Claims runs that want driving and hands them to `drive`, at most `concurrency` at once. */
  serve(drive: (claim: Claim) => Promise<void>, options: { concurrency: number }): Promise<Serving>;
  /** All events after `afterSeq`. Ends when the run has ended, or on abort. */
  events(run: RunId, afterSeq?: number, until?: AbortSignal): AsyncIterable<RunEvent>;
  read(run: RunId, afterSeq?: number): Promise<RunEvent[]>;
  spec(run: RunId): Promise<RunSpec | undefined>;
  summary(run: RunId): Promise<RunSummary | undefined>;
  list(query: RunQuery): Promise<Page<RunSummary>>;
  /** What runs have taken together. Unknown prices count nothing, and the sum says that there are some. */
  spent(query: SpentQuery): Promise<SpentTogether>;
  /** When the nth newest of these runs was stored, milliseconds since 1970; undefined where there are fewer. */
  startedAt(query: StartQuery): Promise<number | undefined>;
  /** What all runs that began at or after `at` have cost, in USD; those that go on with what they cost so far. Unknown prices count nothing. */
  costSince(at: number): Promise<number>;
  /** How many of these runs have a price that nobody knows. */
  unpricedSince(at: number): Promise<number>;
  close(): Promise<void>;
}

export interface Serving {
  /** No new claims; running drives get `graceMs` before their claims are lost. */
  stop(graceMs: number): Promise<void>;
}

/** The exclusive right to drive a run, fenced by an epoch that each append checks. */
export interface Claim {
  readonly run: RunId;
  readonly spec: RunSpec;
  readonly epoch: number;
  /** Aborted, with ClaimLost as its reason, when the claim is lost or was given back: stop at once. */
  readonly lost: AbortSignal;
  /** Aborted when the host stops: what is at work may end, nothing starts. The claim is lost when its time is over. */
  readonly stopping: AbortSignal;
  load(afterSeq?: number): Promise<RunEvent[]>;
  /**
   * Durable when resolved; rejects with ClaimLost when fenced. An empty list only checks the epoch. `at`: when the events were
   * decided, if their recording is to have that time; else they have the time at which they are written.
   */
  append(events: readonly NewEvent[], at?: number): Promise<RunEvent[]>;
  /** Called with events that `post` appended while this claim is held. Returns the way to stop listening. */
  onExternal(listener: (events: readonly RunEvent[]) => void): () => void;
  /** A lock owned by the run, not by the process: false when another live run has it. */
  lock(key: string): Promise<boolean>;
  /** false: something arrived after `seenSeq`, keep driving. `wakeAt` null: only an event wakes it. */
  park(seenSeq: number, wakeAt: number | null, summary: SummaryPatch): Promise<boolean>;
  /**
   * Appends the last event, ends the run and releases its locks in one transaction. undefined: something arrived after
   * `seenSeq`, and nothing was done: look at it, then decide again.
   */
  finish(seenSeq: number, event: RunEnd, summary: SummaryPatch): Promise<RunEvent | undefined>;
  /** What `list` shows while the run goes on. Not durable on its own: written with the next append. */
  describe(summary: SummaryPatch): void;
}

/** The last event of a run. */
export type RunEnd = Extract<NewEvent, { type: 'run.finished' }>;

/** The changing part of a summary. */
export interface SummaryPatch {
  readonly status?: RunStatus;
  readonly reason?: string;
  readonly costUsd?: string;
  readonly costComplete?: boolean;
  readonly tokens?: number;
  readonly currentSteps?: readonly string[];
  readonly pullRequestUrl?: string;
}

/** Executes leaf steps. The registry in steps/ is the one implementation. */
export interface StepExecutor {
  execute(context: StepContext): Promise<StepOutcome>;
  /**
   * An outcome, also that of a thrown error, without secrets. Asked before anything is decided by it: what is decided quotes it and cuts
   * what it quotes, and half a secret is none that the journal finds.
   */
  clean?(outcome: StepOutcome): StepOutcome;
  /**
   * Brings what the steps in a container left behind into their order, before the container ends: they worked beside each other.
   * Whatever it throws changes nothing: all of it is there, as it came.
   */
  join?(context: StepContext): Promise<void>;
  /**
   * All tickets of the run but the wanted ones are given up: whoever works on them is told, now or later, until it has worked or
   * nobody is there any more. Called when a claim begins, whenever a step waits no more for its ticket (ended, cancelled,
   * superseded, timed out, started over), and when the run has ended. Durable when resolved; called twice it does nothing more.
   */
  keepTickets?(run: RunId, wanted: () => readonly WantedTicket[]): Promise<void>;
}

/** How an attempt ended, or what it waits for. A thrown error fails the attempt; TroupeError tells the class. */
export type StepOutcome =
  | { readonly kind: 'succeeded'; readonly result: StepResult }
  | { readonly kind: 'failed'; readonly error: StepError; readonly usage?: Usage }
  | {
      readonly kind: 'waiting';
      readonly for: 'approval' | 'answer' | 'timer' | 'ticket';
      readonly until: number | null;
      readonly message?: string;
    };

/** What an executing attempt gets. */
export interface StepContext {
  readonly run: RunId;
  readonly spec: RunSpec;
  /** The state at the start of the attempt. */
  readonly state: RunState;
  readonly step: Step;
  readonly path: StepPath;
  readonly attempt: number;
  /** The step with its templates evaluated: params, config, message, timeout … by key. */
  readonly input: { readonly [key: string]: Json };
  /** Results of the steps upstream of this one, by path, oldest first. */
  readonly upstream: readonly { readonly path: StepPath; readonly step: Step; readonly result: StepResult }[];
  /** The error of the attempt before. */
  readonly lastError?: StepError;
  /** Cancel, timeout or lost claim. */
  readonly signal: AbortSignal;
  /** run/step, stable over attempts. */
  readonly idempotencyKey: string;
  /** run:path:attempt. */
  readonly requestId: string;
  /** The last checkpoint of an interrupted attempt of this step. */
  readonly resumed?: Json;
  /** Steps of the same run that overlap with this one: it needs a worktree of its own. */
  readonly overlaps: boolean;
  /**
   * Durable when resolved: after it the work before it is never repeated. `phase: 'asked'` in it tells that a persona was asked (the
   * request stands in `ticket.requestId`; `isFree`: its answer takes no money), `phase: 'handed-in'` that its answer is kept and `'answered'`
   * that what it changed is, too (what it took stands in `usage`): such an attempt counts as no further request. `facts` are recorded with it: all or nothing.
   */
  checkpoint(data: Json, ...facts: readonly StepRecord[]): Promise<void>;
  progress(text: string): void;
  /** Puts a fact about this step into the journal: an artifact, a question, a ticket. Durable when resolved. */
  record?(event: StepRecord): Promise<void>;
  /** Rejects with ClaimLost when this process may no longer act for the run. Call right before an outside effect. */
  fence(): Promise<void>;
  /**
   * A write outside, planned in the journal, done, then recorded. Recorded already → its result, nothing is done. Planned
   * but not recorded (a crash between) → `lookUp` decides whether it happened. Where nobody answered in time it is looked up again and
   * again for minutes before it is done once more. `what` is for people.
   */
  effect<Result extends Json>(effect: Effect<Result>): Promise<Result>;
}

/** A write outside with the way to find out whether it happened. */
export interface Effect<Result extends Json> {
  /** Unique in the step, stable over attempts: `push:<sha>`. */
  readonly key: string;
  readonly what: string;
  /** Finds the object if the write was applied; undefined if it was not. */
  lookUp(): Promise<Result | undefined>;
  apply(): Promise<Result>;
  /** Done twice it is as done once, however late one of them comes: nothing is waited for before it is done again. */
  readonly repeatable?: true;
}

/** The durable row of a surface (decision 32). Written before each create, id stored after. */
export interface SurfaceRow {
  readonly run: RunId;
  readonly key: string;
  readonly headSha: string;
  readonly githubId: number | null;
  /** Hash of what was wanted when it was last planned. */
  readonly wantedHash: string;
  /** Hash of what GitHub has; '' when unknown. */
  readonly seenHash: string;
  /** Annotations already sent: they are appended. */
  readonly annotationsSent: number;
  readonly closed: boolean;
  readonly updatedAt: number;
  /** A write of it was not answered and may still be applied: since when, and when to look for it next. Absent: there is none. */
  readonly doubt?: { readonly since: number; readonly lookAt: number };
}

/** The name that whoever writes the surfaces of a run holds: its driver, the sweep, or who looks after the end. */
export function surfaceLock(run: RunId): string {
  return `surfaces of ${run}`;
}

/** The port that keeps surface rows; store/ implements it beside the journal. */
export interface Surfaces {
  of(run: RunId): Promise<readonly SurfaceRow[]>;
  /** Under the lease of `surfaceLock(row.run)`, checked in the same statement. Rejects with `store/lease-lost` when somebody else took it. */
  put(row: SurfaceRow, lease: Lease): Promise<void>;
  /** Runs with a surface that is not yet as wanted, not closed or in doubt, for the sweep. */
  open(limit: number): Promise<readonly RunId[]>;
}

/**
 * Where a request to a provider stands. `sending`: it may have reached the other side. `answered`: its reply is kept, the step has not
 * taken it yet. `releasing`: nobody waits for it any more, and the other side is still to be told. `over`: nothing more is done.
 */
export type TicketState = 'sending' | 'waiting' | 'answered' | 'releasing' | 'over';

/** A reply as it came: the blob that holds its bytes, and what came beside them. */
export interface TicketReply {
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly at: number;
}

/** The durable row of a request that is answered later. "Still waiting" is this row, and no event. */
export interface TicketRow {
  readonly requestId: string;
  readonly run: RunId;
  readonly step: StepPath;
  readonly attempt: number;
  readonly provider: string;
  readonly strategy: 'poll' | 'callback' | 'stream' | 'immediate';
  readonly state: TicketState;
  /** What the provider needs to find its request again. */
  readonly data: JsonObject;
  /** What signs the answers that others send; null where nobody may. In no journal. */
  readonly secret: string | null;
  /** When somebody looks at it next: asks for the answer, tells the run, tells the other side. null: nobody does. */
  readonly nextAt: number | null;
  /** Looks in a row that failed. */
  readonly failures: number;
  /** After it the step waits no more; null: it waits as long as it takes. */
  readonly deadline: number | null;
  readonly reply: TicketReply | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What of a row changes; the rest stays. */
export type TicketChange = Partial<Pick<TicketRow, 'state' | 'data' | 'secret' | 'nextAt' | 'failures' | 'reply'>>;

/** The port that keeps tickets; store/ implements it beside the journal. Every change is durable when resolved. */
export interface Tickets {
  /** Stores a row of state `sending`. Where its request id is there already, that row is the answer and nothing changes. */
  open(row: Omit<TicketRow, 'state' | 'failures' | 'reply' | 'createdAt' | 'updatedAt'>): Promise<TicketRow>;
  /** Changes the row if it is in one of these states, at one stroke: of two who try, the first wins. undefined: it is not. */
  move(requestId: string, from: readonly TicketState[], change: TicketChange): Promise<TicketRow | undefined>;
  get(requestId: string): Promise<TicketRow | undefined>;
  /** All rows of a run, oldest first. */
  of(run: RunId): Promise<readonly TicketRow[]>;
  /** Rows that are due and not over, the longest due first. Their `nextAt` becomes `until`: nobody else takes them before. */
  take(now: number, until: number, limit: number): Promise<readonly TicketRow[]>;
  /** When the next row is due; undefined when none is. */
  nextAt(): Promise<number | undefined>;
  /** Runs with rows that are not over. */
  runs(): Promise<readonly RunId[]>;
  /** Told after each change that may make a row due. Returns the way to stop listening. */
  onChange(listener: () => void): () => void;
}
