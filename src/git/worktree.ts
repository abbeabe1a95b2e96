// A tree that a persona may write, with git's own directory beside it and never in it.
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Sha } from '../support/index.ts';
import { TroupeError } from '../support/index.ts';
import { commitsOf } from './commits.ts';
import { matchesGlob } from './globs.ts';
import { split } from './history.ts';
import { makeAgentView, makeWorktreeDirectory, readHead, writeHead } from './layout.ts';
import { messages } from './messages.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { guardPaths } from './path-guard.ts';
import type { Guarded } from './path-guard.ts';
import { agentConfiguration } from './path-policy.ts';
import type { GitCall, GitOutput } from './run-git.ts';
import type { Changes, NewCommit, PathPolicy, Worktree, WorktreeRequest } from './types.ts';

const ours = new Set(['tree', 'git']);

/** Makes the worktree in `dir`, or resets the one that is there. */
export async function openWorktree(
  mirror: Mirror,
  dir: string,
  request: WorktreeRequest,
  how: { readonly clock: Clock; /** Nobody but us has ever written there. */ readonly isUntouched: boolean },
): Promise<Worktree> {
  const tree = join(dir, 'tree');
  const gitDir = join(dir, 'git');
  const index = join(gitDir, 'index');
  const maskedMark = join(gitDir, 'masked');
  const run = (call: Omit<GitCall, 'gitDir' | 'workTree'>): Promise<GitOutput> =>
    mirror.git.run({ ...call, gitDir, workTree: tree });
  let at: Sha = request.at;
  let isUsed = !how.isUntouched;

  async function reset(): Promise<void> {
    await rm(`${index}.lock`, { force: true });
    // A masked index hides files from git; starting over shows them again.
    if (existsSync(maskedMark)) {
      await rm(index, { force: true });
      await rm(maskedMark);
    }
    await makeWorktreeDirectory(gitDir, mirror.dir, at);
    await rm(join(tree, '.git'), { recursive: true, force: true });
    await run({ what: `check out ${at}`, args: ['read-tree', '--reset', '-u', at] });
    if (isUsed) await removeUntracked();
    if (request.maskAgentConfiguration === true) await mask();
    if (request.agentView === true) await makeAgentView({ tree, mirror: mirror.dir, at, index });
  }

  async function removeUntracked(): Promise<void> {
    await run({ what: `clean the worktree`, args: ['clean', '-ffdq', ...keepArguments(request.keep)] });
    for (const name of await strangers()) await rm(join(dir, name), { recursive: true, force: true });
  }

  // Tracked agent configuration leaves the tree and stays in the index: it is neither read by an agent nor seen as deleted.
  async function mask(): Promise<void> {
    const listed = await run({ what: 'list the files of the worktree', args: ['ls-files', '-z'] });
    const masked = split(listed.stdout).filter((path) => matchesGlob(path, agentConfiguration));
    if (masked.length === 0) return;
    await writeFile(maskedMark, '');
    await run({
      what: 'hide agent configuration',
      args: ['update-index', '--skip-worktree', '-z', '--stdin'],
      input: `${masked.join('\0')}\0`,
    });
    for (const path of masked) await rm(join(tree, path), { recursive: true, force: true });
  }

  /** What lies beside the tree and was not put there by us: something was written to `../`. */
  async function strangers(): Promise<readonly string[]> {
    return (await readdir(dir)).filter((name) => !ours.has(name));
  }

  async function guard(policy: PathPolicy): Promise<Guarded> {
    const status = await run({
      what: 'read what changed',
      args: ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'],
    });
    const paths = split(status.stdout).map((entry) => entry.slice(3));
    const guarded = await guardPaths(tree, paths, policy);
    const outside = (await strangers()).map((name) => ({ path: `../${name}`, reason: 'outside' as const }));
    return { ...guarded, refused: [...outside, ...guarded.refused] };
  }

  async function changes(policy: PathPolicy): Promise<Changes> {
    const { files, refused } = await guard(policy);
    return { files, refused };
  }

  async function commit(newCommit: NewCommit, policy: PathPolicy): Promise<Sha | undefined> {
    const guarded = await guard(policy);
    if (guarded.refused.length > 0) throw refusal(guarded.refused);
    if (guarded.files.length === 0) return undefined;
    await run({
      what: 'stage the changes',
      args: ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'],
      input: `${guarded.files.join('\0')}\0`,
    });
    await checkStaged(guarded);
    const written = await run({ what: 'write the tree', args: ['write-tree'] });
    const parentTree = await mirror.line({ what: `read ${at}`, args: ['rev-parse', `${at}^{tree}`] });
    const newTree = toSha(written.stdout, 'write the tree');
    if (newTree === parentTree) return undefined;
    const sha = await commitsOf(mirror, how.clock).commitTree(newTree, [at], newCommit);
    at = sha;
    await writeHead(gitDir, at);
    return sha;
  }

  // What was judged must be what was staged: files can change between the two.
  async function checkStaged(guarded: Guarded): Promise<void> {
    const raw = await run({
      what: 'read what was staged',
      args: ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', at, '--'],
    });
    const fields = split(raw.stdout);
    const allowed = new Set(guarded.files);
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const mode = fields[i]?.split(' ')[1] ?? '';
      const path = fields[i + 1] ?? '';
      const expected = guarded.links.has(path) ? ['120000', '000000'] : ['100644', '100755', '000000'];
      if (allowed.has(path) && expected.includes(mode)) continue;
      await run({ what: 'unstage', args: ['read-tree', '--reset', at] });
      throw new TroupeError('git/refused', `${messages.changedMeanwhile} (${path})`, { class: 'failed' });
    }
  }

  const usable = existsSync(join(tree)) && (await lstat(tree)).isDirectory();
  if (request.fresh === true || !usable) await rm(dir, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  const keeps = request.keepChanges === true && (await readHead(gitDir)) === at && existsSync(index);
  try {
    if (!keeps) await reset();
  } catch (error) {
    if (!(error instanceof TroupeError) || error.code !== 'git/failed') throw error;
    // Whatever an agent or a crash left behind that a reset cannot mend: start with nothing.
    await rm(dir, { recursive: true, force: true });
    await mkdir(tree, { recursive: true });
    await reset();
  }
  // from here on somebody writes there
  isUsed = true;
  return {
    path: tree,
    get at() {
      return at;
    },
    readable: request.agentView === true ? [join(mirror.dir, 'objects')] : [],
    changes,
    commit,
    discard: reset,
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** The error for paths that may not be committed: names them and says why. */
function refusal(refused: Changes['refused']): TroupeError {
  const named = refused.slice(0, 5).map(({ path, reason }) => `"${path}" ${messages.refusedReason(reason)}`);
  const more = refused.length > named.length ? [`and ${refused.length - named.length} more`] : [];
  return new TroupeError('git/refused', messages.refusedFiles([...named, ...more]), {
    class: 'failed',
    hint: 'The work was not committed. Change the task, or allow the paths in the repository settings.',
  });
}

function keepArguments(keep: readonly string[] = []): string[] {
  // gitignore patterns: anchored, special characters escaped
  return keep.flatMap((path) => [
    '-e',
    `/${path.replace(/^\/+|\/+$/g, '').replaceAll(/[\\*?[\]!#]/g, String.raw`\$&`)}`,
  ]);
}
