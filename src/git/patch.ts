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
        args: patchArguments(from, to, '-M'),
        maxOutput: maxBytes,
      });
      return cut ? undefined : bytes;
    },
  };
}

/** Arguments of git for such a patch. Renames are told as such, or as what was removed and what was added. */
export function patchArguments(from: string, to: string, renames: '-M' | '--no-renames'): string[] {
  return [
    // names of any bytes as letters that every program reads; the prefixes are what `git apply` takes off
    '-c',
    'core.quotePath=true',
    '-c',
    'diff.noPrefix=false',
    'diff-tree',
    '-r',
    renames,
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
  ];
}
