// What GitHub should show of a run. Shapes only.
import type { SurfaceRow } from '../engine/index.ts';
import type { CheckConclusion, CheckRunWrite, OwnPart } from '../github/index.ts';
import type { Redactor, RunId } from '../support/index.ts';
import type { ShownRun } from './shown/shown-run.ts';

/** One thing on GitHub that belongs to a run: a check run on a head, or the sticky comment. */
export type WantedSurface =
  | {
      readonly kind: 'check';
      readonly key: string;
      readonly headSha: string;
      readonly check: CheckRunWrite;
      readonly urgent: boolean;
    }
  | {
      readonly kind: 'comment';
      readonly key: string;
      readonly issue: number;
      readonly marker: string;
      readonly body: string;
      readonly urgent: boolean;
      /** Nothing will change in it any more. */
      readonly final?: boolean;
    }
  /** A label on the issue, put on once; people may take it off. */
  | {
      readonly kind: 'label';
      readonly key: string;
      readonly issue: number;
      /** The label. */
      readonly body: string;
      readonly urgent: boolean;
      readonly final: true;
    }
  /** An issue that tells of failed runs which no issue is about: one at a time, later runs are comments in it (decision 40). */
  | {
      readonly kind: 'issue';
      readonly key: string;
      /** Of the issue, the same for all runs of a workflow. */
      readonly marker: string;
      /** Of this run's own text in it. */
      readonly runMarker: string;
      readonly title: string;
      readonly body: string;
      readonly urgent: boolean;
      readonly final: true;
    }
  /** Our part in the text of the run's pull request. */
  | {
      readonly kind: 'pull';
      readonly key: string;
      readonly number: number;
      readonly part: OwnPart;
      readonly urgent: boolean;
      readonly final: boolean;
    };

/** Everything that GitHub should show now. Pure output of rendering. */
export interface WantedView {
  readonly run: RunId;
  readonly surfaces: readonly WantedSurface[];
  /** Surfaces of earlier heads that must not stay open. */
  readonly superseded: readonly {
    readonly key: string;
    readonly headSha: string;
    readonly conclusion: CheckConclusion;
    /** How the check looks when it is closed. Absent: only the row is closed. */
    readonly check?: CheckRunWrite;
  }[];
  /** When the run was created: edits of progress get rarer with its age. Absent: rare. */
  readonly since?: number;
}

/** What a view is rendered from. Nothing else of a run reaches what renders it. */
export interface Rendering {
  readonly run: ShownRun;
  /** The rows of what was shown before: heads, showings, what is still open. */
  readonly shown: readonly ShownBefore[];
  readonly now: number;
  readonly redactor?: Redactor;
}

/** The row of a surface that was shown before. */
export type ShownBefore = SurfaceRow;
