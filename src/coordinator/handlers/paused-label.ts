// The label `troupe:paused` went on or off: the runs of the issue pause or go on. The label is state: what counts is whether it is there now.
import { liveStatuses } from '../../engine/index.ts';
import { runIdOf } from '../../support/index.ts';
import { actionsOf } from '../controls/actions-of.ts';
import { runsHere } from '../controls/choose-runs.ts';
import { considerControl } from '../controls/consider-control.ts';
import { controlPorts } from '../controls/control-ports.ts';
import { levelOf, refusalOfPerson } from '../controls/may-control.ts';
import { controlRefusals } from '../controls/messages.ts';
import { readRun } from '../controls/read-run.ts';
import { ignored } from '../common/decisions.ts';
import { reasons } from '../common/messages.ts';
import type { Subject } from '../common/payload.ts';
import { pausedLabel as name } from '../common/select.ts';
import type { Action, CoordinatorPorts, Decision, Why } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { Handler, Heard } from './types.ts';

type Labelled = Heard & { readonly subject: Subject };

/** Pauses the runs of the issue, or lets them go on. */
export const pausedLabel: Handler<Labelled> = {
  name: 'paused-label',
  answersTo: `the label ${name} that went on or off`,
  then: 'stop',
  isControl: true,
  matches: (happening): happening is Labelled => {
    const { event, action, label, subject } = happening;
    const isLabelling = action === 'labeled' || action === 'unlabeled';
    const isAbout = event === 'issues' || event === 'pull_request';
    return isLabelling && isAbout && label?.toLowerCase() === name && subject !== undefined;
  },
  decide: (happening, { scene, ports }) => decide(happening, scene, ports),
};

async function decide(happening: Labelled, scene: Scene, ports: CoordinatorPorts): Promise<Decision> {
  const { subject, sender } = happening;
  const verb = happening.action === 'labeled' ? 'pause' : 'resume';
  const place = { happening, subject, scene, ports };
  const live = (await runsHere(place)).filter((run) => liveStatuses.includes(run.status));
  const denied = await refusalOfPerson({ verb, specs: [] }, sender, scene);
  if (denied !== undefined) return refusedLabel(happening, { ...denied, matters: live.length > 0 }, scene);
  const fresh = await scene.api.issue(subject.number);
  const isOn = fresh?.labels.some((label) => label.toLowerCase() === name) ?? false;
  if (isOn !== (verb === 'pause')) return ignored(happening, reasons.labelGone(name));
  const actions: Action[] = [];
  const why: Why[] = [];
  for (const { id } of live) {
    const run = await readRun(ports.journal, id);
    if (run === undefined) continue;
    const by = { login: sender.login, from: 'label' as const, ref: `label:${happening.delivery}` };
    const wish = { verb, by, newRun: runIdOf('label', happening.delivery) } as const;
    const verdict = await considerControl(wish, run, controlPorts(place));
    actions.push(...actionsOf(verdict, id));
    why.push({ topic: 'command', subject: verb, ok: verdict.kind !== 'refuse', detail: verdict.reason });
  }
  if (actions.length === 0) return { ...ignored(happening, why[0]?.detail ?? reasons.noLiveRun()), why };
  return { outcome: 'acted', reason: why[0]?.detail ?? '', why, actions };
}

/** A label of somebody who may not pause is taken off again; one line says why. */
async function refusedLabel(
  happening: Labelled,
  denied: { readonly line: string; readonly reason: string; readonly matters: boolean },
  scene: Scene,
): Promise<Decision> {
  const { subject, sender, action } = happening;
  const issue = subject.number;
  const takeOff: Action[] = action === 'labeled' ? [{ kind: 'remove-label', issue, label: name }] : [];
  const say: Action[] = [];
  if (denied.line !== '' && (denied.matters || takeOff.length > 0)) {
    const { permissions } = (await scene.catalogue()).effective;
    const text = controlRefusals.pausedLabel({
      login: sender.login,
      needed: permissions[levelOf.pause],
      has: await scene.permission(sender.login),
    });
    say.push({ kind: 'say', issue, marker: `answer-${runIdOf('label', happening.delivery)}`, text });
  }
  return {
    outcome: 'refused',
    reason: denied.reason,
    why: [{ topic: 'permission', subject: sender.login, ok: false, detail: denied.reason }],
    actions: [...say, ...takeOff],
  };
}
