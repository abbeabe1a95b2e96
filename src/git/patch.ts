// The difference between two commits as a patch that `git apply` takes elsewhere: whole, binary files included. Reads only.
import type { Sha } from '../support/index.ts';
import type { Mirror } from './mirror.ts';
import type { GitRepository } from './types.ts';

/** Patches of a repository. */
export function patchesOf(mirror: Mirror): Pick<GitRepository, 'patch'> {
  return {
    async patch(from: Sha, to: Sha, maxBytes: number) {
      const { bytes, cut } = await mirror.run({
        what: `compare ${from} and ${to}`,
        args: [
          // names of any bytes as letters that every program reads; the prefixes are what `git apply` takes off
          '-c',
          'core.quotePath=true',
          '-c',
          'diff.noPrefix=false',
          'diff-tree',
          '-r',
          '-M',
          '-p',
          '--binary',
          '--full-index',
          '--no-ext-diff',
          '--no-textconv',
          '--no-color',
          '--ignore-submodules=none',
          from,
          to,
          '--',
        ],
        maxOutput: maxBytes,
      });
      return cut ? undefined : bytes;
    },
  };
}
