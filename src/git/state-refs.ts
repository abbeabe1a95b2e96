// Small texts kept under `refs/troupe/…` of the remote, a commit or two each, replaced with a lease. Never touches branches or tags.
import { TroupeError } from '../support/index.ts';
import type { Sha, Clock } from '../support/index.ts';
import { commitsOf } from './commits.ts';
import { pushLeased } from './leased-push.ts';
import { messages } from './messages.ts';
import { remoteName } from './remote-place.ts';
import { nameOf, toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { fetchCommits } from './fetch-commits.ts';
import { requireNoSecret } from './secret-guard.ts';
import type { GitRepository } from './types.ts';

type StateRefs = Pick<GitRepository, 'listStateRefs' | 'readStateNotes' | 'pushStateRef' | 'deleteStateRefs'>;

const place = /^refs\/troupe\/[a-z][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;

/** The refs of a repository that hold state. */
export function stateRefsOf(mirror: Mirror, clock: Clock): StateRefs {
  return { ...readsOf(mirror), ...writesOf(mirror, clock) };
}

function readsOf(mirror: Mirror): Pick<StateRefs, 'listStateRefs' | 'readStateNotes'> {
  const name = nameOf(mirror.remote);
  const { token } = mirror.remote;
  return {
    async listStateRefs(under, signal) {
      const listed = await mirror.run({
        what: `list ${under} of ${name}`,
        args: ['ls-remote', '--refs', '--', remoteName, `${checked(under)}/*`],
        remote: mirror.remote.cloneUrl,
        token,
        signal,
      });
      return listed.stdout.split('\n').flatMap((row) => {
        const [sha = '', ref = ''] = row.split('\t');
        return place.test(ref) ? [{ ref, sha: toSha(sha, `read ${ref}`) }] : [];
      });
    },

    async readStateNotes(shas, signal) {
      if (shas.length === 0) return new Map();
      await fetchStates(mirror, shas, signal);
      const listed = await mirror.run({
        what: 'read notes of states',
        args: ['log', '--no-walk=unsorted', '--no-show-signature', '--format=%H %ct%n%B%x00', '--stdin'],
        input: `${shas.join('\n')}\n`,
      });
      return new Map(listed.stdout.split('\0').flatMap((entry) => noteIn(entry)));
    },
  };
}

function writesOf(mirror: Mirror, clock: Clock): Pick<StateRefs, 'pushStateRef' | 'deleteStateRefs'> {
  const name = nameOf(mirror.remote);
  const { token } = mirror.remote;
  const commits = commitsOf(mirror, clock);
  return {
    async pushStateRef({ ref, file, text, on, expected, author, message, trailers = [], signal }) {
      checked(ref);
      requireNoSecret(mirror.redactor, `${file}\n${message}\n${text}`, messages.aState);
      const blob = await mirror.line({ what: 'keep a state', args: ['hash-object', '-w', '--stdin'], input: text });
      const others = on === undefined ? '' : await mirror.line({ what: 'keep a state', args: ['ls-tree', on] });
      const rows = others.split('\n').filter((row) => row !== '' && !row.endsWith(`\t${file}`));
      const tree = await mirror.line({
        what: 'keep a state',
        args: ['mktree'],
        input: `${[...rows, `100644 blob ${blob}\t${file}`].join('\n')}\n`,
      });
      // what it stands on is there already: a push sends the new file alone
      const parents = on === undefined ? [] : [on];
      const commit = await commits.commitTree(toSha(tree, 'keep a state'), parents, { message, author, trailers });
      await pushLeased(mirror, { what: `push ${ref} to ${name}`, ref, commit, expected, signal });
      return commit;
    },

    async deleteStateRefs(states, signal) {
      if (states.length === 0) return;
      await mirror.run({
        what: `delete ${states.map(({ ref }) => checked(ref)).join(', ')} of ${name}`,
        args: [
          'push',
          '--quiet',
          '--no-verify',
          ...states.map(({ ref, sha }) => `--force-with-lease=${ref}:${sha}`),
          '--',
          remoteName,
          // names of ours, of runs alone
          ...states.map(({ ref }) => `:${ref}`),
        ],
        remote: mirror.remote.cloneUrl,
        token,
        signal,
      });
    },
  };
}

/** Brings what is not here yet in one request. */
async function fetchStates(mirror: Mirror, shas: readonly Sha[], signal: AbortSignal | undefined): Promise<void> {
  const there = await mirror.run({
    what: 'look for states',
    args: ['cat-file', '--batch-check'],
    input: `${shas.join('\n')}\n`,
  });
  const rows = new Set(there.stdout.split('\n'));
  const missing = shas.filter((sha) => rows.has(`${sha} missing`));
  if (missing.length === 0) return;
  await fetchCommits(mirror, { what: `fetch states of ${nameOf(mirror.remote)}`, shas: missing, signal });
}

/** `<id> <seconds>`, then the message. */
function noteIn(entry: string): [Sha, { readonly message: string; readonly at: number }][] {
  const [head = '', ...message] = entry.trimStart().split('\n');
  const [sha = '', seconds = ''] = head.split(' ');
  if (sha === '') return [];
  return [[toSha(sha, 'read a note'), { message: message.join('\n').trim(), at: Number(seconds) * 1_000 }]];
}

function checked(ref: string): string {
  if (!place.test(ref)) throw new TroupeError('git/refused', `Cannot use "${ref}" as a place for state`);
  return ref;
}
