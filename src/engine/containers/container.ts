// What a kind of container is: a step that the engine itself runs by running the steps in it. Shapes only.
import type { Evaluation, Step } from '../../definition/index.ts';
import type { Json, JsonObject, StepPath } from '../../support/index.ts';
import type { Place } from '../model/place.ts';
import type { StepState } from '../model/state.ts';
import type { StepError, StepResult, Verdict } from '../model/types.ts';

/** How the container ends. `winner`: a child won, the others are to be cancelled. `rest`: why what has not begun never will. */
export type ContainerEnd =
  | { readonly kind: 'succeeded'; readonly result: StepResult; readonly winner?: Place }
  | { readonly kind: 'failed'; readonly error: StepError; readonly rest?: string }
  | { readonly kind: 'cancelled' };

/** A child as its container sees it. */
export interface Child {
  readonly place: Place;
  readonly state: StepState;
  /** It has ended, and so have the handlers that its failure started. */
  readonly isSettled: boolean;
  /** It failed, and nothing lets its container go on. */
  readonly isBroken: boolean;
  /** Its verdict as its container counts it. */
  readonly verdict: Verdict | undefined;
}

/** A container that is open. */
export interface Opened<Kind extends Step> {
  readonly step: Kind;
  readonly place: Place;
  readonly state: StepState;
  /** In file order; worked out when asked for. */
  children(): readonly Child[];
  /** Those that stand beside a child: of the same item. */
  beside(child: Place): readonly Child[];
}

/** What a container that opens may evaluate. */
export interface Opening {
  readonly path: StepPath;
  expression(source: string): Evaluation;
  template(value: Json): Evaluation;
}

/** With what it opens: recorded with its start. `items`: what its steps are done for, each. */
export type OpenedWith =
  | { readonly ok: true; readonly input?: JsonObject; readonly items?: readonly Json[] }
  | { readonly ok: false; readonly failed: Extract<Evaluation, { ok: false }> }
  | { readonly ok: false; readonly error: StepError };

/** Whether a pending child goes: now, not yet, or never. */
export type ChildTurn =
  | 'now'
  | 'later'
  | { readonly reason: NonNullable<StepState['skipped']>['reason']; readonly because: string };

/** How a container that does its steps for each item of a list goes through it. */
export interface Expansion {
  /** The name of an item in expressions. */
  as(step: Step): string;
  /** How many items are worked on at a time. */
  concurrency(step: Step): number;
  /** No further item begins once one failed. */
  stopsAtFailure(step: Step): boolean;
}

/** One kind. A new one is a file here and a line in the registry. */
export interface Container<Kind extends Step = Step> {
  readonly type: Kind['type'];
  /** Its lists of steps are there once for each item. The lists themselves are `stepLists` of the definition, for every kind. */
  readonly expansion?: Expansion;
  /** After one child failed the others go on to their end. */
  readonly siblingsGoOn: boolean;
  /** What fails in it counts when it fails itself, not before. */
  absorbsFailures(step: Kind): boolean;
  open(step: Kind, opening: Opening): OpenedWith;
  next(container: Opened<Kind>, child: Place): ChildTurn;
  /** Children that are at work and wanted no more, before it ends: all that have not ended are cancelled for this reason. */
  superseded?(container: Opened<Kind>): { readonly because: string } | undefined;
  /** How it ends now; undefined while it has to wait. */
  end(container: Opened<Kind>): ContainerEnd | undefined;
}
