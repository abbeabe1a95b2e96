// What a git operation is and what it may use. One file per operation and one line in the registry.
import type { GitOperationKind } from '../../definition/index.ts';
import type { StepContext, StepResult } from '../../engine/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import type { StepServices, Workplace } from '../common/types.ts';

/** Everything an operation works with. */
export interface Operation {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly workplace: Workplace;
  /** The step's keys, templates evaluated. */
  readonly config: JsonObject;
}

/** What does one operation. */
export interface OperationBody {
  readonly name: string;
  operate(operation: Operation): Promise<StepResult>;
}

/** An operation of the language with what does it. */
export type RunnableOperation = GitOperationKind & Partial<Pick<OperationBody, 'operate'>>;

/** A text key of the step; undefined when it is missing or empty. */
export function textOf({ config }: Operation, key: string): string | undefined {
  const value = config[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A text key that must be there. */
export function requireText(operation: Operation, key: string, name: string): string {
  const value = textOf(operation, key);
  if (value === undefined)
    throw new TroupeError('step/missing-key', messages.missingKey(name, key), { class: 'config' });
  return value;
}

/** A true-or-false key; false when it is missing. */
export function flagOf({ config }: Operation, key: string): boolean {
  return config[key] === true || config[key] === 'true';
}

/** A key that is a text, or `true` for the usual one; undefined when it is missing, empty or false. */
export function choiceOf(operation: Operation, key: string, usual: string): string | undefined {
  if (flagOf(operation, key)) return usual;
  const text = textOf(operation, key)?.trim();
  return text === 'false' ? undefined : text;
}

/** A key that holds a list of texts. */
export function listOf({ config }: Operation, key: string): readonly string[] {
  const value = config[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
