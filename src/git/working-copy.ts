// What a person's own working copy is: its folder, its branch, whose name git would write. Reads only; nothing in it runs.
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createRedactor, isSha, messageOf, TroupeError } from '../support/index.ts';
import type { Redactor, Sha } from '../support/index.ts';
import { messages, oldestGit } from './messages.ts';
import { createGit } from './run-git.ts';
import type { Git } from './run-git.ts';
import type { Author } from './types.ts';

/** A working copy as it is now. */
export interface WorkingCopy {
  /** The folder that holds it, absolute. */
  readonly root: string;
  /** The branch that is checked out; `HEAD@<commit>` where a commit is, as in most checkouts of CI. */
  readonly branch: string;
  readonly head: Sha;
  /** From the repository's own configuration; a name of Troupe's where it has none. */
  readonly author: Author;
}

/** The name that a commit goes by where no branch is checked out. */
const detached = /^HEAD@([0-9a-f]{40})$/;

/** The commit that stands for a branch where none is checked out; undefined for the name of a branch. */
export function detachedCommit(branch: string): Sha | undefined {
  const sha = detached.exec(branch)?.[1];
  return sha !== undefined && isSha(sha) ? sha : undefined;
}

/** Looks at the working copy around a folder. Throws `git/not-found` when there is none, or it has no commit. */
export async function inspectWorkingCopy(folder: string, redactor: Redactor): Promise<WorkingCopy> {
  const at = await realpath(folder);
  const git = createGit({ redactor, home: at, allowProtocols: ['file'] });
  const answer = await git.run({
    what: `look at ${at}`,
    args: ['rev-parse', '--show-toplevel', 'HEAD'],
    accept: [0, 128],
  });
  const [root = '', head = ''] = answer.stdout.trim().split('\n');
  if (answer.exitCode !== 0 || !isSha(head)) throw await unusable(git, at);
  const named = await git.run({
    what: `read the branch of ${at}`,
    args: ['symbolic-ref', '--short', '-q', 'HEAD'],
    accept: [0, 1, 128],
  });
  return {
    root,
    branch: named.stdout.trim() || `HEAD@${head}`,
    head,
    author: {
      name: await configured('user.name', 'Troupe'),
      email: await configured('user.email', 'troupe@localhost'),
    },
  };

  async function configured(key: string, otherwise: string): Promise<string> {
    const found = await git.run({ what: `read ${key}`, args: ['config', '--get', key], accept: [0, 1] });
    return found.stdout.trim() || otherwise;
  }
}

/** A bare copy of its commits and branches, which borrows its objects: whatever is written there, the working copy does not see it. */
export async function copyRepository(from: WorkingCopy, to: string, redactor: Redactor): Promise<void> {
  const git = createGit({ redactor, home: dirname(to), allowProtocols: ['file'] });
  await git.run({
    what: `copy ${from.root}`,
    args: ['clone', '--quiet', '--bare', '--shared', '--', from.root, to],
  });
}

/** What is missing: a repository at all, the right to look at it, objects that we read, files beside the history, or a first commit. */
async function unusable(git: Git, at: string): Promise<TroupeError> {
  const why = messages.unusable[await whatIsThere(git, at)];
  return new TroupeError('git/not-found', `Cannot work in ${at}: ${why.what}`, { class: 'config', hint: why.hint });
}

async function whatIsThere(git: Git, at: string): Promise<keyof typeof messages.unusable> {
  try {
    const { stdout } = await git.run({
      what: `look at ${at}`,
      args: ['rev-parse', '--is-bare-repository', '--is-inside-git-dir', '--show-object-format'],
    });
    const [bare, inside, format] = stdout.trim().split('\n');
    if (format !== 'sha1') return 'otherFormat';
    if (bare === 'true') return 'bare';
    return inside === 'true' ? 'gitDir' : 'noCommit';
  } catch (error) {
    return messageOf(error).includes('dubious ownership') ? 'otherOwner' : 'none';
  }
}

/** The version of git on this machine, `2.39.5`. Throws `git/missing`, and `git/too-old` for one that cannot do what is asked of it. */
export async function requireGit(): Promise<string> {
  const git = createGit({ redactor: createRedactor(), home: '/', allowProtocols: [] });
  const line = await git.line({ what: 'ask git for its version', args: ['version'] });
  const version = /\d{1,9}(?:\.\d{1,9}){1,9}/.exec(line)?.[0] ?? line;
  if (isTooOld(version)) {
    throw new TroupeError('git/too-old', messages.tooOld(version), { class: 'config', hint: messages.tooOldHint });
  }
  return version;
}

/** Whether a version lacks what Troupe needs. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldestGit[0] || (major === oldestGit[0] && minor < oldestGit[1]);
}

/** The version of Git LFS on this machine, as it tells it. Throws where there is none. */
export async function gitLfsVersion(): Promise<string> {
  const git = createGit({ redactor: createRedactor(), home: '/', allowProtocols: [] });
  return git.line({ what: 'ask Git LFS for its version', args: ['lfs', 'version'] });
}
