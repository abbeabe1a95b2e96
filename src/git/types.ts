// What the rest of Troupe asks of git. Shapes only; the git directory always lies outside the tree an agent can write.
import type { BranchName, Sha } from '../support/index.ts';

/** Who a commit is by. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Where a repository's commits come from and go to. */
export interface RemoteRepository {
  /** Stable key for the mirror's folder: GitHub's repository id, or a hash of a local path. */
  readonly key: string;
  readonly cloneUrl: string;
  /**
   * Asked right before each network command; undefined: no authentication. Handed over in the environment only. `refused`: the
   * remote turned this one away, so another one is wanted.
   */
  token?(refused?: string): Promise<string | undefined>;
}

/** Bare mirrors and worktrees under one directory. */
export interface GitStore {
  /** The mirror of the repository, cloned if it is not there. Calls for the same repository share one. */
  open(remote: RemoteRepository, signal?: AbortSignal): Promise<GitRepository>;
  /** Removes worktrees of runs that are not alive. */
  sweep(isAlive: (run: string) => boolean | Promise<boolean>): Promise<void>;
}

/** Commits after `from`, up to `to`. */
export interface CommitRange {
  readonly from: Sha;
  readonly to: Sha;
}

export interface GitRepository {
  /** Brings branches and tags up to date, deleted ones included. */
  fetch(signal?: AbortSignal): Promise<void>;
  /** The commit of a branch on the remote as last fetched; undefined when there is no such branch. */
  remoteBranch(branch: BranchName): Promise<Sha | undefined>;
  /** The commit on the remote itself right now (ls-remote). */
  lookUpBranch(branch: BranchName, signal?: AbortSignal): Promise<Sha | undefined>;
  /** Fetches a commit that no fetched branch holds: the head of a pull request from a fork. Nothing when it is there. */
  ensureCommit(commit: Sha, signal?: AbortSignal): Promise<void>;
  treeOf(commit: Sha): Promise<Sha>;
  parentsOf(commit: Sha): Promise<readonly Sha[]>;
  /** The whole message, trailers included. */
  messageOf(commit: Sha): Promise<string>;
  /** Trailers of a commit: `Troupe-Run` and friends. */
  trailers(commit: Sha): Promise<Readonly<Record<string, readonly string[]>>>;
  /** A text file at a commit; undefined when it is not there. */
  readFile(commit: Sha, path: string): Promise<string | undefined>;
  listFiles(commit: Sha, under: string): Promise<readonly string[]>;
  isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean>;
  mergeBase(a: Sha, b: Sha): Promise<Sha | undefined>;
  diff(from: Sha, to: Sha, options?: { readonly maxBytes?: number }): Promise<Diff>;
  /** The difference as bytes that `git apply` takes, binary files included; undefined where it is larger. */
  patch(from: Sha, to: Sha, maxBytes: number): Promise<Uint8Array | undefined>;
  /** A commit with all that leads to it, as a file in a folder: what `git clone` takes on a machine that has nothing of it. */
  bundle(commit: Sha, folder: string): Promise<SourceBundleFile>;
  /** Commits that `to` has and `from` has not, oldest first. */
  log(from: Sha, to: Sha): Promise<readonly Commit[]>;
  /** A commit made without a worktree: same tree as the parent (the first, empty commit). */
  emptyCommit(parent: Sha, commit: NewCommit): Promise<Sha>;
  /** A commit of a tree with the given parents. */
  commitTree(tree: Sha, parents: readonly Sha[], commit: NewCommit): Promise<Sha>;
  /** The commit with another message: same tree, parents, people and dates. The same id when the message stays. */
  reword(commit: Sha, change: (message: string) => string): Promise<Sha>;
  /**
   * Pushes a commit to a branch with a lease: `expected` null means the branch must not exist. Throws `git/stale` when the lease
   * fails, `git/ref-in-the-way` when another branch keeps this one from being made, `git/refused` with the server's lines.
   */
  push(push: {
    readonly commit: Sha;
    readonly branch: BranchName;
    readonly expected: Sha | null;
    readonly signal?: AbortSignal;
  }): Promise<void>;
  deleteRemoteBranch(branch: BranchName, expected: Sha, signal?: AbortSignal): Promise<void>;
  tag(request: {
    readonly name: string;
    readonly commit: Sha;
    readonly message: string;
    readonly signal?: AbortSignal;
  }): Promise<void>;
  /** Tags as last fetched, each with the commit it leads to. */
  tags(): Promise<readonly { readonly name: string; readonly commit: string }[]>;
  /**
   * The tree of a commit with one text file made or changed. Throws `git/refused` where the policy forbids the path, and where
   * something stands there that is no plain UTF-8 text.
   */
  treeWithFile(change: FileChange): Promise<Sha>;
  /** Refs below `refs/troupe/<name>` on the remote right now. */
  listStateRefs(under: string, signal?: AbortSignal): Promise<readonly { readonly ref: string; readonly sha: Sha }[]>;
  /** What the commits of such refs say and when they were made; fetched in one request where they are not here yet. */
  readStateNotes(
    shas: readonly Sha[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<Sha, { readonly message: string; readonly at: number }>>;
  /** One text as one commit on a ref below `refs/troupe/`, with a lease as in `push`. */
  pushStateRef(state: {
    readonly ref: string;
    readonly file: string;
    readonly text: string;
    /** A commit that is there: its other files stay, and only the new one is sent. */
    readonly on?: Sha;
    readonly expected: Sha | null;
    readonly author: Author;
    readonly message: string;
    readonly trailers?: NewCommit['trailers'];
    readonly signal?: AbortSignal;
  }): Promise<Sha>;
  /** Deletes those that are still as given, in one request. */
  deleteStateRefs(states: readonly { readonly ref: string; readonly sha: Sha }[], signal?: AbortSignal): Promise<void>;
  /** Merges without a worktree; the conflict names the files. */
  mergeTrees(
    ours: Sha,
    theirs: Sha,
    commit: MergeCommit,
  ): Promise<{ readonly commit: Sha } | { readonly conflict: readonly string[] }>;
  /** The files in which a merge of the two would conflict; none where it would not. Writes nothing that lasts. */
  mergeConflicts(ours: Sha, theirs: Sha): Promise<readonly string[]>;
  /** Commits that the target has not; of a range, without those that its start has. */
  rebase(
    branch: Sha | CommitRange,
    onto: Sha,
    committer: Author,
  ): Promise<{ readonly commit: Sha } | { readonly conflict: readonly string[] }>;
  /** One commit's change on top of another commit; its author stays. */
  cherryPick(
    commit: Sha,
    onto: Sha,
    committer: Author,
  ): Promise<{ readonly commit: Sha } | { readonly conflict: readonly string[] }>;
  /** The opposite of one commit's change, on top of another commit. */
  revert(
    commit: Sha,
    onto: Sha,
    message: NewCommit,
  ): Promise<{ readonly commit: Sha } | { readonly conflict: readonly string[] }>;
  /** A worktree of this run at a commit; made anew or reset (`reset --hard`, `clean -fd` but for `keep`). */
  worktree(request: WorktreeRequest): Promise<Worktree>;
  /** Removes one worktree of a run; nothing where it is not there. */
  removeWorktree(run: string, name: string): Promise<void>;
  /** Removes all worktrees of a run. */
  release(run: string): Promise<void>;
}

/** A bundle of git on the disk. */
export interface SourceBundleFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface WorktreeRequest {
  readonly run: string;
  /** `main` for sequential steps, a step path for overlapping ones, `verify-…` for fresh ones. */
  readonly name: string;
  readonly at: Sha;
  /** Ignored directories that survive a reset: caches of `setup`. */
  readonly keep?: readonly string[];
  /** Give the tree a throw-away repository so that `git log` and `git diff` work for an agent (decision 29). */
  readonly agentView?: boolean;
  /** That repository has objects of its own: whoever works there is another user, and reads nothing of the mirror. */
  readonly ownObjects?: boolean;
  readonly fresh?: boolean;
  /** Leave uncommitted changes where the worktree stands at `at` already: for the operation that commits them. */
  readonly keepChanges?: boolean;
  /** With `keepChanges`: a commit that was made on top of `at` is theirs, too, as its maker may have died over it. */
  readonly keepCommit?: boolean;
  /** Hide tracked agent configuration (`.claude`, `.mcp.json` …) from the tree: for refs that outsiders wrote (personas.md §6). */
  readonly maskAgentConfiguration?: boolean;
}

export interface Worktree {
  readonly path: string;
  /** The commit it stands on; moves with `commit`. */
  readonly at: Sha;
  /** Directories that the agent view borrows objects from: to be shown read-only in a sandbox. */
  readonly readable?: readonly string[];
  /** What somebody had changed here before is there still. */
  readonly isKept?: boolean;
  /** The commit on top of the wanted one that somebody had made here before: what they had changed stands in it. */
  readonly made?: Sha;
  /** Files under filters that are not run: the tree holds what git stores in their place. */
  readonly unfiltered: readonly { readonly filter: string; readonly files: readonly string[] }[];
  /** What differs now is nobody's change: commands of ours made it. Holds until the next reset. */
  takeAsGiven(): Promise<void>;
  /**
   * Puts changes that were made elsewhere into the tree, as if somebody had made them here: nothing of them is run, and nothing is
   * committed. Throws `git/changes` where that cannot be done, with the class `contract` where another answer could.
   */
  take(changes: SentChanges, policy: PathPolicy): Promise<Taken>;
  /** What a commit would hold: what differs from the checkout, as git stores it, checked by the path guard. */
  changes(policy: PathPolicy): Promise<Changes>;
  /** Stages the changes and commits them locally. undefined when nothing changed; `git/refused` when one is not allowed. */
  commit(commit: NewCommit, policy: PathPolicy): Promise<Sha | undefined>;
  /** Throws all changes away. */
  discard(): Promise<void>;
  remove(): Promise<void>;
}

/** What an agent may not touch. */
export interface PathPolicy {
  /** Globs, the defaults included. */
  readonly protectedPaths: readonly string[];
  readonly maxFileBytes: number;
  readonly maxFiles: number;
}

/** One text file of a tree, made or changed. */
export interface FileChange {
  readonly commit: Sha;
  readonly path: string;
  readonly policy: PathPolicy;
  /** undefined: there is no such file yet. */
  change(text: string | undefined): string;
}

/** A path that may not be committed. Names that are no UTF-8 stand in git's quotes. */
export interface Refusal {
  readonly path: string;
  readonly reason:
    | 'outside'
    | 'link'
    | 'git'
    /** `detail`: through which link agents obey it, where it is one. */
    | 'protected'
    | 'too-large'
    | 'too-many'
    | 'name'
    /** A new name that is no UTF-8. */
    | 'bytes'
    /** Neither a file nor a folder nor a link. */
    | 'special'
    /** Under a filter that is not run here; `detail` names it. */
    | 'filter'
    /** A pointer of Git LFS without content. */
    | 'pointer'
    /** git cannot store it under its encoding; `detail` names that. */
    | 'encoding'
    /** Half of a change of a submodule; `detail` says which half. */
    | 'submodule'
    /** It, or its name, holds a secret that Troupe knows and that it did not hold before. */
    | 'secret';
  readonly detail?: string;
}

/** What a commit would hold: names that are no UTF-8 stand in git's quotes. */
export interface Changes {
  readonly files: readonly string[];
  readonly refused: readonly Refusal[];
}

/**
 * Changes that were made elsewhere, in bytes that nobody here has looked at: a patch (also several, as mail) or a bundle. Only the difference
 * of files counts: authors, messages, refs and history of what was sent are left out.
 */
export interface SentChanges {
  readonly kind: 'patch' | 'bundle';
  /** The commit that they were made on. Another one than the worktree's: they are merged. */
  readonly base: Sha;
  readonly content: Uint8Array;
}

/** What came of changes that were sent: all or nothing of them lies in the tree. */
export interface Taken {
  /** Why nothing was taken: paths that may not be committed. */
  readonly refused: readonly Refusal[];
  /** Paths that were sent and are no change here: ignored ones, and those whose attributes undo it. */
  readonly left: readonly string[];
}

export interface NewCommit {
  readonly message: string;
  readonly author: Author;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  /** Milliseconds; makes the id reproducible where it is given. */
  readonly date?: number;
}

/** Whose file is taken where both changed it. */
export type MergeSide = 'ours' | 'theirs';

/** The commit of a merge. */
export interface MergeCommit extends NewCommit {
  /** For generated files only: whose version is taken in a conflict. undefined: nobody's, the conflict stays. */
  sideOf?(path: string): MergeSide | undefined;
}

export interface Commit {
  readonly sha: Sha;
  readonly subject: string;
  readonly author: Author;
}

export interface Diff {
  readonly patch: string;
  readonly truncated: boolean;
  readonly files: readonly { readonly path: string; readonly added: number; readonly removed: number }[];
}
