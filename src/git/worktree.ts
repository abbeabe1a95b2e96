// A tree that a persona may write, with git's own directory beside it and never in it.
import { existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Sha } from '../support/index.ts';
import { TroupeError } from '../support/index.ts';
import { checkOut, strangersIn } from './checkout.ts';
import type { Place } from './checkout.ts';
import { commitsOf } from './commits.ts';
import { readHead, writeHead } from './layout.ts';
import { describeRefusals, messages } from './messages.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { shownName } from './names.ts';
import { guardPaths } from './path-guard.ts';
import type { Touched } from './path-guard.ts';
import {
  checkStaged,
  emptyPointers,
  forgetLooks,
  refusedByAttributes,
  removeFromIndex,
  stageChanges,
} from './staging.ts';
import type { Staged } from './staging.ts';
import { judgeSubmodules } from './submodules.ts';
import { touchedPaths } from './touched.ts';
import type { Changes, NewCommit, PathPolicy, Refusal, Worktree, WorktreeRequest } from './types.ts';
import { keepZeroPoint, plainZeroPoint, readZeroPoint, signatureOf, zeroPointAfter } from './zero-point.ts';

/** What a commit would hold, in the index where it was staged. */
interface Observed extends Changes {
  readonly staged: Staged;
}

/** Makes the worktree in `dir`, or resets the one that is there. */
export async function openWorktree(
  mirror: Mirror,
  dir: string,
  request: WorktreeRequest,
  how: {
    readonly clock: Clock;
    /** Nobody but us has ever written there. */
    readonly isUntouched: boolean;
    /** Filters that the operator allows. */
    readonly runs: ReadonlySet<string>;
  },
): Promise<Worktree> {
  const tree = join(dir, 'tree');
  const gitDir = join(dir, 'git');
  const index = join(gitDir, 'index');
  const staging = join(gitDir, 'staging');
  const { runs } = how;
  const git: Place['git'] = (call) => mirror.git.run({ ...call, gitDir, workTree: tree });
  const place: Place = { mirror, git, dir, tree, gitDir, index, runs };
  let at: Sha = request.at;
  let isUsed = !how.isUntouched;
  let zero = plainZeroPoint(at);

  async function reset(): Promise<void> {
    zero = await checkOut(place, at, { ...request, isUsed });
  }

  async function observe(policy: PathPolicy): Promise<Observed> {
    const outside = (await strangersIn(dir)).map((name) => ({
      path: `../${shownName(name)}`,
      reason: 'outside' as const,
    }));
    const submodules = await judgeSubmodules(git, { tree, at, links: zero.links });
    const gone = submodules.removed.map((name): Touched => ({ name, kind: 'gone' }));
    await copyIndex(index, staging);
    // what lies in the place of a submodule that went is a file like any other
    if (gone.length > 0) await removeFromIndex(git, staging, submodules.removed);
    const touched = [...gone, ...(await touchedPaths(git, { tree, zero, index: staging }))];
    const guarded = await guardPaths(tree, touched, policy);
    const stage = { git, tree, index: staging, zero, runs, lfs: mirror.lfs };
    const unfit = await refusedByAttributes(stage, guarded.passed, guarded.links);
    const passed = guarded.passed.filter(({ name }) => !unfit.has(name));
    const staged: Staged = passed.length === 0 ? new Map() : await stageChanges(stage, at, passed);
    const undone = passed.filter(({ name, kind }) => kind === 'changed' && !staged.has(name));
    await forgetLooks(
      git,
      staging,
      undone.map(({ name }) => name),
    );
    const empty = await emptyPointers(stage, index, staged);
    const refused = [...outside, ...sorted([...guarded.refused, ...unfit.values(), ...submodules.refused, ...empty])];
    if (refused.length === 0) checkStaged(staged, { passed, links: guarded.links });
    return { files: [...staged.keys()].map(shownName), refused, staged };
  }

  async function takeAsGiven(): Promise<void> {
    const touched = await touchedPaths(git, { tree, zero: { ...zero, given: new Map() }, index });
    const given = await Promise.all(touched.map(async ({ name }) => [name, await signatureOf(tree, name)] as const));
    zero = { ...zero, given: new Map(given) };
    await keepZeroPoint(gitDir, zero);
  }

  async function changes(policy: PathPolicy): Promise<Changes> {
    const { files, refused } = await observe(policy);
    return { files, refused };
  }

  async function commit(newCommit: NewCommit, policy: PathPolicy): Promise<Sha | undefined> {
    const { staged, refused } = await observe(policy);
    if (refused.length > 0) throw refusal(refused);
    if (staged.size === 0) return undefined;
    const written = await git({ what: 'write the tree', args: ['write-tree'], env: { GIT_INDEX_FILE: staging } });
    const newTree = toSha(written.stdout, 'write the tree');
    const sha = await commitsOf(mirror, how.clock).commitTree(newTree, [at], newCommit);
    at = sha;
    await rename(staging, index);
    zero = await zeroPointAfter(zero, { tree, at, staged });
    await keepZeroPoint(gitDir, zero);
    await writeHead(gitDir, at);
    return sha;
  }

  const usable = existsSync(join(tree)) && (await lstat(tree)).isDirectory();
  if (request.fresh === true || !usable) await rm(dir, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  const keeps = request.keepChanges === true && (await readHead(gitDir)) === at && existsSync(index);
  try {
    if (keeps) zero = (await readZeroPoint(gitDir)) ?? zero;
    else await reset();
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
    get unfiltered() {
      return [...zero.unfiltered].map(([filter, names]) => ({ filter, files: names.map(shownName) }));
    },
    takeAsGiven,
    changes,
    commit,
    discard: reset,
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A copy as old as the original: by its age git knows which files were written in the second in which it was. */
async function copyIndex(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const seconds = Math.floor((await stat(from)).mtimeMs / 1_000);
  await utimes(to, seconds, seconds);
}

function sorted(refused: readonly Refusal[]): readonly Refusal[] {
  return refused.toSorted((a, b) =>
    a.reason === 'too-many' ? 1 : b.reason === 'too-many' || a.path < b.path ? -1 : 1,
  );
}

/** The error for paths that may not be committed: names them and says why. */
function refusal(refused: Changes['refused']): TroupeError {
  return new TroupeError('git/refused', messages.refusedFiles(describeRefusals(refused, 5)), {
    class: 'failed',
    hint: 'The work was not committed. Change the task, or allow the paths in the repository settings.',
  });
}
