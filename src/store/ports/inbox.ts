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
