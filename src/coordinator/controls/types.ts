// What a control is: a wish of a person about a run, and what becomes of it. Shapes only.
import type { By, ExternalEvent, FollowUp, RunEvent, RunSpec, RunState } from '../../engine/index.ts';
import type { Driver } from '../common/types.ts';
import type { RunPage } from './messages.ts';
import type { Json, RunId } from '../../support/index.ts';

/** What people may do to a run. */
export type ControlVerb =
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'stop'
  | 'retry'
  | 'rerun'
  | 'skip'
  | 'approve'
  | 'reject'
  | 'answer'
  | 'budget'
  | 'followup'
  | 'review'
  | 'ci';

/** A wish about one run, wherever it came from. */
export interface ControlWish {
  readonly verb: ControlVerb;
  readonly by: By;
  /** As a person wrote it: path, id or name. */
  readonly step?: string;
  /** The commit that an approval is about; at least 7 digits. */
  readonly sha?: string;
  /** The answer, or the budget in dollars. */
  readonly value?: Json;
  /** The reason of a rejection, the text of a follow-up. */
  readonly text?: string;
  readonly review?: NonNullable<FollowUp['review']>;
  readonly ci?: NonNullable<FollowUp['ci']>;
  /** The id of the linked run that comes of it where the run has ended. */
  readonly newRun: RunId;
}

/** A run as its journal tells it. */
export interface ControlledRun {
  readonly spec: RunSpec;
  readonly state: RunState;
  readonly events: readonly RunEvent[];
}

/** What GitHub and the configuration say at the time of the wish. */
export interface ControlFacts {
  readonly now: number;
  /** The head of the run's branch as GitHub has it; absent where nobody can be asked. */
  readonly head?: string;
  /** What became of the run's pull request. */
  readonly pull?: 'open' | 'closed' | 'merged';
  /** Another run that holds the same lock and goes on. */
  readonly busy?: { readonly run: RunId; readonly driver?: Driver };
  /** The most that a run may cost, by the operator's file. */
  readonly mostUsd?: number;
  /** Who drives the run elsewhere. */
  readonly driver?: Driver;
  /** Where the run can be looked at. */
  readonly page?: RunPage;
  /** Whether the person is one of those whom the step names; absent: everybody with the permission is. */
  isNamedApprover?(by: readonly string[]): boolean;
}

/** What becomes of a wish. `line` is for people. */
export type ControlVerdict = { readonly line: string; readonly reason: string } & (
  | { readonly kind: 'post'; readonly events: readonly ExternalEvent[] }
  | { readonly kind: 'start'; readonly spec: RunSpec }
  /** It is as they wish already. */
  | { readonly kind: 'nothing'; readonly run?: RunId }
  | { readonly kind: 'refuse' }
);
