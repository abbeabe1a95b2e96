// The decision that starts a run, and the actions that carry a start out. Decides only.
import { reasons } from '../common/messages.ts';
import type { Action, Decision } from '../common/types.ts';
import type { StartVerdict } from './consider-start.ts';

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
