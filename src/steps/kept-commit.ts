// A step's commit that cannot go onto its branch any more, because somebody else moved that: it is kept on a branch of its own.
import { ClaimLost } from '../engine/index.ts';
import type { StepContext } from '../engine/index.ts';
import { branchNameOf } from '../git/index.ts';
import { TroupeError } from '../support/index.ts';
import type { BranchName, Json, Sha } from '../support/index.ts';
import { personaStepMessages as messages } from './common/messages.ts';
import type { Workplace } from './common/types.ts';

/** What could not be pushed. */
export interface Unpushed {
  readonly context: StepContext;
  readonly workplace: Workplace;
  readonly branch: BranchName;
  /** The step's commit. */
  readonly sha: Sha;
  /** The head the step started from. */
  readonly from: Sha;
}

/** Keeps the commit, and answers with the failure that says what happened to the branch and where the commit is. */
export async function keepCommit(unpushed: Unpushed, stale: TroupeError): Promise<TroupeError> {
  const { context, workplace, branch } = unpushed;
  const remote = await workplace.repository.lookUpBranch(branch, context.signal);
  const kept = await pushAside(unpushed);
  const happened = remote === undefined ? 'deleted' : (await isOnTop(unpushed, remote)) ? 'pushed' : 'rewritten';
  return new TroupeError('git/stale', messages.overtaken[happened](branch, messages.keptOn(kept, unpushed.sha)), {
    hint: kept === undefined ? messages.overtakenHint : messages.keptHint(kept),
    cause: stale,
  });
}

async function isOnTop({ context, workplace, from }: Unpushed, remote: Sha): Promise<boolean> {
  await workplace.repository.ensureCommit(remote, context.signal);
  return workplace.repository.isAncestor(from, remote);
}

/** The branch that keeps it; undefined where the server takes none. Named by the commit, so that it is the same after a crash. */
async function pushAside({ context, workplace, branch, sha }: Unpushed): Promise<BranchName | undefined> {
  const { repository } = workplace;
  const aside = branchNameOf(`${Array.from(branch).slice(0, longestStem).join('')}-kept-${sha.slice(0, 7)}`);
  try {
    await context.effect({
      key: `keep:${sha}`,
      what: messages.keeping(sha, aside),
      async lookUp(): Promise<Json | undefined> {
        return (await repository.lookUpBranch(aside, context.signal)) === sha ? { sha } : undefined;
      },
      async apply(): Promise<Json> {
        await context.fence();
        await repository.push({ branch: aside, commit: sha, expected: null, signal: context.signal });
        return { sha };
      },
    });
    return aside;
  } catch (error) {
    // whoever was told to stop writes no more; a rule may forbid this branch, too
    if (error instanceof ClaimLost || context.signal.aborted || !(error instanceof TroupeError)) throw error;
    return undefined;
  }
}

/** Characters of the branch's own name that stay. */
const longestStem = 100;
