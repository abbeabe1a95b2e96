// Bounds an evaluation: steps walked and text made. Whatever an expression says, it ends soon.
import type { Json } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';

/** An evaluation that has no value. Caught in this folder; people get an `Evaluation`. */
export class EvaluationFailure extends Error {
  readonly at: number;
  readonly unresolved: readonly string[];
  readonly hint: string | undefined;

  constructor(message: string, options: { at: number; unresolved?: readonly string[]; hint?: string | undefined }) {
    super(message);
    this.name = 'EvaluationFailure';
    this.at = options.at;
    this.unresolved = options.unresolved ?? [];
    this.hint = options.hint;
  }
}

/** What is left to spend; shared by all templates of one value. */
export interface EvaluationBudget {
  steps: number;
  bytes: number;
}

const maxSteps = 10_000;
const maxBytes = 1_048_576;

/** A whole budget: 10,000 steps, 1 MB. */
export function newBudget(): EvaluationBudget {
  return { steps: maxSteps, bytes: maxBytes };
}

/** Takes steps off the budget, or ends the evaluation. */
export function spendSteps(budget: EvaluationBudget, steps: number, at: number): void {
  budget.steps -= steps;
  if (budget.steps < 0)
    throw new EvaluationFailure(`The expression takes more than ${maxSteps} steps`, {
      at,
      hint: 'Filter the list first, or compute the value in a step.',
    });
}

/** Takes characters made off the budget, or ends the evaluation. */
export function spendText(budget: EvaluationBudget, characters: number, at: number): void {
  budget.bytes -= characters;
  if (budget.bytes < 0)
    throw new EvaluationFailure('The expression makes more than 1 MB', { at, hint: 'Take a slice of the text.' });
}

/** The size of a value in characters of JSON, roughly; stops counting past the limit, so that shared parts cost nothing. */
export function sizeOf(value: Json | undefined, limit: number): number {
  let size = 0;
  const waiting: (Json | undefined)[] = [value];
  while (waiting.length > 0 && size <= limit) {
    const next = waiting.pop();
    if (typeof next === 'string') size += next.length + 2;
    else if (Array.isArray(next)) {
      size += 2 + next.length;
      if (size <= limit) for (const item of next) waiting.push(item);
    } else if (isObject(next)) {
      for (const [key, item] of Object.entries(next)) {
        size += key.length + 4;
        waiting.push(item as Json); // an object of Json holds Json
      }
    } else size += 4;
  }
  return size;
}
