// What a finding says to people in running text: what is wrong and what to do, each a sentence of its own.
import type { Finding } from '../../definition/index.ts';

/** Both on one line; `clean` makes each harmless where it stands. */
export function saidOf({ message, hint }: Pick<Finding, 'message' | 'hint'>, clean: (text: string) => string): string {
  return hint === undefined ? clean(message) : `${sentence(clean(message))} ${sentence(clean(hint))}`;
}

function sentence(text: string): string {
  return /[.!?:…]$/.test(text) ? text : `${text}.`;
}
