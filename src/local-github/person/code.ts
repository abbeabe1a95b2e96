// What a person does with branches: commits, deletions, forks.
import { defined } from '../../support/index.ts';
import { forkRepository } from '../accounts/repositories.ts';
import { signature } from '../changes/merges.ts';
import { movingRefs } from '../changes/refs.ts';
import { commitFiles, resolveCommit, resolveRef, updateRef, zeroSha } from '../git/index.ts';
import { unprocessable } from '../world/replies.ts';
import type { Person } from '../types/index.ts';
import { fullName } from '../world/world.ts';
import type { Access } from './access.ts';

/** Branches, by somebody with this access. */
export function onCode(access: Access): Pick<Person, 'pushCommit' | 'deleteBranch' | 'fork'> {
  return {
    async pushCommit(full, branch, commit) {
      const subject = access.in(full, 'write', 'push');
      const { world, repository, actor } = subject;
      const ref = `refs/heads/${branch}`;
      return movingRefs(subject, async () => {
        const tip = await resolveCommit(repository.dir, ref);
        const from = await resolveRef(repository.dir, commit.from ?? repository.defaultBranch);
        if (tip !== undefined && commit.force === true && from !== undefined)
          await updateRef(repository.dir, ref, { to: from, from: tip });
        return commitFiles(repository.dir, {
          branch,
          message: commit.message,
          author: signature(world, actor.user),
          files: commit.files,
          ...defined({ from }),
        });
      });
    },
    async deleteBranch(full, branch) {
      const subject = access.in(full, 'write', 'delete branches');
      await movingRefs(subject, async () => {
        if (!(await updateRef(subject.repository.dir, `refs/heads/${branch}`, { to: zeroSha })))
          throw unprocessable('Reference does not exist');
      });
    },
    async fork(full) {
      const { world, repository, actor } = access.in(full, 'read', 'fork');
      return fullName(await forkRepository(world, actor.user, repository));
    },
  };
}
