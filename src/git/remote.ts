// Everything that talks to the remote: fetch, look up, push with a lease, delete, tags. Never writes a worktree.
import type { BranchName, Sha } from '../support/index.ts';
import { isSha, quotedName, TroupeError } from '../support/index.ts';
import { existingBranchName, checkCloneUrl, checkTagName } from './arguments.ts';
import { uploadObjects } from './lfs-objects.ts';
import { nameOf } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { ensureCommit, sourceOf } from './fetch-commits.ts';
import { pushLeased } from './leased-push.ts';
import { messages } from './messages.ts';
import { remoteName, shownAddress } from './remote-place.ts';
import { branchInTheWay } from './ref-in-the-way.ts';
import { requireNothingSecret } from './outgoing-secrets.ts';
import { requireNoSecret } from './secret-guard.ts';
import type { GitRepository } from './types.ts';

type Remote = Pick<
  GitRepository,
  'fetch' | 'ensureCommit' | 'remoteBranch' | 'lookUpBranch' | 'push' | 'deleteRemoteBranch' | 'tag'
>;

const fetched = 'refs/remotes/origin/';

/** Brings all branches and tags of the remote into the mirror, deleted ones included. */
export async function fetchMirror(mirror: Mirror, signal?: AbortSignal): Promise<void> {
  await writeRefs(mirror, {
    what: `fetch ${nameOf(mirror.remote)}`,
    args: [
      'fetch',
      '--quiet',
      '--prune',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--no-recurse-submodules',
      // a working copy may hold the newest commits only, as most checkouts of CI do
      '--update-shallow',
      ...sourceOf(mirror),
      `+refs/heads/*:${fetched}*`,
      '+refs/tags/*:refs/tags/*',
    ],
    remote: mirror.remote.cloneUrl,
    token: mirror.remote.token,
    signal,
  });
}

const mostWrites = 8;

/**
 * A command that writes refs of the mirror itself. Several may at once: a fetch, and what a push records after it. Git
 * refuses the one whose ref has moved while it worked; that is no news about the remote, and the command is done again.
 */
async function writeRefs(mirror: Mirror, call: Parameters<Mirror['run']>[0]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mirror.run(call);
      return;
    } catch (error) {
      const isMoved = error instanceof TroupeError && error.code === 'git/stale';
      if (!isMoved || tries >= mostWrites) throw error;
    }
  }
}

/** Makes a mirror partial, and tells it where its remote is now. */
export async function setPartialSource(mirror: Mirror): Promise<void> {
  const settings = [
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialCloneFilter', 'blob:none'],
    // a repository on this machine goes by its path: whoever may look at its processes may look at it
    ['remote.origin.url', isOverHttp(mirror) ? shownAddress : checkCloneUrl(mirror.remote.cloneUrl)],
  ] as const;
  for (const [key, value] of settings)
    await mirror.run({ what: 'prepare a partial mirror', args: ['config', '--local', key, value] });
}

function isOverHttp({ remote }: Mirror): boolean {
  return /^https?:/.test(remote.cloneUrl);
}

/** The remote side of a repository. */
export function remoteOf(mirror: Mirror): Remote {
  const { push } = pushesTo(mirror);
  return {
    fetch: (signal) => fetchMirror(mirror, signal),
    ...commitsFrom(mirror),
    ...branchesOf(mirror),
    async push(request) {
      await requireNothingSecret(mirror, request);
      await push(request);
    },
    ...tagsOf(mirror),
  };
}

/** Commits and branches that are there already, or come when they are asked for. */
function commitsFrom(mirror: Mirror): Pick<Remote, 'ensureCommit' | 'remoteBranch'> {
  async function remoteBranch(branch: BranchName): Promise<Sha | undefined> {
    try {
      // it tells a ref that is not there from one whose commit is not
      const found = await mirror.line({
        what: `read branch ${quotedName(branch)}`,
        args: ['rev-list', '--no-walk', '--stdin'],
        input: `${fetched}${existingBranchName(branch)}\n`,
      });
      return shaOrNothing(found);
    } catch (error) {
      if (error instanceof TroupeError && error.code === 'git/not-found') return undefined;
      throw error;
    }
  }

  return { ensureCommit: (commit, signal) => ensureCommit(mirror, commit, signal), remoteBranch };
}

/** What refs the remote has now. */
function lookUpsAt(mirror: Mirror) {
  const name = nameOf(mirror.remote);
  const { token } = mirror.remote;

  async function lookUpRef(ref: string, signal?: AbortSignal): Promise<Sha | undefined> {
    const listed = await mirror.run({
      what: `look up ${ref} of ${name}`,
      // all of a kind: a name would stand among the arguments
      args: ['ls-remote', ref.startsWith('refs/tags/') ? '--tags' : '--heads', '--', remoteName],
      remote: mirror.remote.cloneUrl,
      token,
      signal,
    });
    const rows = listed.stdout.split('\n').map((row) => row.split('\t'));
    const peeled = rows.find(([, found]) => found === `${ref}^{}`) ?? rows.find(([, found]) => found === ref);
    return shaOrNothing(peeled?.[0] ?? '');
  }

  async function remoteBranches(signal?: AbortSignal): Promise<readonly string[]> {
    const listed = await mirror.run({
      what: `list the branches of ${name}`,
      args: ['ls-remote', '--heads', '--', remoteName],
      remote: mirror.remote.cloneUrl,
      token,
      signal,
    });
    return listed.stdout.split('\n').flatMap((row) => row.split('\trefs/heads/')[1] ?? []);
  }

  return { lookUpRef, remoteBranches };
}

/** Branches of the remote, looked up and deleted. */
function branchesOf(mirror: Mirror): Pick<Remote, 'lookUpBranch' | 'deleteRemoteBranch'> {
  const name = nameOf(mirror.remote);
  const { lookUpRef } = lookUpsAt(mirror);

  function lookUpBranch(branch: BranchName, signal?: AbortSignal): Promise<Sha | undefined> {
    return lookUpRef(`refs/heads/${existingBranchName(branch)}`, signal);
  }

  async function deleteRemoteBranch(branch: BranchName, expected: Sha, signal?: AbortSignal): Promise<void> {
    const ref = `refs/heads/${existingBranchName(branch)}`;
    const there = await lookUpRef(ref, signal);
    if (there !== undefined) {
      await pushLeased(mirror, {
        what: `delete branch ${quotedName(branch)} of ${name}`,
        ref,
        commit: undefined,
        expected,
        signal,
      });
    }
    await writeRefs(mirror, {
      what: `forget branch ${quotedName(branch)}`,
      args: ['update-ref', '--stdin'],
      input: `delete ${fetched}${branch}\n`,
    });
  }

  return { lookUpBranch, deleteRemoteBranch };
}

function pushesTo(mirror: Mirror): Pick<Remote, 'push'> {
  const name = nameOf(mirror.remote);
  const { remoteBranches } = lookUpsAt(mirror);

  async function push(request: Parameters<GitRepository['push']>[0]): Promise<void> {
    try {
      await send(request);
    } catch (error) {
      throw request.expected === null ? await whyNotMade(request, error) : error;
    }
    await remember(request.branch, request.commit);
  }

  async function send(request: Parameters<GitRepository['push']>[0]): Promise<void> {
    await uploadObjects(mirror, request.commit, request.signal);
    const ref = `refs/heads/${existingBranchName(request.branch)}`;
    await pushLeased(mirror, { what: `push branch ${quotedName(request.branch)} to ${name}`, ref, ...request });
  }

  /** Servers have many words for "there is another branch in its place"; what they have tells it apart from a rule. */
  async function whyNotMade(request: Parameters<GitRepository['push']>[0], error: unknown): Promise<unknown> {
    if (!(error instanceof TroupeError) || !['git/stale', 'git/refused', 'git/failed'].includes(error.code))
      return error;
    const branches = await remoteBranches(request.signal);
    if (branches.includes(request.branch)) return error;
    const found = branchInTheWay(request.branch, branches);
    if (found === undefined || (found.isSister && isOfRule(error))) return error;
    return new TroupeError('git/ref-in-the-way', messages.inTheWay(request.branch, found.branch, name), {
      class: 'config',
      hint: found.isSister ? messages.sisterHint(found.branch) : messages.inTheWayHint(found.branch),
      cause: error,
    });
  }

  async function remember(branch: BranchName, commit: Sha): Promise<void> {
    await writeRefs(mirror, {
      what: `record branch ${quotedName(branch)}`,
      args: ['update-ref', '--stdin'],
      input: `update ${fetched}${branch} ${commit}\n`,
    });
  }

  return { push };
}

function tagsOf(mirror: Mirror): Pick<Remote, 'tag'> {
  const name = nameOf(mirror.remote);
  const { token } = mirror.remote;
  const { lookUpRef } = lookUpsAt(mirror);

  async function tag({ name: tagName, commit, message, signal }: Parameters<Remote['tag']>[0]): Promise<void> {
    // before its name is looked at: what is wrong with it quotes it
    requireNoSecret(mirror.redactor, `${tagName}\n${message}`, messages.nameOfTag);
    const ref = `refs/tags/${checkTagName(tagName)}`;
    const there = await lookUpRef(ref, signal);
    if (there === commit) return;
    if (there !== undefined) {
      throw new TroupeError(
        'git/refused',
        messages.failed(`tag ${commit.slice(0, 7)} as "${tagName}"`, 'the tag exists'),
        { class: 'config', hint: 'Use another tag name; published tags are never moved.' },
      );
    }
    const object = await mirror.line({
      what: `make tag "${tagName}"`,
      args: ['mktag'],
      input: await tagObject(mirror, { name: tagName, commit, message }),
    });
    await mirror.run({
      what: `push tag "${tagName}" to ${name}`,
      args: ['push', '--quiet', '--no-verify', '--', remoteName],
      settings: [[`remote.${remoteName}.push`, `${object}:${ref}`]],
      remote: mirror.remote.cloneUrl,
      token,
      signal,
    });
  }

  return { tag };
}

/** A rule says what it wants: capitals have nothing to do with it. */
function isOfRule(error: TroupeError): boolean {
  return /declined|violations/.test(error.message);
}

async function tagObject(
  mirror: Mirror,
  { name, commit, message }: Pick<Parameters<Remote['tag']>[0], 'name' | 'commit' | 'message'>,
): Promise<string> {
  const tagger = await mirror.line({
    what: `read ${commit}`,
    args: ['log', '-1', '--no-show-signature', '--format=%cn <%ce> %cd', '--date=raw', commit],
  });
  const text = message.replaceAll('\0', '').trim();
  return `object ${commit}\ntype commit\ntag ${name}\ntagger ${tagger}\n\n${text}\n`;
}

function shaOrNothing(text: string): Sha | undefined {
  const sha = text.trim();
  return isSha(sha) ? sha : undefined;
}
