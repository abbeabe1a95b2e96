// What the suites of the store's ports run on: storage that several processes share, each with a clock of its own.
import type { Journal, Surfaces } from '../../src/engine/index.ts';
import type { Blobs, Inbox } from '../../src/store/index.ts';
import type { Clock, Locks } from '../../src/support/index.ts';

/** One process on the storage. */
export interface StoreProcess {
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly surfaces: Surfaces;
  readonly blobs: Blobs;
  readonly locks: Locks;
  /** Gives back what it holds, as at a stop. */
  stop(): Promise<void>;
}

/** Storage that outlives its processes. */
export interface StoreWorld {
  process(clock: Clock): Promise<StoreProcess>;
  /** Ends the processes that are left and removes everything. */
  remove(): Promise<void>;
}

/** Empty storage. */
export type OpenWorld = () => Promise<StoreWorld>;

/** Longer than any lease. */
export const afterEveryLease = 60_000;

/** Lets commits that are under way happen: they are made at the end of the event loop's turn. */
export async function commits(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves the clock in steps that a living process renews its leases in. */
export async function live(clock: { advance(ms: number): void }, ms: number): Promise<void> {
  const step = 5_000;
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(step);
    await commits();
  }
}
