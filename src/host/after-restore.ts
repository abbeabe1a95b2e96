// Runs of a store that was put back from a copy: what they did outside since the copy is not in their journals, and stands on GitHub. It is found, and not done twice.
import { foldRun } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import { existingBranchName } from '../git/index.ts';
import type { GitRepository } from '../git/index.ts';
import type { CheckRunInfo, RepositoryApi } from '../github/index.ts';
import { isOurCommit } from '../steps/index.ts';
import type { Workplace } from '../steps/index.ts';
import type { RestoredStore, Store } from '../store/index.ts';
import { isSha } from '../support/index.ts';
import type { BranchName, Logger, RunId, Sha } from '../support/index.ts';
import { hostMessages } from './messages.ts';
import type { Workplaces } from './workplaces.ts';

/** An event that the copy does not know may still be handed over for three days, and a label be found later: a run that it starts may have been at work before. */
const doubtfulMs = 7 * 24 * 60 * 60_000;

/** Whether things may stand outside that the run's journal says nothing of: then they are looked for before they are made. */
export function mayHaveDoneMore(
  restored: RestoredStore | undefined,
  { createdAt }: Pick<RunState, 'createdAt'>,
): boolean {
  return restored !== undefined && createdAt < restored.at + doubtfulMs;
}

/** What the search works with. */
export interface AfterRestorePorts {
  readonly store: Pick<Store, 'restored'> & { readonly journal: Pick<Store['journal'], 'read'> };
  readonly log: Logger;
}

/** Workplaces in which the branch of a run stands where its journal knows it, before any step of it works there. */
export function afterRestore(workplaces: Workplaces, ports: AfterRestorePorts): Workplaces {
  if (ports.store.restored === undefined) return workplaces;
  const looked = new Map<RunId, Promise<void>>();
  return async (work) => {
    const workplace = await workplaces(work);
    // one that fails is looked for again by the next step
    const looking =
      looked.get(work.run) ??
      takeBackUnknown(work.run, workplace, ports).catch((error: unknown) => {
        looked.delete(work.run);
        throw error;
      });
    looked.set(work.run, looking);
    await looking;
    return workplace;
  };
}

/**
 * The branch as the journal knows it: commits of this run that were pushed after the copy are taken off it, because the steps
 * that made them are done again. Where anybody else has pushed, or the pull request is merged, it stays as it is.
 */
async function takeBackUnknown(run: RunId, workplace: Workplace, { store, log }: AfterRestorePorts): Promise<void> {
  const events = await store.journal.read(run);
  if (events.length === 0) return;
  const state = foldRun(events);
  const { branch: name, baseBranch, pullRequest } = state.facts;
  if (!mayHaveDoneMore(store.restored, state) || name === undefined || baseBranch === undefined) return;
  const { repository, api } = workplace;
  const branch = existingBranchName(name);
  const known = commitsIn(state);
  const there = await repository.lookUpBranch(branch);
  if (there === undefined || known.has(there)) return;
  if (pullRequest !== undefined && (await api?.pullRequest(pullRequest.number))?.merged === true) return;
  await repository.fetch();
  const found = await unknownOn(repository, { run, branch, there, base: baseBranch, known });
  const target = found?.after ?? state.facts.headSha;
  if (found === undefined || target === undefined) return;
  await repository.ensureCommit(target);
  // a check on a commit that is on no branch any more is concluded by nobody else
  if (api !== undefined) for (const { sha } of found.commits) await endChecks(api, run, sha);
  await repository.push({ branch, commit: target, expected: there });
  log.info({ run, branch, commits: found.commits.length }, hostMessages.tookBackUnknown);
}

interface Unknown {
  readonly commits: readonly { readonly sha: Sha }[];
  /** The newest commit below them that the journal knows; undefined where the run has rewritten its branch. */
  readonly after: Sha | undefined;
}

/** The newest commits that the journal does not know; undefined where one of them is somebody else's, or there is none. */
async function unknownOn(
  repository: GitRepository,
  at: {
    readonly run: RunId;
    readonly branch: BranchName;
    readonly there: Sha;
    readonly base: string;
    readonly known: ReadonlySet<string>;
  },
): Promise<Unknown | undefined> {
  const base = await repository.remoteBranch(existingBranchName(at.base));
  if (base === undefined) return undefined;
  const commits = await repository.log(base, at.there);
  const last = commits.findLastIndex(({ sha }) => at.known.has(sha));
  const unknown = commits.slice(last + 1);
  for (const { sha } of unknown) if (!(await isOurCommit(repository, at.run, sha))) return undefined;
  return unknown.length === 0 ? undefined : { commits: unknown, after: commits[last]?.sha };
}

/** Whatever in the state looks like a commit. */
function commitsIn(state: RunState): ReadonlySet<string> {
  const text = JSON.stringify([state.facts, [...state.steps.values()]]);
  return new Set([...text.matchAll(/\b[0-9a-f]{40}\b/g)].map(([sha]) => sha).filter(isSha));
}

async function endChecks(api: RepositoryApi, run: RunId, headSha: Sha): Promise<void> {
  const isOpen = ({ status, externalId }: CheckRunInfo): boolean =>
    status !== 'completed' && externalId.startsWith(`${run}:`);
  for (const { id, name, externalId } of (await api.findCheckRuns(headSha)).filter(isOpen)) {
    const check = { name, headSha, externalId, ...hostMessages.doneAgain };
    await api.updateCheckRun(id, { ...check, status: 'completed', conclusion: 'cancelled' }, 'create');
  }
}
