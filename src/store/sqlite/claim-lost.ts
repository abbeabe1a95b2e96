// The refusal of a fenced write.
import { ClaimLost } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';

/** The error of a driver that lost its run. */
export function claimLost(run: RunId): Error {
  return new ClaimLost(run);
}
