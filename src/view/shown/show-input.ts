// What a run is shown from. Shapes only.
import type { PlaceInLine, RunState } from '../../engine/index.ts';
import type { Redactor } from '../../support/index.ts';

/** A state is enough; the rest is what the state does not know. */
export interface ShowInput {
  readonly state: RunState;
  readonly redactor?: Redactor;
  /** The page of the run. */
  readonly runUrl?: string;
  /** Where it stands in line, while it waits to begin. */
  readonly place?: PlaceInLine;
  /** An operator has stopped everything. */
  readonly halted?: { readonly login: string; readonly reason: string | null };
  /** What all runs of its task took together with it, and may. */
  readonly task?: {
    readonly runs: number;
    readonly costUsd: string;
    readonly complete: boolean;
    readonly limitUsd?: number;
  };
  /** Where checks go when the run has no head of its own. */
  readonly headSha?: string;
}
