// An issue or pull request was closed: which runs end with it (decision 34). Writes nothing.
import { liveStatuses } from '../../engine/index.ts';
import type { RunSummary } from '../../engine/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import { isSha } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import { runBehind, runsHere } from '../controls/choose-runs.ts';
import type { Asking } from '../controls/choose-runs.ts';
import { readRun } from '../controls/read-run.ts';
import { ignored } from '../common/decisions.ts';
import { reasons } from '../common/messages.ts';
import type { Subject } from '../common/payload.ts';
import type { Action, CoordinatorPorts, Decision, Why } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { Handler, Heard } from './types.ts';

type Closed = Heard & { readonly subject: Subject };

/** Clocks differ, and GitHub tells whole seconds. */
const clockToleranceMs = 10_000;

/** Runs for a closed issue or pull request are cancelled, but not when the run's own pull request closed the issue. */
export const closed: Handler<Closed> = {
  name: 'closed',
  answersTo: 'an issue or pull request that was closed',
  then: 'go on',
  matches: (happening): happening is Closed =>
    (happening.name === 'issues.closed' || happening.name === 'pull_request.closed') && happening.subject !== undefined,
  decide: (happening, { scene, ports }) => decide(happening, scene, ports),
};

async function decide(happening: Closed, scene: Scene, ports: CoordinatorPorts): Promise<Decision> {
  const { subject, sender } = happening;
  const place = { happening, subject, scene, ports };
  const here = (await runsHere(place)).filter((run) => liveStatuses.includes(run.status) && !isLater(run, subject));
  const own = subject.isPullRequest ? await runsOn(here, place) : [];
  const kept = new Set(subject.isPullRequest ? [] : await runsWhosePullRequestMerged(here, scene.api));
  // on a pull request there are also the runs of the issue it is for: they are no concern of this one
  const cancelled = here.filter(
    (run) => run.taskNumber === subject.number && !kept.has(run.id) && !own.includes(run.id),
  );
  const reason = subject.isPullRequest ? reasons.pullRequestClosed(sender.login) : reasons.taskClosed(sender.login);
  const ended = subject.head?.merged === true ? reasons.merged(sender.login) : reason;
  const actions = [
    ...own.flatMap((run) => endingOf(run, happening)),
    ...cancelled.map((run) => cancel(run.id, sender.login, reason)),
  ];
  const why: Why[] = [
    ...own.map((run) => note(run, true, ended)),
    ...[...kept].map((run) => note(run, false, reasons.closedByOwnPullRequest())),
    ...cancelled.map((run) => note(run.id, true, reason)),
  ];
  if (actions.length > 0) return { outcome: 'acted', reason: why[0]?.detail ?? reason, why, actions };
  return { ...ignored(happening, kept.size > 0 ? reasons.closedByOwnPullRequest() : reasons.noLiveRun()), why };
}

/** The event that asks a run to stop because of something that happened on GitHub. */
function cancel(run: RunId, login: string, reason: string): Action {
  return {
    kind: 'post',
    run,
    event: { type: 'run.cancel_requested', data: { by: { login, from: 'github', reason } } },
  };
}

async function runsWhosePullRequestMerged(live: readonly RunSummary[], api: RepositoryApi): Promise<RunId[]> {
  const merged: RunId[] = [];
  for (const run of live) {
    const number = Number(/\/pull\/(\d+)$/.exec(run.pullRequestUrl ?? '')?.[1]);
    if (!Number.isInteger(number)) continue;
    if ((await api.pullRequest(number))?.merged === true) merged.push(run.id);
  }
  return merged;
}

/** Whether the run began after that: what was closed was opened again meanwhile, and the event is late. */
function isLater(run: RunSummary, { closedAt }: Subject): boolean {
  return closedAt !== undefined && run.createdAt > closedAt + clockToleranceMs;
}

/** How a pull request ended, told to a run that works on it; it stops unless it was merged. */
function endingOf(run: RunId, { subject, sender }: Closed): Action[] {
  const merged = subject.head?.merged === true;
  const headSha = subject.head?.sha ?? '';
  const facts: Action = {
    kind: 'post',
    run,
    event: {
      type: 'facts.changed',
      data: {
        pullRequest: {
          number: subject.number,
          url: subject.url,
          draft: false,
          state: merged ? 'merged' : 'closed',
        },
        ...(merged ? { mergedBy: sender.login } : {}),
        ...(isSha(headSha) ? { headSha } : {}),
      },
    },
  };
  return merged ? [facts] : [facts, cancel(run, sender.login, reasons.pullRequestClosed(sender.login))];
}

/** The run that made the pull request, and those that go on from that one. */
async function runsOn(here: readonly RunSummary[], asking: Asking): Promise<readonly RunId[]> {
  const { subject, ports } = asking;
  const behind = await runBehind(asking);
  const found: RunId[] = [];
  for (const { id } of here) {
    const run = await readRun(ports.journal, id);
    const pull = run?.state.facts.pullRequest ?? run?.spec.followUp?.facts.pullRequest;
    if (id === behind || pull?.number === subject.number) found.push(id);
  }
  return found;
}

function note(run: string, ok: boolean, detail: string): Why {
  return { topic: 'life-cycle', subject: run, ok, detail };
}
