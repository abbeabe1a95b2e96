// What git gives: commits, entries of trees, changes of files. Shapes only.

/** Who a commit is by, and when. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** A commit as git keeps it. */
export interface CommitData {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** One entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size?: number;
  readonly path: string;
}

/** One changed file between two commits. */
export interface FileChange {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly additions: number;
  readonly deletions: number;
  readonly sha: string;
}

export const zeroSha = '0'.repeat(40);
