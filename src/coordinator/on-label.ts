// A label was put on an issue or pull request: decides what is to be done. Writes nothing.
import { runIdOf, TroupeError } from '../support/index.ts';
import { reasons } from './messages.ts';
import type { Happening, Subject } from './payload.ts';
import { commandLabelId, isReservedLabel } from './select.ts';
import { considerStart } from './start.ts';
import type { StartVerdict } from './start.ts';
import type { Action, CoordinatorPorts, Decision } from './types.ts';
import type { World } from './world.ts';

/** What to do about the label. Command labels are taken off once the run is durable, and when refused (decision 33). */
export async function onLabel(
  happening: Happening & { readonly subject: Subject; readonly label: string },
  world: World,
  ports: CoordinatorPorts,
): Promise<Decision> {
  const { subject, label } = happening;
  if (isReservedLabel(label)) return ignored(happening, reasons.reservedLabel(label));
  const runId = runIdOf('label', happening.repository.id, subject.number, label, subject.updatedAt);
  const candidates = (await world.catalogue()).candidates;
  const named = commandLabelId(label);
  const byTrigger = candidates.some((one) =>
    one.workflow?.trigger.labels.some((wanted) => wanted.toLowerCase() === label.toLowerCase()),
  );
  // `troupe:quick` may also be an ordinary trigger of a workflow with another id
  const workflowId =
    named !== undefined && (candidates.some((one) => one.id === named) || !byTrigger) ? named : undefined;
  const verdict = await considerStart(
    {
      runId,
      happening,
      subject,
      ...(workflowId === undefined ? {} : { workflowId }),
      inputs: [],
      by: 'label',
      stillTrue: () => goneReason(world, subject.number, label),
    },
    world,
    ports,
  );
  return decide(verdict, happening, { runId, isCommand: named !== undefined });
}

/** A label is state: what counts is whether it is there now. */
async function goneReason(world: World, number: number, label: string): Promise<string | undefined> {
  const fresh = await world.api.issue(number);
  if (fresh === undefined)
    throw new TroupeError('github/not-visible', `GitHub does not show #${number} yet`, { class: 'transient' });
  const isThere = fresh.labels.some((one) => one.toLowerCase() === label.toLowerCase());
  return isThere ? undefined : reasons.labelGone(label);
}

function decide(
  verdict: StartVerdict,
  happening: Happening & { readonly subject: Subject; readonly label: string },
  about: { readonly runId: string; readonly isCommand: boolean },
): Decision {
  const issue = happening.subject.number;
  const takeOff: Action[] = about.isCommand ? [{ kind: 'remove-label', issue, label: happening.label }] : [];
  if (verdict.kind === 'already')
    return {
      outcome: 'started',
      reason: reasons.alreadyStarted(verdict.run),
      why: verdict.why,
      actions: takeOff,
      already: [verdict.run],
    };
  if (verdict.kind === 'start')
    return {
      outcome: 'started',
      reason: reasons.started(verdict.spec.workflow.id),
      why: verdict.why,
      actions: [...startActions(verdict), ...takeOff],
    };
  if (verdict.because === 'none' || verdict.because === 'gone')
    return { outcome: 'ignored', reason: verdict.reason, why: verdict.why, actions: [] };
  const marker = verdict.about ?? `answer-${about.runId}`;
  const say: Action[] = verdict.line === '' ? [] : [{ kind: 'say', issue, marker, text: verdict.line }];
  return { outcome: 'refused', reason: verdict.reason, why: verdict.why, actions: [...say, ...takeOff] };
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

/** Nothing is done, and why. */
export function ignored(happening: Happening, reason: string): Decision {
  return {
    outcome: 'ignored',
    reason,
    why: [{ topic: 'event', subject: happening.name, ok: false, detail: reason }],
    actions: [],
  };
}
