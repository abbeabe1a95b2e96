// Reading commits, trees, files and differences out of the mirror. Never writes and never talks to the remote.
import { withoutEnd } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { checkPath } from './arguments.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { rawFields, rawName, rawOf, shownName } from './names.ts';
import { entryAt, folderAt } from './tree-entry.ts';
import type { Commit, Diff, GitRepository } from './types.ts';

type History = Pick<
  GitRepository,
  | 'treeOf'
  | 'parentsOf'
  | 'messageOf'
  | 'trailers'
  | 'readFile'
  | 'listFiles'
  | 'isAncestor'
  | 'mergeBase'
  | 'diff'
  | 'log'
  | 'tags'
>;

const defaultPatchBytes = 1024 * 1024;
const largestTextFile = 5 * 1024 * 1024;

/** The trees of commits that were looked at last. A commit has one tree for ever, in whatever repository. */
const treesSeen = new Map<Sha, Sha>();
const mostTreesSeen = 4_096;

/** The reading side of a repository. */
export function historyOf(mirror: Mirror): History {
  return { ...commitsIn(mirror), ...filesIn(mirror), ...betweenCommits(mirror), ...listsOf(mirror) };
}

/** What one commit says. */
function commitsIn(mirror: Mirror): Pick<History, 'treeOf' | 'parentsOf' | 'messageOf' | 'trailers'> {
  async function treeOf(commit: Sha): Promise<Sha> {
    const seen = treesSeen.get(commit);
    if (seen !== undefined) return seen;
    const what = `read the tree of ${commit}`;
    const tree = toSha(
      await mirror.line({ what, args: ['rev-parse', '--verify', '--quiet', `${commit}^{tree}`] }),
      what,
    );
    const [oldest] = treesSeen.keys();
    if (oldest !== undefined && treesSeen.size >= mostTreesSeen) treesSeen.delete(oldest);
    treesSeen.set(commit, tree);
    return tree;
  }

  async function parentsOf(commit: Sha): Promise<readonly Sha[]> {
    const what = `read the parents of ${commit}`;
    const line = await mirror.line({ what, args: ['rev-list', '--no-walk', '--parents', commit] });
    return line
      .split(' ')
      .slice(1)
      .map((sha) => toSha(sha, what));
  }

  async function messageOf(commit: Sha): Promise<string> {
    const raw = await mirror.run({ what: `read ${commit}`, args: ['cat-file', 'commit', commit] });
    return raw.stdout.slice(raw.stdout.indexOf('\n\n') + 2);
  }

  async function trailers(commit: Sha): Promise<Readonly<Record<string, readonly string[]>>> {
    const text = await mirror.line({
      what: `read the trailers of ${commit}`,
      args: ['log', '-1', '--no-show-signature', '--format=%(trailers:only=true,unfold=true)', commit],
    });
    const found: Record<string, string[]> = {};
    for (const row of text.split('\n')) {
      const [, name, value] = /^([A-Za-z0-9-]+):(.*)$/.exec(row) ?? [];
      if (name !== undefined && value !== undefined) (found[name] ??= []).push(value.trimStart());
    }
    return found;
  }

  return { treeOf, parentsOf, messageOf, trailers };
}

/** Files as they are at a commit. */
function filesIn(mirror: Mirror): Pick<History, 'readFile' | 'listFiles'> {
  async function readFile(commit: Sha, path: string): Promise<string | undefined> {
    const entry = await entryAt(mirror, commit, rawOf(checkPath(path)));
    if (entry?.type !== 'blob' || !entry.mode.startsWith('100')) return undefined;
    const content = await mirror.run({
      what: `read ${path} at ${commit}`,
      args: ['cat-file', 'blob', entry.sha],
      maxOutput: largestTextFile,
    });
    return content.stdout;
  }

  async function listFiles(commit: Sha, under: string): Promise<readonly string[]> {
    const folder = withoutEnd(under, '/');
    const tree = await folderAt(mirror, commit, folder === '' ? '' : rawOf(checkPath(folder)));
    if (tree === undefined) return [];
    const listed = await mirror.run({
      what: `list ${under === '' ? 'files' : under} at ${commit}`,
      args: ['ls-tree', '-r', '-z', '--name-only', tree],
    });
    const before = folder === '' ? '' : `${rawOf(folder)}/`;
    return rawFields(listed.bytes).map((name) => shownName(rawName(`${before}${name}`)));
  }

  return { readFile, listFiles };
}

/** How two commits stand to each other. */
function betweenCommits(mirror: Mirror): Pick<History, 'isAncestor' | 'mergeBase' | 'diff'> {
  async function isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean> {
    const answer = await mirror.run({
      what: `compare ${ancestor} and ${descendant}`,
      args: ['merge-base', '--is-ancestor', ancestor, descendant],
      accept: [0, 1],
    });
    return answer.exitCode === 0;
  }

  async function mergeBase(a: Sha, b: Sha): Promise<Sha | undefined> {
    const what = `find the merge base of ${a} and ${b}`;
    const answer = await mirror.run({ what, args: ['merge-base', a, b], accept: [0, 1] });
    return answer.exitCode === 0 ? toSha(answer.stdout, what) : undefined;
  }

  async function diff(from: Sha, to: Sha, options: { readonly maxBytes?: number } = {}): Promise<Diff> {
    const plumbing = ['diff-tree', '-r', '--no-ext-diff', '--no-textconv', '--no-color'];
    const what = `compare ${from} and ${to}`;
    const patch = await mirror.run({
      what,
      args: [...plumbing, '-M', '-p', from, to, '--'],
      maxOutput: options.maxBytes ?? defaultPatchBytes,
    });
    const counts = await mirror.run({ what, args: [...plumbing, '--no-renames', '--numstat', '-z', from, to, '--'] });
    return {
      patch: wholeLines(patch.stdout, patch.cut),
      truncated: patch.cut,
      files: rawFields(counts.bytes).map(toCount),
    };
  }

  return { isAncestor, mergeBase, diff };
}

/** Commits and tags, listed. */
function listsOf(mirror: Mirror): Pick<History, 'log' | 'tags'> {
  async function log(from: Sha, to: Sha): Promise<readonly Commit[]> {
    const what = `list the commits from ${from} to ${to}`;
    const rows = await mirror.run({
      what,
      args: [
        'log',
        '--reverse',
        '--topo-order',
        '--no-show-signature',
        '-z',
        '--format=%H%x1f%an%x1f%ae%x1f%s',
        `${from}..${to}`,
        '--',
      ],
    });
    return rows.stdout
      .split('\0')
      .filter((row) => row !== '')
      .map((row) => {
        const [sha = '', name = '', email = '', subject = ''] = row.split('\x1f');
        return { sha: toSha(sha, what), subject, author: { name, email } };
      });
  }

  async function tags(): Promise<readonly { readonly name: string; readonly commit: string }[]> {
    const rows = await mirror.run({
      what: 'list the tags',
      args: ['for-each-ref', '--format=%(refname:strip=2)%09%(objectname)%09%(*objectname)', 'refs/tags/'],
    });
    return rows.stdout
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => {
        const [name = '', object = '', commit = ''] = row.split('\t');
        return { name, commit: commit === '' ? object : commit };
      });
  }

  return { log, tags };
}

function toCount(row: string): Diff['files'][number] {
  const [added = '-', removed = '-', ...path] = row.split('\t');
  // binary files have "-" for both
  return { path: shownName(rawName(path.join('\t'))), added: Number(added) || 0, removed: Number(removed) || 0 };
}

function wholeLines(patch: string, cut: boolean): string {
  return cut ? patch.slice(0, patch.lastIndexOf('\n') + 1) : patch;
}
