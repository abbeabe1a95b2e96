// An event that workflows may name in their trigger (`issues.opened`, `pull_request.synchronize` …): decides what is to be done.
import { runIdOf } from '../support/index.ts';
import { reasons } from './messages.ts';
import { ignored, startActions } from './on-label.ts';
import type { Happening, Subject } from './payload.ts';
import { considerStart } from './start.ts';
import type { Action, CoordinatorPorts, Decision } from './types.ts';
import type { World } from './world.ts';

const answering = /^(issues|pull_request|pull_request_review|issue_comment)\./;

/** Whether workflows may be triggered by the event at all. */
export function mayTrigger(happening: Happening): happening is Happening & { readonly subject: Subject } {
  return answering.test(happening.name) && happening.subject !== undefined;
}

/** What to do about the event. Nobody asked for an answer, so people hear only of mistakes and ties in files. */
export async function onEvent(
  happening: Happening & { readonly subject: Subject },
  world: World,
  ports: CoordinatorPorts,
): Promise<Decision> {
  const { subject, repository, review, comment } = happening;
  const told = review?.id ?? comment?.id ?? happening.assignee ?? happening.label ?? '';
  const runId = runIdOf('event', happening.name, repository.id, subject.number, told, subject.updatedAt);
  const verdict = await considerStart({ runId, happening, subject, inputs: [], by: 'event' }, world, ports);
  if (verdict.kind === 'already')
    return {
      outcome: 'started',
      reason: reasons.alreadyStarted(verdict.run),
      why: verdict.why,
      actions: [],
      already: [verdict.run],
    };
  if (verdict.kind === 'start')
    return {
      outcome: 'started',
      reason: reasons.started(verdict.spec.workflow.id),
      why: verdict.why,
      actions: startActions(verdict),
    };
  const speaks = ['mistakes', 'tie', 'inputs', 'provider'].includes(verdict.because);
  if (!speaks) return { ...ignored(happening, verdict.reason), why: verdict.why };
  const say: Action = {
    kind: 'say',
    issue: subject.number,
    marker: verdict.about ?? `answer-${runId}`,
    text: verdict.line,
  };
  return { outcome: 'refused', reason: verdict.reason, why: verdict.why, actions: [say] };
}
