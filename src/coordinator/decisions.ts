// Decisions in their usual forms: nothing is to be done, a run is to be started, two decisions about one event. Decides only.
import { reasons } from './messages.ts';
import type { Happening } from './payload.ts';
import type { StartVerdict } from './start.ts';
import type { Action, Decision } from './types.ts';

/** Nothing is done, and why. */
export function ignored(happening: Happening, reason: string): Decision {
  return {
    outcome: 'ignored',
    reason,
    why: [{ topic: 'event', subject: happening.name, ok: false, detail: reason }],
    actions: [],
  };
}

/** A run is started, or was by the same event before. `more`: what is done once it is there. */
export function started(
  verdict: Exclude<StartVerdict, { readonly kind: 'refuse' }>,
  more: readonly Action[] = [],
): Decision {
  const { why } = verdict;
  if (verdict.kind === 'already')
    return {
      outcome: 'started',
      reason: reasons.alreadyStarted(verdict.run),
      why,
      actions: more,
      already: [verdict.run],
    };
  const reason = reasons.started(verdict.spec.workflow.id);
  return { outcome: 'started', reason, why, actions: [...startActions(verdict), ...more] };
}

/** The actions that carry out a start: runs it replaces are cancelled first. */
export function startActions(verdict: Extract<StartVerdict, { kind: 'start' }>): Action[] {
  const by = { login: verdict.spec.requester.login, from: 'troupe' as const };
  return [
    ...verdict.replaces.map((run): Action => ({
      kind: 'post',
      run,
      event: {
        type: 'run.cancel_requested',
        data: { by: { ...by, reason: reasons.replaced(verdict.spec.workflow.id) } },
      },
    })),
    { kind: 'start', spec: verdict.spec },
  ];
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
