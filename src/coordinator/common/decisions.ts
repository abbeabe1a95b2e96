// Decisions in their usual forms: nothing is to be done, two decisions about one event. Decides only.
import type { Happening } from './payload.ts';
import type { Decision } from './types.ts';

/** Nothing is done, and why. */
export function ignored(happening: Happening, reason: string): Decision {
  return {
    outcome: 'ignored',
    reason,
    why: [{ topic: 'event', subject: happening.name, ok: false, detail: reason }],
    actions: [],
  };
}

/** Two decisions about one event as one; the first that does something names the outcome. */
export function together(first: Decision, second: Decision): Decision {
  const leading = first.outcome === 'ignored' && second.outcome !== 'ignored' ? second : first;
  return {
    outcome: leading.outcome,
    reason: leading.reason,
    why: [...first.why, ...second.why],
    actions: [...first.actions, ...second.actions],
    already: [...(first.already ?? []), ...(second.already ?? [])],
  };
}
