// The port that keeps deliveries: stored before they are answered, taken by lease. Knows no payload and no disk.
import type { Json } from '../../support/index.ts';

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
/** A delivery as it was taken. */
export interface TakenDelivery extends InboxEntry {
  /** Grows each time it is taken or taken away: who answers for it proves with this that it still is theirs. */
  readonly epoch: number;
}

/**
 * Deliveries, stored before they are answered, taken by lane. What was taken is held under the lease of the process that took
 * it: when that expires it is `new` again, or `dead` where too many processes died over it.
 */
export interface Inbox {
  /** Durable when resolved. `stored: false` when the delivery id or the logical key is known. */
  put(delivery: Delivery): Promise<{ readonly stored: boolean }>;
  /** The next one whose lane (repository + number) is free and whose time has come; it is `working` under this process's lease. */
  take(now: number): Promise<TakenDelivery | undefined>;
  /** false: it was taken away meanwhile, and nothing changes. */
  done(taken: Pick<TakenDelivery, 'id' | 'epoch'>, state: 'done' | 'ignored', note?: string): Promise<boolean>;
  /** Puts it back for `nextAt`, or to `dead` when `nextAt` is null. false as with `done`. */
  failed(taken: Pick<TakenDelivery, 'id' | 'epoch'>, error: string, nextAt: number | null): Promise<boolean>;
  /** Puts it back for `nextAt` as if it had not been tried: it was not the delivery's fault. false as with `done`. */
  postponed(taken: Pick<TakenDelivery, 'id' | 'epoch'>, error: string, nextAt: number): Promise<boolean>;
  has(id: string): Promise<boolean>;
  get(id: string): Promise<InboxEntry | undefined>;
  list(state: DeliveryState, limit: number): Promise<readonly InboxEntry[]>;
  /** What came for an issue or pull request of `owner/name`, newest first. */
  about(repository: string, number: number, limit: number): Promise<readonly InboxEntry[]>;
  retry(id: string): Promise<boolean>;
  /** When the earliest waiting entry may be taken, or one that another process holds; undefined when there is none. */
  nextAt(): Promise<number | undefined>;
  onPut(listener: () => void): () => void;
  /** When the last complete search for missed deliveries began; undefined before the first. */
  sweptAt(): Promise<number | undefined>;
  sweptTo(at: number): Promise<void>;
  purge(before: number): Promise<number>;
}
