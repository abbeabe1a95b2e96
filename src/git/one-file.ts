// A tree with one text file made or changed, without a worktree: no link is followed and no filter runs. Makes no commit.
import type { Sha } from '../support/index.ts';
import { TroupeError } from '../support/index.ts';
import { checkPath } from './arguments.ts';
import { historyOf } from './history.ts';
import { describeRefusals, messages } from './messages.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { bytesOf, rawFields, rawOf } from './names.ts';
import { refusedByName } from './path-policy.ts';
import { requireNoSecret, secretError, secretRefusal } from './secret-guard.ts';
import type { FileChange, GitRepository, Refusal } from './types.ts';

interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  /** One character for each byte. */
  readonly name: string;
}

/** The largest file that is changed in this way. */
const largestFile = 5 * 1024 * 1024;

/** The part of a repository that changes one file. */
export function oneFileOf(mirror: Mirror): Pick<GitRepository, 'treeWithFile'> {
  const history = historyOf(mirror);
  const { changed } = textsOf(mirror);

  async function treeWithFile({ commit, path, policy, change }: FileChange): Promise<Sha> {
    const reason = refusedByName(rawOf(checkPath(path)), policy, { isNew: true });
    if (reason !== undefined) throw refused({ path, reason });
    requireNoSecret(mirror.redactor, path, messages.nameOfFile);
    const names = path.split('/').map((part) => rawOf(part) as string);
    return put(await history.treeOf(commit), names, { path, change });
  }

  async function put(
    tree: Sha | undefined,
    [name = '', ...below]: readonly string[],
    file: Pick<FileChange, 'path' | 'change'>,
  ): Promise<Sha> {
    const entries = tree === undefined ? [] : await entriesOf(tree, file.path);
    const there = entries.find((entry) => entry.name === name);
    const wanted = below.length === 0 ? 'blob' : 'tree';
    if (there !== undefined && (there.type !== wanted || there.mode === '120000'))
      throw refused({ path: file.path, reason: there.mode === '120000' ? 'link' : 'special' });
    const sha =
      below.length === 0
        ? await changed(there?.sha, file)
        : await put(there === undefined ? undefined : toSha(there.sha, `read ${file.path}`), below, file);
    const entry: Entry = {
      mode: there?.mode ?? (below.length === 0 ? '100644' : '040000'),
      type: wanted,
      sha,
      name,
    };
    const rows = [...entries.filter((other) => other !== there), entry];
    const made = await mirror.line({
      what: `change ${file.path}`,
      args: ['mktree', '-z', '--missing'],
      input: bytesOf(rows.map((row) => `${row.mode} ${row.type} ${row.sha}\t${row.name}\0`).join('')),
    });
    return toSha(made, `change ${file.path}`);
  }

  async function entriesOf(tree: Sha, path: string): Promise<readonly Entry[]> {
    const listed = await mirror.run({ what: `read ${path}`, args: ['ls-tree', '-z', tree] });
    return rawFields(listed.bytes).map((row) => {
      const tab = row.indexOf('\t');
      const [mode = '', type = '', sha = ''] = row.slice(0, tab).split(' ');
      return { mode, type, sha, name: row.slice(tab + 1) };
    });
  }

  return { treeWithFile };
}

/** Texts of files, read and written. */
function textsOf(mirror: Mirror) {
  const secretsIn = (text: string): ReadonlySet<number> => mirror.redactor.secretsIn(Buffer.from(text, 'utf8'));

  async function changed(blob: string | undefined, { path, change }: Pick<FileChange, 'path' | 'change'>) {
    const before = blob === undefined ? undefined : await textOf(blob, path);
    const after = change(before);
    if (blob !== undefined && after === before) return toSha(blob, `read ${path}`);
    const known = secretsIn(before ?? '');
    if (![...secretsIn(after)].every((secret) => known.has(secret)))
      throw secretError([secretRefusal(mirror.redactor, rawOf(path))]);
    const made = await mirror.line({
      what: `write ${path}`,
      args: ['hash-object', '-w', '--stdin'],
      input: Buffer.from(after, 'utf8'),
    });
    return toSha(made, `write ${path}`);
  }

  async function textOf(blob: string, path: string): Promise<string> {
    const read = await mirror.run({
      what: `read ${path}`,
      args: ['cat-file', 'blob', blob],
      maxOutput: largestFile,
    });
    if (read.cut) throw refused({ path, reason: 'too-large' });
    const text = read.bytes.toString('utf8');
    if (text.startsWith('version https://git-lfs.github.com/')) throw refused({ path, reason: 'pointer' });
    // what would not come back byte for byte is no text to change
    if (text.includes('\0') || !Buffer.from(text, 'utf8').equals(read.bytes))
      throw refused({ path, reason: 'encoding', detail: 'UTF-8' });
    return text;
  }

  return { changed };
}

function refused(refusal: Refusal): TroupeError {
  return new TroupeError('git/refused', messages.refusedFiles(describeRefusals([refusal], 1)), { class: 'config' });
}
