// One ref pushed with a lease: what must stand there is told to git by a ref of the mirror, for arguments are everybody's to read.
import { randomToken, TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { ensureCommit } from './fetch-commits.ts';
import type { Mirror } from './mirror.ts';
import { remoteName } from './remote-place.ts';
import type { GitCall } from './run-git.ts';

/** What is pushed where. */
export interface LeasedPush {
  readonly what: string;
  /** The whole name on the remote. */
  readonly ref: string;
  /** undefined: the ref goes. */
  readonly commit: Sha | undefined;
  /** What stands there; null: nothing. */
  readonly expected: Sha | null;
  readonly signal?: AbortSignal | undefined;
}

/** Where leases are refs of the mirror. One that a killed process leaves is swept at the next start. */
export const leases = 'refs/leases';

/** Throws `git/stale` when something else stands there. */
export async function pushLeased(mirror: Mirror, push: LeasedPush): Promise<void> {
  // git takes it for what the remote had, and a ref that is not there for nothing
  const lease = `${leases}/${randomToken(12).toLowerCase()}`;
  try {
    await pushOnce(mirror, push, lease);
  } catch (error) {
    // a mirror that was damaged, and is made again meanwhile, has the lease no more: nobody was faster
    const isLost = isStale(error) && push.expected !== null && !(await isHeld(mirror, push, lease));
    if (!isLost) throw error;
    await pushOnce(mirror, push, lease);
  } finally {
    // git itself has moved it by now, or taken it away
    await updateRef(mirror, push, { input: `delete ${lease}\n`, accept: [0, 1, 128] });
  }
}

async function pushOnce(mirror: Mirror, push: LeasedPush, lease: string): Promise<void> {
  const { what, ref, commit, expected, signal } = push;
  if (expected !== null) {
    await ensureCommit(mirror, expected, signal);
    await updateRef(mirror, push, { input: `create ${lease} ${expected}\n` });
  }
  await mirror.run({
    what,
    args: [
      'push',
      '--quiet',
      '--no-verify',
      '--no-follow-tags',
      '--recurse-submodules=no',
      '--force-with-lease',
      '--',
      remoteName,
    ],
    settings: [
      [`remote.${remoteName}.push`, `${commit ?? ''}:${ref}`],
      [`remote.${remoteName}.fetch`, `+${ref}:${lease}`],
    ],
    remote: mirror.remote.cloneUrl,
    token: mirror.remote.token,
    signal,
  });
}

async function isHeld(mirror: Mirror, { what }: LeasedPush, lease: string): Promise<boolean> {
  return (await mirror.line({ what, args: ['for-each-ref', '--format=%(objectname)', lease] })) !== '';
}

async function updateRef(mirror: Mirror, { what }: LeasedPush, how: Pick<GitCall, 'input' | 'accept'>): Promise<void> {
  await mirror.run({ what, args: ['update-ref', '--stdin'], ...how });
}

function isStale(error: unknown): boolean {
  return error instanceof TroupeError && error.code === 'git/stale';
}
