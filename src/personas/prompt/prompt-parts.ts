// What a prompt is made of, before it is text. Shapes only.
import type { Json, JsonObject } from '../../support/index.ts';
import type { FollowUp, StepResult, Task } from '../../engine/index.ts';
import type { Persona } from '../model/types.ts';
import type { Block } from './budget.ts';

/** A file, or the names in a folder, as a prompt shows it to somebody who sees no files. */
export interface FileForPersona {
  readonly path: string;
  readonly text?: string;
  readonly names?: readonly string[];
  /** How many names there are, where not all are shown. */
  readonly of?: number;
  readonly problem?: 'absent' | 'outside';
}

/** Somebody's words in the conversation of an issue or a pull request. */
export interface Comment {
  readonly author: string;
  /** Whether its author may write to the repository. Absent: nobody knows. */
  readonly mayWrite?: boolean;
  /** ISO 8601. */
  readonly at?: string;
  readonly body: string;
}

/** What a prompt is made of. */
export interface PromptParts {
  readonly persona: Persona;
  /** Words of the chosen profile, added to the role. */
  readonly append?: string;
  /** What templates of the role named and people or other personas wrote: the role only points at it. */
  readonly values?: readonly { readonly name: string; readonly text: string }[];
  readonly task: Task;
  /** Whether the task was written by somebody who may not write to the repository. */
  readonly fromOutside?: boolean;
  /** What people said on the issue, oldest first. */
  readonly thread?: readonly Comment[];
  /** What people or failing checks want now, where the run goes on from another one. */
  readonly followUp?: Pick<FollowUp, 'text' | 'review' | 'ci'>;
  readonly step: { readonly id: string; readonly name: string; readonly description: string };
  readonly inputs: Json;
  readonly upstream: readonly { readonly name: string; readonly result: StepResult }[];
  /** What steps of the types `memory` and `retrieval` put out, each with its name. */
  readonly memory?: readonly { readonly name: string; readonly outputs: JsonObject }[];
  readonly retrieval?: readonly { readonly name: string; readonly outputs: JsonObject }[];
  /** What it asked for. */
  readonly files?: readonly FileForPersona[];
  /** How often it may still ask for files, of how many times. Absent: it may not. */
  readonly infoRequests?: { readonly left: number; readonly most: number };
  /** What went wrong in the attempt before. */
  readonly lastError?: string;
  readonly skills: readonly { readonly id: string; readonly text: string }[];
  readonly agentsMd?: string;
  /** Where it works; absent: it sees no files. */
  readonly workspace?: {
    readonly branch?: string;
    /** The base commit of the run: what it changed is the difference to it. */
    readonly base?: string;
    readonly mayEdit: boolean;
    /** What the run changed so far, against its base. */
    readonly changed: readonly string[];
    readonly patch?: string;
    /** Files whose content is not there: what git stores in their place is, and a change of one would be refused. */
    readonly unfiltered?: readonly { readonly filter: string; readonly files: readonly string[] }[];
  };
  /** JSON Schemas that `outputs` must satisfy. */
  readonly outputSchemas: readonly JsonObject[];
  /** Judged by tests that Troupe runs, expected to change files …: told, so that nobody has to guess. */
  readonly expect: readonly string[];
  /** Who reads it: what fits into its window is sent. Absent: the provider's own. */
  readonly model?: string;
  /** Instead of what fits the model. */
  readonly maxBytes?: number;
}

/** A block of the prompt. */
export interface Part extends Block {
  /** Stands above the block; '' continues the section. */
  readonly heading: string;
  /** Text of people or of other personas: fenced, never to be followed. */
  readonly data: boolean;
}
