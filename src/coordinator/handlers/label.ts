// A label was put on an issue or pull request. Command labels are taken off once the run is durable, and when refused (decision 33). Writes nothing.
import { runIdOf, TroupeError, defined } from '../../support/index.ts';
import { ignored } from '../common/decisions.ts';
import { started } from '../start/started.ts';
import { reasons } from '../common/messages.ts';
import type { Subject } from '../common/payload.ts';
import { commandLabelId, isReservedLabel } from '../common/select.ts';
import { considerStart } from '../start/consider-start.ts';
import type { StartVerdict } from '../start/consider-start.ts';
import type { Action, Decision } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { Handler, Heard } from './types.ts';

type Labelled = Heard & { readonly subject: Subject; readonly label: string };

/** Starts the workflow that the label names, or the one whose trigger names the label. */
export const label: Handler<Labelled> = {
  name: 'label',
  answersTo: 'a label that was put on',
  then: 'stop',
  matches: (happening): happening is Labelled =>
    (happening.name === 'issues.labeled' || happening.name === 'pull_request.labeled') &&
    happening.subject !== undefined &&
    happening.label !== undefined,
  async decide(happening, context) {
    const { scene } = context;
    const { subject, label: put } = happening;
    if (isReservedLabel(put)) return ignored(happening, reasons.reservedLabel(put));
    const runId = runIdOf('label', happening.repository.id, subject.number, put, subject.updatedAt);
    const candidates = (await scene.catalogue()).candidates;
    const named = commandLabelId(put);
    const byTrigger = candidates.some((one) =>
      one.workflow?.trigger.labels.some((wanted) => wanted.toLowerCase() === put.toLowerCase()),
    );
    // `troupe:quick` may also be an ordinary trigger of a workflow with another id
    const workflowId =
      named !== undefined && (candidates.some((one) => one.id === named) || !byTrigger) ? named : undefined;
    const verdict = await considerStart(
      {
        runId,
        happening,
        subject,
        ...defined({ workflowId }),
        inputs: [],
        by: 'label',
        stillTrue: () => goneReason(scene, subject.number, put),
      },
      context,
    );
    return decisionOn(verdict, happening, { runId, isCommand: named !== undefined });
  },
};

/** A label is state: what counts is whether it is there now. */
async function goneReason(scene: Scene, number: number, put: string): Promise<string | undefined> {
  const fresh = await scene.api.issue(number);
  if (fresh === undefined)
    throw new TroupeError('github/not-visible', `GitHub does not show #${number} yet`, { class: 'transient' });
  const isThere = fresh.labels.some((one) => one.toLowerCase() === put.toLowerCase());
  return isThere ? undefined : reasons.labelGone(put);
}

function decisionOn(
  verdict: StartVerdict,
  happening: Labelled,
  about: { readonly runId: string; readonly isCommand: boolean },
): Decision {
  const issue = happening.subject.number;
  const takeOff: Action[] = about.isCommand ? [{ kind: 'remove-label', issue, label: happening.label }] : [];
  if (verdict.kind !== 'refuse') return started(verdict, takeOff);
  const { reason, why } = verdict;
  if (verdict.concerns === 'nobody') return { outcome: 'ignored', reason, why, actions: [] };
  const marker = verdict.about ?? `answer-${about.runId}`;
  const say: Action[] = verdict.line === '' ? [] : [{ kind: 'say', issue, marker, text: verdict.line }];
  return { outcome: 'refused', reason, why, actions: [...say, ...takeOff] };
}
