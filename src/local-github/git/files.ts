// Trees, blobs, and what differs between two trees. Never makes a commit.
import { areIds, gitOnce } from './git-once.ts';
import { git } from './git-process.ts';
import type { FileChange, TreeEntry } from './shapes.ts';

/** The type of an object, undefined when it is not there. */
export async function objectType(dir: string, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
  const { code, stdout } = await gitOnce(dir, ['cat-file', '-t', sha], { allow: [1, 128] });
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
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
export async function filePatch(
  dir: string,
  range: { readonly from: string; readonly to: string },
  file: FileChange,
): Promise<string | undefined> {
  const paths = [...(file.previousPath === undefined ? [] : [file.previousPath]), file.path];
  const { stdout } = await git(dir, [
    '--literal-pathspecs',
    'diff-tree',
    '-p',
    '-M',
    '--no-color',
    range.from,
    range.to,
    '--',
    ...paths,
  ]);
  const text = stdout.toString('utf8');
  const start = text.indexOf('\n@@');
  return start < 0 ? undefined : text.slice(start + 1).replace(/\n$/, '');
}

function statusOf(letter: string): FileChange['status'] {
  if (letter.startsWith('A')) return 'added';
  if (letter.startsWith('D')) return 'removed';
  if (letter.startsWith('R') || letter.startsWith('C')) return 'renamed';
  return letter.startsWith('T') ? 'changed' : 'modified';
}
