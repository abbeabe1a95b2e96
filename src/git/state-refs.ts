// Small texts kept under `refs/troupe/…` of the remote, one commit each, replaced with a lease. Never touches branches or tags.
import { TroupeError } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { checkCloneUrl } from './arguments.ts';
import { commitsOf } from './commits.ts';
import { nameOf, toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import type { Clock } from '../support/index.ts';
import type { GitRepository } from './types.ts';

type StateRefs = Pick<GitRepository, 'listStateRefs' | 'pushStateRef' | 'deleteStateRef'>;

const place = /^refs\/troupe\/[a-z][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;

/** The refs of a repository that hold state. */
export function stateRefsOf(mirror: Mirror, clock: Clock): StateRefs {
  const url = checkCloneUrl(mirror.remote.cloneUrl);
  const name = nameOf(mirror.remote);
  const { token } = mirror.remote;
  const commits = commitsOf(mirror, clock);

  return {
    async listStateRefs(under, signal) {
      const listed = await mirror.run({
        what: `list ${under} of ${name}`,
        args: ['ls-remote', '--refs', '--', url, `${checked(under)}/*`],
        token,
        signal,
      });
      return listed.stdout.split('\n').flatMap((row) => {
        const [sha = '', ref = ''] = row.split('\t');
        return place.test(ref) ? [{ ref, sha: toSha(sha, `read ${ref}`) }] : [];
      });
    },

    async pushStateRef({ ref, file, text, expected, author, message, signal }) {
      checked(ref);
      const blob = await mirror.line({ what: 'keep a state', args: ['hash-object', '-w', '--stdin'], input: text });
      const tree = await mirror.line({
        what: 'keep a state',
        args: ['mktree'],
        input: `100644 blob ${blob}\t${file}\n`,
      });
      const commit = await commits.commitTree(toSha(tree, 'keep a state'), [], { message, author, trailers: [] });
      await mirror.run({
        what: `push ${ref} to ${name}`,
        args: [
          'push',
          '--quiet',
          '--no-verify',
          '--no-follow-tags',
          `--force-with-lease=${ref}:${expected ?? ''}`,
          '--',
          url,
          `${commit}:${ref}`,
        ],
        token,
        signal,
      });
      return commit;
    },

    async deleteStateRef(ref: string, expected: Sha, signal?: AbortSignal) {
      await mirror.run({
        what: `delete ${checked(ref)} of ${name}`,
        args: ['push', '--quiet', '--no-verify', `--force-with-lease=${ref}:${expected}`, '--', url, `:${ref}`],
        token,
        signal,
      });
    },
  };
}

function checked(ref: string): string {
  if (!place.test(ref)) throw new TroupeError('git/refused', `Cannot use "${ref}" as a place for state`);
  return ref;
}
