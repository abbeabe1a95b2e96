// Checks of others failed on a head of ours: where the run's workflow asks for it, a linked run works on them. Writes nothing.
import { matchTrigger } from '../../definition/index.ts';
import { isRunOver } from '../../engine/index.ts';
import type { FailedSuite } from '../../engine/index.ts';
import type { PullRequestInfo } from '../../github/index.ts';
import { isSha, runIdOf } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import { actionsOf } from '../controls/actions-of.ts';
import { newestOnBranch } from '../controls/choose-runs.ts';
import { considerControl } from '../controls/consider-control.ts';
import { controlPorts } from '../controls/control-ports.ts';
import type { ControlledRun, ControlWish } from '../controls/types.ts';
import { ignored } from '../common/decisions.ts';
import { answers, reasons } from '../common/messages.ts';
import type { Happening, Subject } from '../common/payload.ts';
import { isAtLeast, isListedBot } from '../common/permission.ts';
import { scopeOf } from '../start/run-spec.ts';
import type { Action, CoordinatorPorts, Decision } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { Handler, Heard } from './types.ts';

/** Linked runs that failing checks start one after another, until a person does something. */
const mostInARow = 3;
/** Put on the pull request when these are used up. */
const exhaustedLabel = 'troupe:exhausted';
const failing: ReadonlySet<string> = new Set(['failure', 'timed_out', 'startup_failure']);

type Ended = Heard & { readonly checkSuite: NonNullable<Heard['checkSuite']> };

/** Goes on with the branch. Most suites are none of our business, so most is told from the event alone. */
export const suite: Handler<Ended> = {
  name: 'suite',
  answersTo: 'the end of a suite of checks',
  then: 'stop',
  matches: (happening): happening is Ended =>
    happening.name === 'check_suite.completed' && happening.checkSuite !== undefined,
  decide: (happening, { scene, ports }) => decide(happening, scene, ports),
};

async function decide(happening: Ended, scene: Scene, ports: CoordinatorPorts): Promise<Decision> {
  const { id, conclusion = '', branch, headSha, app = '' } = happening.checkSuite;
  if (id === undefined || branch === undefined || !isSha(headSha) || !failing.has(conclusion))
    return ignored(happening, reasons.suiteIsFine());
  if (app === scene.identity.slug) return ignored(happening, reasons.own());
  const pull = (await scene.api.pullRequestsByHead(branch, 'open')).find((one) => one.headSha === headSha);
  const subject = pull === undefined ? undefined : subjectOf(pull);
  const own = runIdOf('suite', happening.repository.id, id, headSha);
  const run = subject === undefined ? undefined : await newestOnBranch({ happening, subject, scene, ports }, own);
  if (subject === undefined || run === undefined) return ignored(happening, reasons.noLiveRunOfBranch(branch));
  const against = await reasonAgainst(happening, run, scene);
  if (against !== undefined) return ignored(happening, against);
  if ((await inARow(run, ports)) >= mostInARow) return exhausted(happening, subject, run);
  const checks = (await scene.api.failedChecks?.(id)) ?? [];
  const ci: FailedSuite = { id, app, headSha, checks };
  const wish: ControlWish = {
    verb: 'ci',
    by: { login: happening.sender.login, from: 'github', ref: `suite:${id}:${headSha}` },
    newRun: own,
    ci,
  };
  const verdict = await considerControl(wish, run, controlPorts({ ports, scene }));
  const why = [{ topic: 'life-cycle' as const, subject: app, ok: verdict.kind !== 'refuse', detail: verdict.reason }];
  if (verdict.kind === 'refuse') return { ...ignored(happening, verdict.reason), why };
  const text = answers.checksFailed(
    app,
    checks.map(({ name }) => name),
    verdict.line,
  );
  return {
    outcome: 'started',
    reason: verdict.reason,
    why,
    actions: [
      ...actionsOf(verdict, run.spec.id),
      { kind: 'say', issue: subject.number, marker: `answer-${own}`, text },
    ],
    ...(verdict.kind === 'nothing' ? { already: [own] } : {}),
  };
}

/** The workflow asks for it, the head is the run's own, the run has ended, and whoever asked for the run may still do so. */
async function reasonAgainst(
  happening: Happening,
  { spec, state }: ControlledRun,
  scene: Scene,
): Promise<string | undefined> {
  const headSha = happening.checkSuite?.headSha ?? '';
  if (state.facts.headSha !== headSha) return reasons.notOurHead(headSha);
  if (!isRunOver(state.status)) return reasons.stillGoesOn(spec.id);
  const event = {
    ...spec.event,
    name: happening.event,
    action: happening.action,
    sender: happening.sender.login,
    check_suite: {
      conclusion: happening.checkSuite?.conclusion ?? '',
      app: happening.checkSuite?.app ?? '',
      head_sha: headSha,
    },
  };
  const asked = spec.workflow.trigger.events.some((name) => name === 'check_suite' || name === happening.name);
  const match = matchTrigger(spec.workflow.trigger, {
    labels: [],
    event: happening.name,
    scope: scopeOf(spec.task, event, 0),
  });
  if (!asked || !match.matched) return reasons.noRework(spec.workflow.id);
  const { permissions } = (await scene.catalogue()).effective;
  const { login } = spec.requester;
  if (isListedBot(login, permissions)) return undefined;
  const has = await scene.permission(login);
  return isAtLeast(has, permissions.trigger) ? undefined : reasons.permission(login, has, permissions.trigger);
}

/** How many runs before this one came of failing checks, back to the last one that a person asked for. */
async function inARow(run: ControlledRun, ports: CoordinatorPorts): Promise<number> {
  let spec: ControlledRun['spec'] | undefined = run.spec;
  let count = 0;
  while (spec?.followUp?.kind === 'ci') {
    count += 1;
    const before: RunId = spec.followUp.run;
    spec = count > mostInARow ? undefined : await ports.journal.spec(before);
  }
  return count;
}

function exhausted(happening: Happening, { number }: Subject, { spec }: ControlledRun): Decision {
  const reason = reasons.exhausted(mostInARow);
  const actions: Action[] = [
    { kind: 'add-label', issue: number, label: exhaustedLabel },
    { kind: 'say', issue: number, marker: `exhausted-${spec.id}`, text: answers.exhausted(mostInARow) },
  ];
  return {
    outcome: 'refused',
    reason,
    why: [{ topic: 'life-cycle', subject: happening.name, ok: false, detail: reason }],
    actions,
  };
}

function subjectOf(pull: PullRequestInfo): Subject {
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    labels: [],
    author: pull.author,
    url: pull.url,
    state: pull.state,
    updatedAt: '',
    isPullRequest: true,
    head: { ref: pull.headRef, sha: pull.headSha, fork: false, base: pull.baseRef, merged: pull.merged },
  };
}
