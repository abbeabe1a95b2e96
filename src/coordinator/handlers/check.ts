// A button or "Re-run" on a check of ours: the same controls as the commands, on the run and step that the check's external id names. Writes nothing.
import { isRunOver } from '../../engine/index.ts';
import { isRunId, isSha, runIdOf } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import { actionsOf } from '../controls/actions-of.ts';
import { considerControl } from '../controls/consider-control.ts';
import { controlPorts } from '../controls/control-ports.ts';
import { hasFailed, stepsOf } from '../controls/find-step.ts';
import { firstJudge } from '../controls/judges.ts';
import { controlRefusals } from '../controls/messages.ts';
import { refusalOfPerson } from '../controls/may-control.ts';
import { readRun } from '../controls/read-run.ts';
import type { ControlVerdict, ControlWish, ControlledRun } from '../controls/types.ts';
import { ignored } from '../common/decisions.ts';
import { reasons } from '../common/messages.ts';
import type { Happening } from '../common/payload.ts';
import type { Action, CoordinatorPorts, Decision } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { Handler, Heard } from './types.ts';

/** What a check is of: a run, and the path of a step or nothing for the roll-up. */
export interface CheckPlace {
  readonly run: RunId;
  readonly path?: string;
}

const wishes: ReadonlySet<string> = new Set([
  'check_run.requested_action',
  'check_run.rerequested',
  'check_suite.rerequested',
]);

/** Does what the button says. People hear only of what is refused: the check shows the rest. */
export const check: Handler = {
  name: 'check',
  answersTo: 'a button or "Re-run" on a check of ours',
  then: 'stop',
  isControl: true,
  matches: (happening): happening is Heard => wishes.has(happening.name),
  decide: (happening, { scene, ports }) => decide(happening, scene, ports),
};

/** The run and step of an external id `<run>:<path>:<showing>`; undefined when it is none of ours. */
export function placeOf(externalId: string, checkName: string): CheckPlace | undefined {
  const found = /^(r[a-z2-7]{15}):(.+):\d+$/.exec(externalId);
  const [, run = '', path = ''] = found ?? [];
  if (!isRunId(run)) return undefined;
  // the roll-up's name has no step behind the workflow; a step may be called `run` too
  const isRollUp = path === 'run' && checkName.split(' / ').length === 2;
  return { run, ...(isRollUp ? {} : { path }) };
}

async function decide(happening: Happening, scene: Scene, ports: CoordinatorPorts): Promise<Decision> {
  const place = await placeOfEvent(happening, scene, ports);
  const run = place === undefined ? undefined : await readRun(ports.journal, place.run);
  if (place === undefined || run === undefined || run.spec.repository?.id !== happening.repository.id)
    return ignored(happening, reasons.notOurCheck());
  const wished = happening.button === judgeAgain ? judgeAgainOf(run, happening) : wishOf(happening, place, run);
  if (wished === undefined) return ignored(happening, reasons.unknownButton(happening.button ?? ''));
  const { sender } = happening;
  const denied = await refusalOfPerson({ verb: wished.verb, specs: [run.spec] }, sender, scene);
  if (denied !== undefined) return refused(happening, run, denied);
  if (happening.button === judgeAgain && !isRunOver(run.state.status) && run.state.status !== 'waiting')
    return refused(happening, run, {
      line: controlRefusals.stillJudging(run.spec.id),
      reason: reasons.stillGoesOn(run.spec.id),
    });
  const wish: ControlWish = {
    ...wished,
    by: { login: sender.login, from: 'check', ref: `check:${happening.delivery}` },
    newRun: runIdOf('check', happening.delivery),
  };
  const verdict = await considerControl(wish, run, controlPorts({ ports, scene }));
  if (verdict.kind === 'refuse') return refused(happening, run, verdict);
  return {
    outcome:
      verdict.kind === 'start' || (verdict.kind === 'nothing' && verdict.run !== undefined) ? 'started' : 'acted',
    reason: verdict.reason,
    why: [{ topic: 'command', subject: wish.verb, ok: true, detail: verdict.reason }],
    actions: actionsOf(verdict, run.spec.id),
    ...(verdict.kind === 'nothing' && verdict.run !== undefined ? { already: [verdict.run] } : {}),
  };
}

/** The run whose task orders the event among the others. */
async function placeOfEvent(
  { checkRun, checkSuite }: Happening,
  scene: Scene,
  ports: CoordinatorPorts,
): Promise<CheckPlace | undefined> {
  if (checkRun !== undefined) return placeOf(checkRun.externalId, checkRun.name);
  if (checkSuite === undefined || !isSha(checkSuite.headSha)) return undefined;
  const checks = await scene.api.findCheckRuns(checkSuite.headSha);
  const runs = new Set(checks.flatMap(({ externalId, name }) => placeOf(externalId, name)?.run ?? []));
  const known = await Promise.all([...runs].map((run) => ports.journal.summary(run)));
  const newest = known.filter((run) => run !== undefined).toSorted((a, b) => b.createdAt - a.createdAt)[0];
  return newest === undefined ? undefined : { run: newest.id };
}

/** The button on a head that nobody judged. */
const judgeAgain = 'judge-again';

/** All that judges, on the branch as it is now; everything where nobody judged yet. */
function judgeAgainOf(run: ControlledRun, { checkRun }: Happening): Wished {
  const sha = checkRun === undefined ? {} : { sha: checkRun.headSha };
  return { verb: 'rerun', step: firstJudge(run) ?? 'all', ...sha };
}

type Wished = Pick<ControlWish, 'verb' | 'step' | 'sha'>;

function wishOf(happening: Happening, place: CheckPlace, run: ControlledRun): Wished | undefined {
  const step = place.path === undefined ? {} : { step: place.path };
  if (happening.name !== 'check_run.requested_action') {
    if (place.path !== undefined) return { verb: 'rerun', ...step };
    // the whole suite: from what failed, else everything
    return stepsOf(run.state).some(hasFailed) ? { verb: 'retry' } : { verb: 'rerun', step: 'all' };
  }
  const sha = happening.checkRun === undefined ? {} : { sha: happening.checkRun.headSha };
  const buttons: Readonly<Record<string, Wished>> = {
    approve: { verb: 'approve', ...step, ...sha },
    reject: { verb: 'reject', ...step },
    retry: { verb: 'retry', ...step },
    'rerun-all': { verb: 'rerun', step: 'all' },
    cancel: { verb: 'cancel' },
  };
  const { button = '' } = happening;
  return Object.hasOwn(buttons, button) ? buttons[button] : undefined;
}

function refused(
  happening: Happening,
  run: ControlledRun,
  { line, reason }: Pick<ControlVerdict, 'line' | 'reason'>,
): Decision {
  const issue = run.spec.task.number ?? run.state.facts.pullRequest?.number;
  const say: Action[] =
    line === '' || issue === undefined
      ? []
      : [{ kind: 'say', issue, marker: `answer-${runIdOf('check', happening.delivery)}`, text: line }];
  const verb = happening.button ?? happening.name;
  return {
    outcome: 'refused',
    reason,
    why: [{ topic: 'command', subject: verb, ok: false, detail: reason }],
    actions: say,
  };
}
