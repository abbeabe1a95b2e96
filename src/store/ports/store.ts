// What `openStore` takes and gives: the ports together, whatever keeps them. Shapes only; knows no disk.
import type { Claim, Journal, ProviderStates, RunEvent, Serving, Surfaces, Tickets } from '../../engine/index.ts';
import type { Clock, Json, Locks, Logger, RunId, Troubles } from '../../support/index.ts';
import type { Blobs } from './blobs.ts';
import type { ControlHandler, ControlServer } from './control.ts';
import type { Halts } from './halts.ts';
import type { Inbox } from './inbox.ts';

/** Who drives the runs of a store that one process drives. */
export interface OwnerInfo {
  readonly pid: number;
  readonly host: string;
  /** `troupe serve`, `troupe run` … */
  readonly what: string;
  readonly since: number;
}

/** What each kind of store has to be told to be found. */
export interface StorePlaces {
  /** A data directory of this machine, driven by one process at a time. */
  readonly embedded: { readonly directory: string };
}

/** Where everything durable is kept. */
export type StorePlace<Kind extends keyof StorePlaces = keyof StorePlaces> = {
  readonly [One in Kind]: { readonly kind: One } & StorePlaces[One];
}[Kind];

/** One kind of store. A new one is a file with one of these, a line above, and one in `open-store.ts`. */
export interface StoreKind<Kind extends keyof StorePlaces = keyof StorePlaces> {
  /** To drive its runs. */
  open(config: StoreConfig<Kind>): Promise<Store>;
  /** To read beside whoever drives. */
  read(config: ReaderConfig<Kind>): Promise<Reader>;
  /** Whether anything was ever kept there. */
  has(place: StorePlace<Kind>): Promise<boolean>;
  /** Has the process that drives do something; undefined when none does, or nobody has to be asked. */
  ask(place: StorePlace<Kind>, verb: string, args: Json): Promise<{ readonly result: Json } | undefined>;
  /** Copies what is kept, as it is at one moment, beside whoever drives. */
  copy(place: StorePlace<Kind>, into: string): Promise<StoreCopy>;
  /** Makes room for a copy where nothing is kept yet. */
  receive(place: StorePlace<Kind>, copy: Pick<StoreCopy, 'format'>): Promise<Receiving>;
}

/** What is kept at one moment. */
export interface StoreCopy {
  /** The format it is kept in. */
  readonly format: number;
  /** Names of commits that runs which are not over know of: 40 hexadecimal digits each, and whatever else looks so. */
  readonly commits: ReadonlySet<string>;
  /** Its files: the name that each has in a place for copies, and where its bytes are. What is kept no longer may be gone by the time it is read. */
  readonly files: readonly CopiedFile[];
}

/** One file of a copy. */
export interface CopiedFile {
  /** `blobs/ab/abcd…`: relative, with slashes. */
  readonly name: string;
  readonly path: string;
}

/** A place that becomes a store once a copy lies in it. */
export interface Receiving {
  /** The files are put here by their names. */
  readonly folder: string;
  /** Whether a file of a copy may have this name. */
  takes(name: string): boolean;
  /** Looks through what lies there and makes it the store: all or nothing. `madeAt`: when it was copied. Throws `store/corrupt`, `store/newer`. */
  commit(copy: { readonly madeAt: number; readonly now: number }): Promise<void>;
  /** Leaves the place as it was. */
  discard(): Promise<void>;
}

/** To drive the runs. */
export type StoreConfig<Kind extends keyof StorePlaces = keyof StorePlaces> = StorePlace<Kind> & {
  readonly access?: 'drive';
  readonly clock: Clock;
  readonly log: Logger;
  /** Applied to event data before it is written: the redaction gate. */
  readonly redact?: (json: Json) => Json;
  /** What this process is, for those who are refused: `troupe serve`. */
  readonly owner: { readonly what: string };
  /** Told of writes that fail, until one succeeds. */
  readonly troubles?: Troubles;
  /** How long a statement waits for another process that writes; 1,000 ms by default. */
  readonly busyTimeoutMs?: number;
};

/** To read beside whoever drives. */
export type ReaderConfig<Kind extends keyof StorePlaces = keyof StorePlaces> = StorePlace<Kind> & {
  readonly access: 'read';
  readonly clock?: Clock;
  /** How often those who follow a run look again; 200 ms by default. */
  readonly pollMs?: number;
};

/** How `serve` shares the machine among runs. */
export interface ServeOptions {
  readonly concurrency: number;
  /** At most this many runs of one repository at once. */
  readonly perRepository?: number;
  /** Only these runs, looked at anew each time; absent: all. */
  readonly only?: ReadonlySet<RunId>;
}

/** The engine's port, with a limit per repository. */
export interface StoreJournal extends Journal {
  serve(drive: (claim: Claim) => Promise<void>, options: ServeOptions): Promise<Serving>;
}

/** Everything durable, for a process that drives. */
export interface Store {
  readonly journal: StoreJournal;
  readonly inbox: Inbox;
  readonly blobs: Blobs;
  readonly surfaces: Surfaces;
  readonly tickets: Tickets;
  /** What is known of providers beyond one run. */
  readonly providers: ProviderStates;
  /** Whether an operator has stopped everything. */
  readonly halts: Halts;
  /** Names that one process of all that share the store may hold: who writes the surfaces of a run. */
  readonly locks: Locks;
  /** Puts a run from elsewhere into the journal as it was; false when it is there already. It is driven when it is woken, else once something is posted to it. */
  restore(events: readonly RunEvent[], options?: { readonly wake?: boolean }): Promise<boolean>;
  /** Deletes what is older than these times; unfinished runs and what they use always stay. */
  purge(before: RetentionTimes): Promise<PurgeCount>;
  /** How many runs have each status and deliveries each state. */
  counts(): Promise<StoreCounts>;
  /** Whether a change can be written right now; throws `store/unavailable`. */
  check(): Promise<void>;
  /** Answers what `askDriver` asks in another process. Where every process can write, nobody needs to ask and nothing listens. */
  answer(handlers: Readonly<Record<string, ControlHandler>>): Promise<ControlServer>;
  /** What was done outside in this time may be missing here: it was put back from a copy. Absent: it was not. */
  readonly restored?: RestoredStore;
  /** Before it began another one may have been lost: what its runs left outside nobody looks after. Absent: nobody knows when that was. */
  readonly beginning?: {
    /** Milliseconds since 1970. */
    readonly at: number;
    /** Whether that was looked for, to the end. */
    wasLookedBehind(): boolean;
    lookedBehind(now: number): Promise<void>;
  };
  /** Aborted, with the error as its reason, once this process may drive no more: its place is gone, or somebody else has taken it. Absent: that cannot happen. */
  readonly lost?: AbortSignal;
  close(): Promise<void>;
}

/** A store that was put back from a copy. Milliseconds since 1970. */
export interface RestoredStore {
  /** When it was copied. */
  readonly madeAt: number;
  /** When it was put back. */
  readonly at: number;
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
  readonly tickets: Pick<Tickets, 'of'>;
  readonly providers: Pick<ProviderStates, 'all'>;
  readonly halts: Pick<Halts, 'now' | 'history'>;
  /** Who drives now; undefined when nobody left a note. */
  owner(): OwnerInfo | undefined;
  close(): Promise<void>;
}
