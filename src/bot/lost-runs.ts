// Runs that a store of before knew and this one does not: what GitHub still shows of them is made honest. Starts nothing and deletes nothing.
import { isOurMark, lostComment, lostRunsIn } from './lost-run-marks.ts';
import type { LostRun } from './lost-run-marks.ts';
import type { CheckRunInfo, GitHubApp, IssueInfo, RepositoryApi } from '../github/index.ts';
import type { Store } from '../store/index.ts';
import { isoTime, isRunId, messageOf } from '../support/index.ts';
import type { Clock, Logger, RunId, Sha } from '../support/index.ts';
import { lostRunMessages, sweepMessages } from './messages.ts';
import type { ServedRepositories, ServedRepository } from './served-repositories.ts';

/** What the search works with. */
export interface LostRunPorts {
  readonly app: Pick<GitHubApp, 'repository' | 'time' | 'identity'>;
  readonly store: Pick<Store, 'beginning'> & { readonly journal: Pick<Store['journal'], 'summary'> };
  readonly served: () => ServedRepositories;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A search that ends for good when it was made once. */
export interface LostRuns {
  /** Returns how many runs were told of. */
  sweep(signal: AbortSignal): Promise<number>;
}

/** What is still written of so long after the beginning, somebody else writes. */
const untouchedMs = 10 * 60_000;
/** A repository that cannot be looked through by then stays as it is. */
const longestMs = 2 * 60 * 60_000;
/** GitHub itself gives checks up after fourteen days. */
const farthestMs = 30 * 24 * 60 * 60_000;
/** Issues and pull requests that one pass looks at closely, over all repositories. */
const mostLooks = 1_000;

/** A search over one App, made once for each store. */
export function createLostRuns(ports: LostRunPorts): LostRuns {
  const { store, clock, log } = ports;
  const looked = new Set<string>();
  return {
    async sweep(signal) {
      const { beginning } = store;
      if (beginning === undefined || beginning.wasLookedBehind()) return 0;
      const age = clock.now() - beginning.at;
      // what is handed over again meanwhile begins some of them anew, after a backup even under the same ids
      if (age < untouchedMs) return 0;
      const pass: Pass = { ports, signal, began: beginning.at, looksLeft: mostLooks, told: 0 };
      const places = (await ports.served().repositories()).map((place) => ({
        place,
        name: `${place.owner}/${place.name}`,
      }));
      for (const { place, name } of places) {
        if (signal.aborted) break;
        if (!looked.has(name) && (await lookThrough(pass, place, name))) looked.add(name);
      }
      if (pass.told > 0) log.warn({ runs: pass.told }, lostRunMessages.told);
      const isDone = places.every(({ name }) => looked.has(name)) || age >= longestMs;
      if (isDone && !signal.aborted) await beginning.lookedBehind(clock.now());
      return pass.told;
    },
  };
}

interface Pass {
  readonly ports: LostRunPorts;
  readonly signal: AbortSignal;
  readonly began: number;
  looksLeft: number;
  told: number;
}

/** Whether all of it was looked at. One repository that fails does not keep the others from theirs. */
async function lookThrough(pass: Pass, place: ServedRepository, repository: string): Promise<boolean> {
  try {
    await lookAtRepository(pass, place);
    return !pass.signal.aborted;
  } catch (error) {
    if (!pass.signal.aborted)
      pass.ports.log.warn({ repository, error: messageOf(error) }, sweepMessages.lostRunsFailed);
    return false;
  }
}

/** Whether there is time and room for one look more. */
function mayLook(pass: Pass): boolean {
  if (pass.signal.aborted || pass.looksLeft === 0) return false;
  pass.looksLeft -= 1;
  return true;
}

async function lookAtRepository(pass: Pass, place: ServedRepository): Promise<void> {
  const { app } = pass.ports;
  const api = app.repository(place.installationId, place.owner, place.name);
  const { botLogin } = await app.identity();
  const changed = (await api.changedIssues?.(isoTime(pass.began - farthestMs))) ?? [];
  const pulls = changed.filter(({ isPullRequest, author }) => isPullRequest && author === botLogin);
  for (const issue of changed.filter(({ comments }) => comments !== 0)) {
    if (!mayLook(pass)) return;
    const ours = (await api.comments(issue.number)).filter(({ author }) => author === botLogin);
    for (const run of lostRunsIn(ours, pass.began)) {
      if (isFresh(pass, run.touchedAt) || !(await isLost(pass, api, run.id))) continue;
      await tellIssue(api, run, { issue, pulls });
      pass.told += 1;
    }
  }
  // those of runs that no issue is about
  for (const { number } of pulls) {
    if (!mayLook(pass)) return;
    await endChecksOf(pass, api, (await api.pullRequest(number))?.headSha);
  }
  await endChecksOf(pass, api, await api.branchSha(place.defaultBranch));
}

/** Whoever wrote it may be at work elsewhere. */
function isFresh({ ports }: Pass, touchedAt: number): boolean {
  return !(touchedAt < ports.app.time.now().getTime() - untouchedMs);
}

/** Nobody here knows it, and no job keeps it. */
async function isLost({ ports }: Pass, api: RepositoryApi, run: RunId): Promise<boolean> {
  if ((await ports.store.journal.summary(run)) !== undefined) return false;
  return (await api.hasRef?.(`troupe/runs/${run}`)) !== true;
}

/** Its checks first: whoever is ended in between finds the comment as it was, and does it again. */
async function tellIssue(
  api: RepositoryApi,
  run: LostRun,
  { issue, pulls }: { readonly issue: IssueInfo; readonly pulls: readonly IssueInfo[] },
): Promise<void> {
  const places = [...pulls.filter(({ body }) => isOurMark(body, run.id)), ...(issue.isPullRequest ? [issue] : [])];
  for (const number of new Set(places.map((place) => place.number))) {
    const headSha = (await api.pullRequest(number))?.headSha;
    for (const check of headSha === undefined ? [] : await api.findCheckRuns(headSha))
      if (check.externalId.startsWith(`${run.id}:`) && isOpen(check)) await end(api, check);
  }
  // the run's own comment last, as it is what tells that all was done
  for (const comment of run.gates) await api.updateComment(comment.id, lostComment(run.id, comment.body), 'create');
  await api.updateComment(run.sticky.id, lostComment(run.id, run.sticky.body), 'create');
}

async function endChecksOf(pass: Pass, api: RepositoryApi, headSha: Sha | undefined): Promise<void> {
  if (headSha === undefined) return;
  for (const check of await api.findCheckRuns(headSha)) {
    const [run = ''] = check.externalId.split(':');
    const startedAt = Date.parse(check.startedAt ?? '');
    if (!isOpen(check) || !(startedAt < pass.began) || !isRunId(run) || !check.name.startsWith('troupe / ')) continue;
    if (!isFresh(pass, startedAt) && (await isLost(pass, api, run))) await end(api, check);
  }
}

/** Under way, or with buttons that nobody hears. */
function isOpen({ status, conclusion }: CheckRunInfo): boolean {
  return status !== 'completed' || conclusion === 'action_required';
}

async function end(api: RepositoryApi, { id, name, headSha, externalId }: CheckRunInfo): Promise<void> {
  const check = { name, headSha, externalId, ...lostRunMessages.check };
  await api.updateCheckRun(id, { ...check, status: 'completed', conclusion: 'cancelled' }, 'create');
}
