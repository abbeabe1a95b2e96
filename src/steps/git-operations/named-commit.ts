// What a step names in git, as a commit. Throws where there is none.
import { existingBranchName } from '../../git/index.ts';
import { isSha, TroupeError } from '../../support/index.ts';
import type { Sha } from '../../support/index.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import type { Operation } from './operation.ts';

/** A branch of the remote or a commit id, as a commit. */
export async function shaOf({ workplace }: Operation, name: string): Promise<Sha> {
  if (isSha(name)) {
    await workplace.repository.ensureCommit(name);
    return name;
  }
  const sha = await workplace.repository.remoteBranch(existingBranchName(name));
  if (sha === undefined)
    throw new TroupeError('step/no-such-branch', messages.unknownBranch(name), { class: 'config' });
  return sha;
}
