// One table for what a persona wants to come next. A word that is not in it is a mistake of the answer: nothing is guessed.
import type { PersonaResult } from '../model/types.ts';

/** What a persona may want. */
export type NextAction = NonNullable<PersonaResult['next']>['action'];

const words: Readonly<Record<NextAction, readonly string[]>> = {
  proceed: ['proceed', 'continue', 'go_on', 'go', 'next', 'advance', 'none'],
  ask: ['ask', 'ask_user', 'await_user', 'wait_for_user', 'question', 'questions', 'clarify', 'needs_input'],
  retry: ['retry', 'again', 'redo', 'try_again', 'repeat', 'rerun'],
  info: ['info', 'info_request', 'request_info', 'files', 'read_files', 'needs_files', 'more_information'],
  skip: ['skip', 'skip_next', 'skip_next_stage', 'skip_next_step', 'skip_stage', 'skip_step'],
  stop: [
    'stop',
    'finish',
    'finished',
    'end',
    'complete',
    'already_fixed',
    'already_done',
    'already_resolved',
    'already_implemented',
    'nothing_to_do',
    'no_op',
    'noop',
    'not_needed',
  ],
};

const table: ReadonlyMap<string, NextAction> = new Map(
  // the keys are the actions by the type above
  Object.entries(words).flatMap(([action, list]) => list.map((word) => [word, action as NextAction] as const)),
);

/** The words that are published: the first of each. */
export const nextActions: readonly NextAction[] = ['proceed', 'ask', 'info', 'retry', 'skip', 'stop'];

/** The action that a word stands for; undefined for a word that nobody knows. Case, spaces and dashes do not matter. */
export function nextActionOf(word: string): NextAction | undefined {
  return table.get(plain(word));
}

/** Whether a word in the place of a verdict says that there is nothing to do: a pass that asks for an end. */
export function saysNothingToDo(word: string): boolean {
  return /^(already_.*|nothing_to_do|no_op|noop|not_needed)$/.test(plain(word)) && nextActionOf(word) === 'stop';
}

function plain(word: string): string {
  return word
    .trim()
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}
