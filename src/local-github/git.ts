// Reads and writes the bare repositories, the only truth for refs, commits, trees and files. Keeps in memory only what cannot change.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { areIds, gitOnce } from './git-once.ts';
import { git } from './git-process.ts';
import { isFullRefName, readRef, readRefs } from './ref-files.ts';

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

/** What makes a commit on a branch. A file that is null is removed. */
export interface CommitRequest {
  readonly branch: string;
  readonly message: string;
  readonly author: Signature;
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
  /** Where the branch starts when it is not there yet. */
  readonly from?: string;
}

export const zeroSha = '0'.repeat(40);

/** Makes an empty bare repository whose HEAD names the branch. `hooks` is a folder of hook programs. */
export async function createBare(dir: string, branch: string, hooks: string): Promise<void> {
  // without the samples that git would put into each
  await git(dir, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`, dir]);
  await appendFile(
    join(dir, 'config'),
    [
      '[http]\n\treceivepack = true',
      '[receive]\n\thideRefs = refs/pull\n\tadvertisePushOptions = false',
      '[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true',
      `[core]\n\thooksPath = ${JSON.stringify(hooks)}\n`,
    ].join('\n'),
  );
}

/** Every ref and the object it names. */
export async function listRefs(dir: string): Promise<Map<string, string>> {
  return readRefs(dir);
}

/** The commit that a revision names; undefined when there is none. */
export async function resolveCommit(dir: string, revision: string): Promise<string | undefined> {
  if (revision === '' || revision.startsWith('-') || revision.includes('\0')) return undefined;
  // branches and heads of pull requests name commits; tags may name something that leads to one
  if (/^refs\/(heads|pull)\//.test(revision) && isFullRefName(revision)) return readRef(dir, revision);
  const ask = areIds(revision) ? gitOnce : git;
  const { code, stdout } = await ask(
    dir,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    { allow: [1, 128] },
  );
  return code === 0 ? (lines(stdout)[0] ?? undefined) : undefined;
}

/** The commit of a branch, a tag or a commit id, as the API takes them. */
export async function resolveRef(dir: string, ref: string): Promise<string | undefined> {
  if (/^[0-9a-f]{7,40}$/.test(ref)) {
    const commit = await resolveCommit(dir, ref);
    if (commit !== undefined) return commit;
  }
  const plain = ref.replace(/^refs\//, '').replace(/^(heads|tags)\//, '');
  return (await resolveCommit(dir, `refs/heads/${plain}`)) ?? resolveCommit(dir, `refs/tags/${plain}`);
}

/** The type of an object, undefined when it is not there. */
export async function objectType(dir: string, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
  const { code, stdout } = await gitOnce(dir, ['cat-file', '-t', sha], { allow: [1, 128] });
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** Commits, children before their parents, newest first among others. `range` is one commit or `a..b`. */
export async function log(dir: string, range: string, limit = 250): Promise<CommitData[]> {
  const format = '%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x01';
  const ask = areIds(...range.split('..')) ? gitOnce : git;
  const { stdout } = await ask(dir, ['log', '--topo-order', `--max-count=${limit}`, `--format=${format}`, range, '--']);
  return stdout
    .toString('utf8')
    .split('\u0001')
    .map((record) => record.replace(/^\n/, ''))
    .filter((record) => record !== '')
    .map(toCommit);
}

/** One commit. It must be there. */
export async function readCommit(dir: string, sha: string): Promise<CommitData> {
  const [commit] = await log(dir, sha, 1);
  if (commit === undefined) throw new Error(`no commit ${sha}`);
  return commit;
}

/** The entries of a tree, below a path where one is given. */
export async function listTree(
  dir: string,
  tree: string,
  options: { readonly path?: string; readonly recursive?: boolean } = {},
): Promise<TreeEntry[]> {
  const flags = options.recursive === true ? ['-r', '-t'] : [];
  const ask = areIds(tree) ? gitOnce : git;
  const { code, stdout } = await ask(
    dir,
    [
      '--literal-pathspecs',
      'ls-tree',
      '-z',
      '-l',
      ...flags,
      tree,
      ...(options.path === undefined ? [] : ['--', options.path]),
    ],
    { allow: [128] },
  );
  if (code !== 0) return [];
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mode = '', type = '', sha = '', size = '-', path = ''] =
        /^(\d+) (\w+) ([0-9a-f]+)\s+(\S+)\t([\s\S]*)$/.exec(line) ?? [];
      // ls-tree names no other types
      return { mode, type: type as TreeEntry['type'], sha, path, ...(size === '-' ? {} : { size: Number(size) }) };
    });
}

/** The bytes of a blob. */
export async function readBlob(dir: string, sha: string): Promise<Buffer> {
  return (await gitOnce(dir, ['cat-file', 'blob', sha])).stdout;
}

/** Keeps bytes as a blob and gives its id. */
export async function writeBlob(dir: string, bytes: Uint8Array): Promise<string> {
  return (await git(dir, ['hash-object', '-w', '--stdin'], { input: bytes })).stdout.toString('utf8').trim();
}

/** Whether every commit of `ancestor` is reachable from `descendant`. */
export async function isAncestor(dir: string, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return true;
  const ask = areIds(ancestor, descendant) ? gitOnce : git;
  const { code } = await ask(dir, ['merge-base', '--is-ancestor', ancestor, descendant], {
    allow: [1, 128],
    keep: [1],
  });
  return code === 0;
}

/** The best common ancestor; undefined for unrelated histories. */
export async function mergeBase(dir: string, a: string, b: string): Promise<string | undefined> {
  const ask = areIds(a, b) ? gitOnce : git;
  return lines((await ask(dir, ['merge-base', a, b], { allow: [1, 128] })).stdout)[0];
}

/** How many commits `b` has that `a` has not. */
export async function countCommits(dir: string, a: string, b: string): Promise<number> {
  const ask = areIds(a, b) ? gitOnce : git;
  return Number((await ask(dir, ['rev-list', '--count', `${a}..${b}`])).stdout.toString('utf8'));
}

/** The files that differ between two trees or commits. */
export async function changedFiles(dir: string, from: string, to: string): Promise<FileChange[]> {
  const ask = areIds(from, to) ? gitOnce : git;
  const raw = await ask(dir, ['diff-tree', '-r', '-M', '-z', '--raw', '--numstat', from, to]);
  const fields = raw.stdout.toString('utf8').split('\0');
  const changes: Omit<FileChange, 'additions' | 'deletions'>[] = [];
  const counts = new Map<string, { additions: number; deletions: number }>();
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? '';
    if (field.startsWith(':')) {
      const [, , oldSha = '', newSha = '', letter = ''] = field.split(' ');
      const first = fields[(at += 1)] ?? '';
      const renamed = /^[RC]/.test(letter);
      const path = renamed ? (fields[(at += 1)] ?? '') : first;
      changes.push({
        path,
        status: statusOf(letter),
        sha: letter.startsWith('D') ? oldSha : newSha,
        ...(renamed ? { previousPath: first } : {}),
      });
    } else if (field !== '') {
      const [added = '-', removed = '-', path = ''] = field.split('\t');
      const name = path === '' ? ((at += 2), fields[at] ?? '') : path; // renames: counts, then both names
      counts.set(name, { additions: Number(added) || 0, deletions: Number(removed) || 0 });
    }
  }
  return changes.map((change) => ({ ...change, ...(counts.get(change.path) ?? { additions: 0, deletions: 0 }) }));
}

/** The patch of one file between two commits, without git's header; undefined for binary files. */
export async function filePatch(dir: string, from: string, to: string, file: FileChange): Promise<string | undefined> {
  const paths = [...(file.previousPath === undefined ? [] : [file.previousPath]), file.path];
  const { stdout } = await git(dir, [
    '--literal-pathspecs',
    'diff-tree',
    '-p',
    '-M',
    '--no-color',
    from,
    to,
    '--',
    ...paths,
  ]);
  const text = stdout.toString('utf8');
  const start = text.indexOf('\n@@');
  return start < 0 ? undefined : text.slice(start + 1).replace(/\n$/, '');
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

/** Moves a ref; `expected` is what it must be before. False when it was something else. */
export async function updateRef(dir: string, ref: string, sha: string, expected?: string): Promise<boolean> {
  const args = sha === zeroSha ? ['update-ref', '-d', ref] : ['update-ref', ref, sha];
  return (await git(dir, [...args, ...(expected === undefined ? [] : [expected])], { allow: [1, 128] })).code === 0;
}

/** Whether git accepts the text as a ref name. */
export async function isRefName(dir: string, ref: string): Promise<boolean> {
  if (ref.startsWith('-') || ref.includes('\0')) return false;
  return (await git(dir, ['check-ref-format', ref], { allow: [1] })).code === 0;
}

/** Makes a commit that changes files on a branch, and gives its id. */
export async function commitFiles(dir: string, request: CommitRequest): Promise<string> {
  const ref = `refs/heads/${request.branch}`;
  const parent = (await resolveCommit(dir, ref)) ?? request.from;
  const who = `${request.author.name} <${request.author.email}> ${Math.floor(Date.parse(request.author.date) / 1000)} +0000`;
  const message = Buffer.from(request.message, 'utf8');
  const parts: Uint8Array[] = [
    Buffer.from(`commit ${ref}\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n`),
    message,
    Buffer.from(`\n${parent === undefined ? '' : `from ${parent}\n`}`),
  ];
  for (const [path, content] of Object.entries(request.files)) {
    if (content === null) parts.push(Buffer.from(`D ${quotePath(path)}\n`));
    else {
      const bytes = Buffer.from(content);
      parts.push(Buffer.from(`M 100644 inline ${quotePath(path)}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n'));
    }
  }
  await git(dir, ['fast-import', '--quiet'], { input: Buffer.concat(parts) });
  const sha = await resolveCommit(dir, ref);
  if (sha === undefined) throw new Error(`the commit on ${request.branch} was not made`);
  return sha;
}

/** Copies a branch of another repository on this machine to a ref here. */
export async function fetchFrom(dir: string, other: string, refspec: string): Promise<void> {
  await git(dir, ['fetch', '--quiet', '--no-tags', other, refspec], { env: { GIT_ALLOW_PROTOCOL: 'file' } });
}

function lines(buffer: Buffer): string[] {
  return buffer
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
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
    message: body.replace(/\n+$/, ''),
  };
}

function secondsToIso(seconds: string): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

function statusOf(letter: string): FileChange['status'] {
  if (letter.startsWith('A')) return 'added';
  if (letter.startsWith('D')) return 'removed';
  if (letter.startsWith('R') || letter.startsWith('C')) return 'renamed';
  return letter.startsWith('T') ? 'changed' : 'modified';
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

function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
