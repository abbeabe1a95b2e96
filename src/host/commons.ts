// What must be one for all that work on a store, however many clients and deliveries there are: whose turn it is for an issue, and the pace of an installation.
import { createLocalPacers } from '../github/index.ts';
import type { PacerOf, PacerOptions } from '../github/index.ts';
import { createLocalLocks } from '../support/index.ts';
import type { Locks } from '../support/index.ts';

/** A host shares these with all that work on the same store. What one writer per run shows is held by the store's own locks. */
export interface Commons {
  /** Deliveries of one issue, and controls of one repository, in their turn. */
  readonly turns: Locks;
  /** Requests of one installation at one pace. */
  readonly pacerOf: PacerOf;
}

/** Of an embedded store: of this process. */
export function commonsOfProcess(pace: PacerOptions): Commons {
  return { turns: createLocalLocks(), pacerOf: createLocalPacers(pace) };
}
