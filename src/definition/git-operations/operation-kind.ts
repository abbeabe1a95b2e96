// What a git operation is to the language: its keys, what it may do, and its words. A list of them is handed in; nothing else lists them.
import type { TSchema } from 'typebox';
import type { JsonObject, PostedAs } from '../../support/index.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';

/** One operation of `git-operation` steps. Pure: `src/steps` attaches what does it. */
export interface GitOperationKind {
  /** As files write it. */
  readonly name: string;
  /** What it does, for the language page. */
  readonly about: string;
  /** The keys of the step that mean something to it, in the order in which they are told. */
  readonly keys: Readonly<Record<string, TSchema>>;
  /** Keys it cannot do without. */
  readonly required?: readonly string[];
  /** Keys of its own whose texts are templates; those of `keys.ts` are known. */
  readonly templates?: readonly string[];
  /** Keys of its own whose texts people read, in a comment, a title or a message of a commit; those of `keys.ts` are known. */
  readonly posts?: Readonly<Record<string, PostedAs>>;
  /** Whether it changes the branch or the pull request: then it waits while the run is paused. */
  readonly writes: boolean;
  /** Asks for verdicts on the branch as it is, and gives the work to others. */
  readonly finishes?: boolean;
  /** Whether a step of it merges the pull request. */
  merges?(step: JsonObject): boolean;
  /** Values of the required keys, as small as they can be; the contract suite runs them. */
  readonly example?: JsonObject;
  /** Reports keys that exclude each other. */
  check?(step: SourceStep, report: Report): void;
}

/** The operations that there are, in the order of the language page. */
export type GitOperationKinds = readonly GitOperationKind[];

/** The operation of a name; undefined when nobody has handed one in. */
export function operationOf(operations: GitOperationKinds, name: unknown): GitOperationKind | undefined {
  return operations.find((operation) => operation.name === name);
}
