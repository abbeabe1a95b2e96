// What a rule of a start is: it looks at a wish and says why it holds, or why nothing is started. One file each; a line in the list.
import type { checkInputs, Workflow } from '../../definition/index.ts';
import type { RunSpec, Task } from '../../engine/index.ts';
import type { Json, RunId } from '../../support/index.ts';
import type { EffectiveCatalogue } from '../repository/catalogue.ts';
import type { Happening, Subject } from '../common/payload.ts';
import type { Selection } from '../common/select.ts';
import type { Candidate, CoordinatorPorts } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import { holding } from './messages.ts';

/** A wish to start a run. */
export interface StartRequest {
  readonly runId: RunId;
  readonly happening: Happening;
  /** Absent: the event has neither issue nor pull request; then `task` says what is to be done. */
  readonly subject?: Subject;
  /** Stands above what the subject says; absent: the subject, or the event, says it. */
  readonly task?: Task;
  /** The workflow that is named; absent: its trigger decides. */
  readonly workflowId?: string;
  readonly inputs: readonly (readonly [string, string])[];
  /** Values that came with the event: those hold whose names the workflow knows, below `inputs`. */
  readonly offered?: Readonly<Record<string, string>>;
  /** `asked`: a host asks for itself, as the step of an Action does. */
  readonly by: 'label' | 'command' | 'event' | 'asked';
  /** Nobody's permission is asked: a schedule has no sender, a fork's pull request is only read. */
  readonly trusted?: boolean;
  /** Asked once a workflow is found: why the event no longer counts. */
  stillTrue?(): Promise<string | undefined>;
}

/** The wish with what is known of it. */
export interface Wish {
  readonly request: StartRequest;
  readonly scene: Scene;
  readonly ports: CoordinatorPorts;
  readonly catalogue: EffectiveCatalogue;
  /** With the head of its pull request. */
  readonly happening: Happening;
  readonly subject: Subject | undefined;
  readonly task: Task;
  readonly selection: Selection;
  /** The workflow that is to run; undefined when none was chosen, or its file has mistakes. */
  readonly chosen: Chosen | undefined;
}

/** The workflow of a wish. What is asked of it is worked out once, when it is asked first. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly workflow: Workflow;
  inputs(): ReturnType<typeof checkInputs>;
  /** The copy of its personas that the run would keep. */
  personas(): Json;
  /** The run as it would be, or why its lock has no name. */
  spec(): Promise<{ readonly ok: true; readonly spec: RunSpec } | { readonly ok: false; readonly problem: string }>;
  /** Live runs that a new one would stand against: those under the same lock, unless it waits for them. */
  others(): Promise<readonly RunId[]>;
}

/** Why nothing is started. */
export interface Refusal {
  readonly ok: false;
  /** For `explain` and the log. */
  readonly reason: string;
  /** For people, as a comment; empty: nothing is said. */
  readonly line: string;
  /** Who has something to do about it: nobody, because nothing of ours was meant; whoever asked; or everybody, as for mistakes in files. */
  readonly concerns: 'nobody' | 'asker' | 'everybody';
  /** The comment it belongs to, where that is edited in place. */
  readonly about?: string;
}

/** What a rule says of a wish: a sentence either way. */
export type Judgement = { readonly ok: true; readonly reason: string } | Refusal;

/** One thing that must hold before a run starts. A new one is a file with one of these and a line in the list, at its place in the order. */
export interface StartRule {
  readonly name: string;
  judge(wish: Wish): Judgement | Promise<Judgement>;
}

/** The rule holds. */
export function holds(reason: string): Judgement {
  return { ok: true, reason };
}

/** The rule turns the wish back. */
export function refuses(
  reason: string,
  line: string,
  more: Partial<Pick<Refusal, 'concerns' | 'about'>> = {},
): Refusal {
  return { ok: false, reason, line, concerns: 'asker', ...more };
}

/** A rule about the workflow that was chosen. It has nothing to say where none was: the rules before it do. */
export function workflowRule(
  name: string,
  judge: (chosen: Chosen, wish: Wish) => Judgement | Promise<Judgement>,
): StartRule {
  return {
    name,
    judge: (wish) => (wish.chosen === undefined ? holds(holding.nothingChosen()) : judge(wish.chosen, wish)),
  };
}
