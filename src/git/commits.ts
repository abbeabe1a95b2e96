// Commits made in the mirror without a worktree: empty ones, merges, rebases, reworded ones. Never pushes.
import type { Clock, Sha } from '../support/index.ts';
import { historyOf } from './history.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { rawFields, rawName, shownName } from './names.ts';
import { takeSides } from './take-sides.ts';
import type { Author, CommitRange, GitRepository, MergeCommit, NewCommit } from './types.ts';

type Commits = Pick<
  GitRepository,
  'emptyCommit' | 'commitTree' | 'reword' | 'mergeTrees' | 'mergeConflicts' | 'rebase' | 'cherryPick' | 'revert'
>;
type Merged = Awaited<ReturnType<GitRepository['mergeTrees']>>;

/** Who made a commit and who put it there, and when. */
interface Stamp {
  readonly author: Author;
  readonly authorDate: number;
  readonly committer: Author;
  readonly date: number;
}

/** A commit as it is written. */
interface Written extends Stamp {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
}

/** The committing side of a repository. */
export function commitsOf(mirror: Mirror, clock: Clock): Commits {
  const history = historyOf(mirror);
  const { write, authorOf } = writerOf(mirror);
  const { merge } = mergesOf(mirror);

  async function commitTree(tree: Sha, parents: readonly Sha[], commit: NewCommit): Promise<Sha> {
    const date = commit.date ?? clock.now();
    const { author } = commit;
    return write({ tree, parents, message: messageWith(commit), author, authorDate: date, committer: author, date });
  }

  async function mergeTrees(ours: Sha, theirs: Sha, commit: MergeCommit): Promise<Merged> {
    const merged = await merge(ours, theirs, (path) => commit.sideOf?.(path));
    if ('conflict' in merged) return merged;
    return { commit: await commitTree(merged.tree, [ours, theirs], commit) };
  }

  async function mergeConflicts(ours: Sha, theirs: Sha): Promise<readonly string[]> {
    const merged = await merge(ours, theirs);
    return 'conflict' in merged ? merged.conflict : [];
  }

  async function emptyCommit(parent: Sha, commit: NewCommit): Promise<Sha> {
    return commitTree(await history.treeOf(parent), [parent], commit);
  }

  async function reword(commit: Sha, change: (message: string) => string): Promise<Sha> {
    const before = await history.messageOf(commit);
    const after = change(before);
    if (after === before) return commit;
    const by = await authorOf(commit);
    const parents = await history.parentsOf(commit);
    return write({ ...by, tree: await history.treeOf(commit), parents, message: after });
  }

  return { emptyCommit, commitTree, reword, mergeTrees, mergeConflicts, ...picksOf(mirror, { clock, commitTree }) };
}

/** Changes of commits that are put on top of others. */
function picksOf(
  mirror: Mirror,
  { clock, commitTree }: { readonly clock: Clock; readonly commitTree: Commits['commitTree'] },
): Pick<Commits, 'rebase' | 'cherryPick' | 'revert'> {
  const history = historyOf(mirror);
  const { write, authorOf } = writerOf(mirror);
  const { apply } = mergesOf(mirror);

  async function copy(commit: Sha, made: Pick<Written, 'tree' | 'parents' | 'committer'>): Promise<Sha> {
    const { author, authorDate } = await authorOf(commit);
    return write({ ...made, message: await history.messageOf(commit), author, authorDate, date: clock.now() });
  }

  async function cherryPick(commit: Sha, onto: Sha, committer: Author): Promise<Merged> {
    const [parent] = await history.parentsOf(commit);
    if (parent === undefined || parent === onto) return { commit };
    const merged = await apply(parent, commit, onto);
    return 'conflict' in merged
      ? merged
      : { commit: await copy(commit, { tree: merged.tree, parents: [onto], committer }) };
  }

  async function rebase(branch: Sha | CommitRange, onto: Sha, committer: Author): Promise<Merged> {
    const { from, to } = typeof branch === 'string' ? { from: onto, to: branch } : branch;
    const listed = await mirror.run({
      what: `list the commits of ${to}`,
      args: ['rev-list', '--reverse', '--topo-order', '--no-merges', `^${onto}`, `^${from}`, to, '--'],
    });
    let head = onto;
    for (const sha of listed.stdout.split('\n').filter((line) => line !== '')) {
      const picked = await cherryPick(toSha(sha, 'rebase'), head, committer);
      if ('conflict' in picked) return picked;
      head = picked.commit;
    }
    return { commit: head };
  }

  async function revert(commit: Sha, onto: Sha, message: NewCommit): Promise<Merged> {
    const [parent] = await history.parentsOf(commit);
    if (parent === undefined) return { conflict: [] };
    const merged = await apply(commit, parent, onto);
    return 'conflict' in merged ? merged : { commit: await commitTree(merged.tree, [onto], message) };
  }

  return { rebase, cherryPick, revert };
}

/** Merges of trees. Commits nothing that a branch would see. */
function mergesOf(mirror: Mirror) {
  const history = historyOf(mirror);
  const { write } = writerOf(mirror);

  async function merge(
    ours: Sha,
    theirs: Sha,
    sideOf: MergeCommit['sideOf'] = () => undefined,
  ): Promise<{ readonly tree: Sha } | { readonly conflict: readonly string[] }> {
    const answer = await mirror.run({
      what: `merge ${theirs} into ${ours}`,
      args: ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs],
      accept: [0, 1],
    });
    const [id = '', ...fields] = rawFields(answer.bytes);
    // a missing commit also answers 1, but then without a tree
    const tree = toSha(id, `merge ${theirs} into ${ours}`);
    if (answer.exitCode === 0) return { tree };
    const files = [...new Set(fields)].map(rawName);
    const settled = await takeSides(mirror, { tree, files, ours, theirs }, sideOf);
    return settled === undefined ? { conflict: files.map(shownName) } : { tree: settled };
  }

  // A change from `base` to `changed`, put on top of `onto`. git 2.39 takes no merge base by name, so both sides get a
  // passing parent: the base itself.
  async function apply(base: Sha, changed: Sha, onto: Sha): ReturnType<typeof merge> {
    const by = { name: 'troupe', email: 'troupe@localhost' };
    const stamp = { parents: [base], author: by, authorDate: 0, committer: by, date: 0 };
    const ours = await write({ ...stamp, tree: await history.treeOf(onto), message: 'onto' });
    const theirs = await write({ ...stamp, tree: await history.treeOf(changed), message: 'change' });
    return merge(ours, theirs);
  }

  return { merge, apply };
}

/** Writes commits, and reads who wrote one. */
function writerOf(mirror: Mirror) {
  async function write({ tree, parents, message, ...by }: Written): Promise<Sha> {
    const id = await mirror.line({
      what: 'make a commit',
      args: ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'],
      input: message,
      env: {
        GIT_AUTHOR_NAME: plain(by.author.name),
        GIT_AUTHOR_EMAIL: plain(by.author.email),
        GIT_AUTHOR_DATE: gitDate(by.authorDate),
        GIT_COMMITTER_NAME: plain(by.committer.name),
        GIT_COMMITTER_EMAIL: plain(by.committer.email),
        GIT_COMMITTER_DATE: gitDate(by.date),
      },
    });
    return toSha(id, 'make a commit');
  }

  async function authorOf(commit: Sha): Promise<Stamp> {
    const line = await mirror.line({
      what: `read ${commit}`,
      args: ['log', '-1', '--no-show-signature', '--format=%an%x1f%ae%x1f%at%x1f%cn%x1f%ce%x1f%ct', commit],
    });
    const [name = '', email = '', at = '0', byName = '', byEmail = '', byAt = '0'] = line.split('\x1f');
    return {
      author: { name, email },
      authorDate: Number(at) * 1_000,
      committer: { name: byName, email: byEmail },
      date: Number(byAt) * 1_000,
    };
  }

  return { write, authorOf };
}

/** The commit message with its trailers; `skip-checks` comes last, after two empty lines, as GitHub wants it. */
function messageWith(commit: NewCommit): string {
  const text = commit.message.replaceAll('\0', '').replaceAll('\r\n', '\n').trim() || 'Update';
  const rows = commit.trailers.map(
    ([name, value]) => [name, `${name}: ${value.replaceAll(/\p{Cc}/gu, ' ').trim()}`] as const,
  );
  const last = rows.filter(([name]) => name === 'skip-checks');
  const block = [...rows.filter(([name]) => name !== 'skip-checks'), ...last].map(([, row]) => row);
  if (block.length === 0) return `${text}\n`;
  return `${text}\n\n${last.length > 0 ? '\n' : ''}${block.join('\n')}\n`;
}

function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}<>]/gu, ' ').trim() || 'unknown';
}

function gitDate(ms: number): string {
  return `@${Math.floor(ms / 1_000)} +0000`;
}
