// Branches that a run made and did not live to remove: nothing is in them, and nobody else has touched them. Never anybody else's.
import { foldRun } from '../engine/index.ts';
import type { Facts, RunState } from '../engine/index.ts';
import { existingBranchName } from '../git/index.ts';
import { isOnlyOurs } from '../steps/index.ts';
import type { Store } from '../store/index.ts';
import { messageOf } from '../support/index.ts';
import type { Clock, Logger, RunId } from '../support/index.ts';
import type { Workplaces } from './workplaces.ts';

/** What the search works with. */
export interface OrphanPorts {
  readonly journal: Pick<Store['journal'], 'list' | 'read'>;
  readonly workplaces: Workplaces;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Looks for branches that were left behind. */
export interface OrphanBranches {
  /** Returns how many were removed. A run that was looked at is not looked at again. */
  sweep(): Promise<number>;
}

/** Older runs are left to people. */
const youngestMs = 7 * 24 * 60 * 60_000;
const mostRuns = 200;

/** A search that has looked at nothing yet. */
export function createOrphanBranches(ports: OrphanPorts): OrphanBranches {
  const seen = new Set<RunId>();
  return {
    async sweep() {
      const ended = await ports.journal.list({
        status: ['failed', 'cancelled', 'timed_out'],
        since: ports.clock.now() - youngestMs,
        limit: mostRuns,
      });
      let removed = 0;
      for (const { id } of ended.items) {
        if (seen.has(id)) continue;
        try {
          if (await removeLeft(foldRun(await ports.journal.read(id)), ports)) removed += 1;
          seen.add(id);
        } catch (error) {
          ports.log.warn({ run: id, error: messageOf(error) }, 'The branch of a dead run could not be looked at');
        }
      }
      return removed;
    },
  };
}

async function removeLeft(state: RunState, ports: OrphanPorts): Promise<boolean> {
  const { facts, spec, steps } = state;
  const settled = [...steps.values()].some(({ path, status }) => path === 'settle' && status === 'succeeded');
  const made = [...steps.values()].some(({ result }) => result?.outputs['own_branch'] === false);
  if (settled || made || facts.branch === undefined || facts.baseSha === undefined) return false;
  if (spec.repository?.installationId === undefined || spec.followUp !== undefined) return false;
  if (await isInUse(state, ports)) return false;
  const { repository, api } = await ports.workplaces({ run: state.id, spec });
  const branch = existingBranchName(facts.branch);
  const head = await repository.lookUpBranch(branch);
  if (head === undefined) return false;
  await repository.ensureCommit(head);
  const isEmpty = (await repository.treeOf(facts.baseSha)) === (await repository.treeOf(head));
  if (!isEmpty || !(await isOnlyOurs(repository, { run: state.id, from: facts.baseSha, to: head }))) return false;
  const [pull] = (await api?.pullRequestsByHead(branch, 'open')) ?? [];
  if (pull?.ours === false) return false;
  // first the branch, with its lease: who pushes in between keeps the pull request
  await repository.deleteRemoteBranch(branch, head);
  if (pull !== undefined) await api?.closePullRequest(pull.number);
  ports.log.info({ run: state.id, branch }, 'the empty branch of a dead run was removed');
  return true;
}

/** Whether a run that goes on, or went on from this one, works on the same branch. */
async function isInUse({ id, spec, facts }: RunState, { journal }: OrphanPorts): Promise<boolean> {
  if (spec.repository === undefined || spec.task.number === undefined) return false;
  const { items } = await journal.list({ repositoryId: spec.repository.id, taskNumber: spec.task.number, limit: 50 });
  for (const other of items) {
    if (other.id === id) continue;
    const known: Facts = foldRun(await journal.read(other.id)).facts;
    if (known.branch === facts.branch) return true;
  }
  return false;
}
