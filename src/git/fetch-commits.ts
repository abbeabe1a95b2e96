// Commits of the remote that the mirror does not have, fetched by their ids. Writes no refs.
import type { Sha } from '../support/index.ts';
import { checkCloneUrl } from './arguments.ts';
import { nameOf } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { remoteName } from './remote-place.ts';

/** A partial mirror fetches by the name that git fetches missing blobs by. */
export function sourceOf({ isPartial, remote }: Mirror): readonly string[] {
  checkCloneUrl(remote.cloneUrl);
  return isPartial ? ['--filter=blob:none', '--', 'origin'] : ['--', remoteName];
}

/** Fetches commits by their ids, whatever refs there are. */
export async function fetchCommits(
  mirror: Mirror,
  {
    what,
    shas,
    signal,
  }: { readonly what: string; readonly shas: readonly Sha[]; readonly signal: AbortSignal | undefined },
): Promise<void> {
  await mirror.run({
    what,
    args: [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--update-shallow',
      ...sourceOf(mirror),
      ...shas,
    ],
    remote: mirror.remote.cloneUrl,
    token: mirror.remote.token,
    signal,
  });
}

/** Fetches the commit unless it is here. */
export async function ensureCommit(mirror: Mirror, sha: Sha, signal?: AbortSignal): Promise<void> {
  const there = await mirror.run({
    what: `read ${sha}`,
    args: ['cat-file', '-e', `${sha}^{commit}`],
    accept: [0, 1, 128],
  });
  if (there.exitCode === 0) return;
  await fetchCommits(mirror, { what: `fetch commit ${sha} of ${nameOf(mirror.remote)}`, shas: [sha], signal });
}
