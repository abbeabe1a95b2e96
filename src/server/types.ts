// What the HTTP server takes and gives. Shapes only.
import type { Delivery, Inbox, StoreCounts } from '../store/index.ts';
import type { Clock, Json, Logger, Redactor } from '../support/index.ts';

/** What `createServer` takes. */
export interface ServerOptions {
  /** Webhook secrets; `previous` is accepted during a rotation. */
  readonly secrets: WebhookSecrets;
  readonly inbox: Pick<Inbox, 'put'>;
  readonly log: Logger;
  /** Every body that is answered passes it. */
  readonly redactor: Pick<Redactor, 'text' | 'json'>;
  readonly clock: Clock;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Bytes; 26 MB by default, a little over GitHub's own limit. */
  readonly bodyLimit?: number;
  readonly readiness: () => Promise<Readiness>;
  /** Runs by status and deliveries by state, for /metrics. */
  readonly counts?: () => Promise<StoreCounts>;
  /** Whether an operator has stopped everything. */
  readonly halted?: () => Promise<boolean>;
  /** Providers as they stand, for /metrics. */
  readonly providers?: () => Promise<readonly ProviderFigures[]>;
  /** How often and how long this process stood still, for /metrics. */
  readonly stalls?: () => StallFigures;
  /** Needed for /metrics and details where set; where not, only this machine may ask. */
  readonly apiToken?: string;
  /** Webhook events that somebody handles; others are answered 202 and not stored. Absent: all are stored. */
  readonly events?: readonly string[];
  /** Takes answers of personas; absent: there is no such route. */
  readonly callbacks?: Callbacks;
  /** Hands out code to personas that work elsewhere; absent: there is no such route. */
  readonly sources?: SourceFiles;
  /** Hands out requests to whoever was called for them; absent: there is no such route. */
  readonly requests?: LaidRequests;
  /** Bytes of such an answer; 16 MB by default. */
  readonly callbackLimit?: number;
  /** Called after a new delivery is on disk. */
  readonly onStored?: (delivery: Delivery) => void;
}

/** Times in which the process served nobody. */
export interface StallFigures {
  readonly count: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** One account of providers in numbers. */
export interface ProviderFigures {
  readonly account: string;
  /** Nobody asks it now. */
  readonly closed?: 'failures' | 'limit';
  /** How long yet, seconds. */
  readonly closedSeconds: number;
  /** Requests under way that hold a slot. */
  readonly working: number;
  readonly waiting: number;
}

/** What became of an answer. `known`: the same one came before. `over`: nobody waits for it any more. */
export type CallbackOutcome = 'kept' | 'known' | 'over' | 'unknown';

/** Where answers of personas go. */
export interface Callbacks {
  /** What signs the answer to this request; undefined when there is no such request, or nobody may call back for it. */
  secretOf(requestId: string): Promise<string | undefined>;
  /** Durable when resolved. */
  receive(
    requestId: string,
    reply: { readonly body: Uint8Array; readonly mediaType: string },
  ): Promise<CallbackOutcome>;
}

/** A bundle of git on the disk. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The code that requests are about. */
export interface SourceFiles {
  /** `forged`: the address was not signed for this request. `over`: its time is over, or nobody waits for the answer any more. */
  find(asked: {
    readonly requestId: string;
    readonly commit: string;
    readonly until: string;
    readonly signature: string;
  }): Promise<SourceFile | 'forged' | 'over'>;
}

/** Requests that wait to be fetched. */
export interface LaidRequests {
  /**
   * `forged`: the address was not signed for this request. `taken`: another worker has it. `over`: its time is over, or nobody waits for the
   * answer any more.
   */
  find(asked: {
    readonly requestId: string;
    readonly until: string;
    readonly signature: string;
    /** Who asks, by a name that it keeps when it asks again. */
    readonly by: string;
  }): Promise<{ readonly body: Uint8Array } | 'forged' | 'taken' | 'over'>;
}

export interface WebhookSecrets {
  readonly current: string;
  readonly previous?: string;
}

/** What /readyz says. */
export interface Readiness {
  readonly ready: boolean;
  readonly details: Json;
}

/** The listening server. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Nothing but this machine itself reaches it. */
  readonly onlyHere: boolean;
  /** Takes no new requests; those under way get `graceMs`. */
  close(graceMs: number): Promise<void>;
}
