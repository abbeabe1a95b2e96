// What storage offers besides the engine's journal: inbox, blobs, ownership. Shapes only.
import type { Claim, Journal, RunEvent, Serving, Surfaces } from '../engine/index.ts';
import type { Clock, Json, Logger, RunId } from '../support/index.ts';

/** Who holds a data directory. */
export interface OwnerInfo {
  readonly pid: number;
  readonly host: string;
  /** `troupe serve`, `troupe run` … */
  readonly what: string;
  readonly since: number;
}

/** What `openStore` takes. */
export interface StoreOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Applied to event data before it is written: the redaction gate. */
  readonly redact?: (json: Json) => Json;
  readonly owner: { readonly what: string };
  /** How long a statement waits for another process that writes; 1,000 ms by default. */
  readonly busyTimeoutMs?: number;
}

/** How `serve` shares the machine among runs. */
export interface ServeOptions {
  readonly concurrency: number;
  /** At most this many runs of one repository at once. */
  readonly perRepository?: number;
  /** Only these runs, looked at anew each time; absent: all. */
  readonly only?: ReadonlySet<RunId>;
}

/** The embedded journal: the engine's port, with a limit per repository. */
export interface StoreJournal extends Journal {
  serve(drive: (claim: Claim) => Promise<void>, options: ServeOptions): Promise<Serving>;
}

/** Everything durable, of one data directory, held by this process. */
export interface Store {
  readonly owner: OwnerInfo;
  readonly dataDir: string;
  readonly journal: StoreJournal;
  readonly inbox: Inbox;
  readonly blobs: Blobs;
  readonly surfaces: Surfaces;
  /** Puts a run from elsewhere into the journal as it was; false when it is there already. `wake`: also a parked one is driven. */
  restore(events: readonly RunEvent[], options?: { readonly wake?: boolean }): Promise<boolean>;
  /** Deletes what is older than these times; unfinished runs and what they use always stay. */
  purge(before: RetentionTimes): Promise<PurgeCount>;
  /** How many runs have each status and deliveries each state. */
  counts(): Promise<StoreCounts>;
  /** Whether a change can be written right now; throws `store/unavailable`. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** For metrics and readiness. */
export interface StoreCounts {
  readonly runs: Readonly<Record<string, number>>;
  readonly deliveries: Readonly<Record<string, number>>;
  /** What the runs that are kept have cost, in USD as decimal text, as far as it is known. */
  readonly costUsd: string;
  /** How many of them have a price that nobody knows. */
  readonly unpricedRuns: number;
}

/** Milliseconds since 1970, one per kind (decision 17: inbox 7 days, blobs 30, runs 90). */
export interface RetentionTimes {
  readonly inbox: number;
  readonly blobs: number;
  readonly runs: number;
}
export interface PurgeCount {
  readonly deliveries: number;
  readonly blobs: number;
  readonly runs: number;
}

/** Reading beside the process that drives. Changes nothing. */
export interface Reader {
  readonly journal: Pick<Journal, 'events' | 'read' | 'spec' | 'summary' | 'list'>;
  readonly inbox: Pick<Inbox, 'has' | 'get' | 'list' | 'about'>;
  readonly blobs: Pick<Blobs, 'get'>;
  readonly surfaces: Pick<Surfaces, 'of'>;
  /** Who drives now; undefined when nobody left a note. */
  owner(): OwnerInfo | undefined;
  close(): Promise<void>;
}

/** One webhook request as it came, verified. */
export interface Delivery {
  /** `X-GitHub-Delivery`. */
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  /** Installation, repository id and issue or pull request number as the payload tells: the lane. */
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly number: number | null;
  /** Unique key of what happened (decision 12); null where only the delivery id counts. */
  readonly logicalKey: string | null;
  readonly payload: Json;
  /** The JSON text of the payload, where it came as text: stored as it is. */
  readonly text?: string;
  readonly receivedAt: number;
}
export type DeliveryState = 'new' | 'working' | 'done' | 'ignored' | 'dead';
export interface InboxEntry extends Delivery {
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly nextAt: number;
}

/** Deliveries, stored before they are answered, taken by lane. */
export interface Inbox {
  /** Durable when resolved. `stored: false` when the delivery id or the logical key is known. */
  put(delivery: Delivery): Promise<{ readonly stored: boolean }>;
  /** The next one whose lane (repository + number) is free and whose time has come; marks it `working`. */
  take(now: number): Promise<InboxEntry | undefined>;
  done(id: string, state: 'done' | 'ignored', note?: string): Promise<void>;
  /** Puts it back for `nextAt`, or to `dead` when `nextAt` is null. */
  failed(id: string, error: string, nextAt: number | null): Promise<void>;
  /** Entries that were `working` when the process died become `new`. Called once at start. */
  recover(): Promise<number>;
  has(id: string): Promise<boolean>;
  get(id: string): Promise<InboxEntry | undefined>;
  list(state: DeliveryState, limit: number): Promise<readonly InboxEntry[]>;
  /** What came for an issue or pull request of `owner/name`, newest first. */
  about(repository: string, number: number, limit: number): Promise<readonly InboxEntry[]>;
  retry(id: string): Promise<boolean>;
  /** When the earliest waiting entry may be taken; undefined when there is none. */
  nextAt(): Promise<number | undefined>;
  onPut(listener: () => void): () => void;
  /** When the last complete search for missed deliveries began; undefined before the first. */
  sweptAt(): Promise<number | undefined>;
  sweptTo(at: number): Promise<void>;
  purge(before: number): Promise<number>;
}

/** Large values by their sha256. */
export interface Blobs {
  put(bytes: Uint8Array): Promise<string>;
  get(sha256: string): Promise<Uint8Array | undefined>;
  purge(before: number): Promise<number>;
}
