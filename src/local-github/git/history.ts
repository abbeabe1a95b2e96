// Commits, how they lead to each other, and merges of them. Never moves a ref.
import { withoutEnd } from '../../support/index.ts';
import { areIds, gitOnce } from './git-once.ts';
import { git } from './git-process.ts';
import { keepCommits, knownCommit } from './known-commits.ts';
import { lines } from './lines.ts';
import type { CommitData, Signature } from './shapes.ts';

/** Commits, children before their parents, newest first among others. `range` is one commit or `a..b`. */
export async function log(
  dir: string,
  range: string,
  { limit = 250, allow = [] }: { readonly limit?: number; readonly allow?: readonly number[] } = {},
): Promise<CommitData[]> {
  const format = '%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x01';
  const ask = areIds(...range.split('..')) ? gitOnce : git;
  const args = ['log', '--topo-order', `--max-count=${limit}`, `--format=${format}`, range, '--'];
  const commits = (await ask(dir, args, { allow })).stdout
    .toString('utf8')
    .split('\u0001')
    .map((record) => record.replace(/^\n/, ''))
    .filter((record) => record !== '')
    .map(toCommit);
  keepCommits(dir, commits);
  return commits;
}

/** One commit. It must be there. */
export async function readCommit(dir: string, sha: string): Promise<CommitData> {
  const commit = await findCommit(dir, sha);
  if (commit === undefined) throw new Error(`no commit ${sha}`);
  return commit;
}

/** The commit that a whole id names or leads to; undefined when it is not there or something else. */
export async function findCommit(dir: string, sha: string): Promise<CommitData | undefined> {
  return knownCommit(dir, sha) ?? (await log(dir, sha, { limit: 1, allow: [128] }))[0];
}

/** Whether every commit of `ancestor` is reachable from `descendant`. */
export async function isAncestor(dir: string, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return true;
  // asked anyway of those whose ancestors are asked for
  const base = await mergeBase(dir, ancestor, descendant);
  return base !== undefined && (base === ancestor || base === (await findCommit(dir, ancestor))?.sha);
}

/** The best common ancestor; undefined for unrelated histories. */
export async function mergeBase(dir: string, a: string, b: string): Promise<string | undefined> {
  const ask = areIds(a, b) ? gitOnce : git;
  return lines((await ask(dir, ['merge-base', a, b], { allow: [1, 128], keep: [1] })).stdout)[0];
}

/** How many commits `b` has that `a` has not. */
export async function countCommits(dir: string, a: string, b: string): Promise<number> {
  const ask = areIds(a, b) ? gitOnce : git;
  return Number((await ask(dir, ['rev-list', '--count', `${a}..${b}`])).stdout.toString('utf8'));
}

/** Merges without a worktree: the tree, or the files in conflict. */
export async function mergeTrees(
  dir: string,
  ours: string,
  theirs: string,
): Promise<{ readonly tree: string } | { readonly conflict: readonly string[] }> {
  // also works with a git that is older than `merge-tree --write-tree` (2.38)
  if (await isAncestor(dir, ours, theirs)) return { tree: (await readCommit(dir, theirs)).tree };
  const { code, stdout } = await git(
    dir,
    ['merge-tree', '--write-tree', '--name-only', '--no-messages', '--allow-unrelated-histories', ours, theirs],
    { allow: [1] },
  );
  const [tree = '', ...files] = lines(stdout);
  return code === 0 ? { tree } : { conflict: files };
}

/** A commit object. */
export async function commitTree(
  dir: string,
  commit: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: Signature;
    readonly committer?: Signature;
  },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  const { stdout } = await git(dir, ['commit-tree', commit.tree, ...parents, '-F', '-'], {
    input: commit.message,
    env: signatureEnvironment(commit.author, commit.committer ?? commit.author),
  });
  return stdout.toString('utf8').trim();
}

function toCommit(record: string): CommitData {
  const [sha = '', tree = '', parents = '', an = '', ae = '', at = '0', cn = '', ce = '', ct = '0', body = ''] =
    record.split('\0');
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: an, email: ae, date: secondsToIso(at) },
    committer: { name: cn, email: ce, date: secondsToIso(ct) },
    message: withoutEnd(body, '\n'),
  };
}

function secondsToIso(seconds: string): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

function signatureEnvironment(author: Signature, committer: Signature): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: committer.date,
  };
}
