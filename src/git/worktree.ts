// A tree that a persona may write, with git's own directory beside it and never in it.
import { existsSync } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Sha } from '../support/index.ts';
import { defined, isSha, TroupeError } from '../support/index.ts';
import { behindAgentLinks } from './agent-links.ts';
import { checkOut, strangersIn } from './checkout.ts';
import type { WorktreeFolders } from './checkout.ts';
import { commitsOf } from './commits.ts';
import { copyIndex } from './copy-index.ts';
import { historyOf } from './history.ts';
import { readHead, writeHead } from './layout.ts';
import { describeRefusals, messages } from './messages.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { shownName } from './names.ts';
import { guardPaths } from './path-guard.ts';
import { refusedAsStored, withoutSecrets } from './tree-secrets.ts';
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
import { changesError } from './changes-error.ts';
import { takeChanges } from './take-changes.ts';
import { touchedPaths } from './touched.ts';
import type {
  Changes,
  NewCommit,
  PathPolicy,
  Refusal,
  SentChanges,
  Taken,
  Worktree,
  WorktreeRequest,
} from './types.ts';
import { keepZeroPoint, plainZeroPoint, readZeroPoint, signatureOf, zeroPointAfter } from './zero-point.ts';

/** What a commit would hold, in the index where it was staged. */
interface Observed extends Changes {
  readonly staged: Staged;
}

/** Makes the worktree in its folder, or resets the one that is there. */
export async function openWorktree(
  mirror: Mirror,
  request: WorktreeRequest,
  how: {
    readonly dir: string;
    readonly clock: Clock;
    /** Nobody but us has ever written there. */
    readonly isUntouched: boolean;
    /** Filters that the operator allows. */
    readonly runs: ReadonlySet<string>;
  },
): Promise<Worktree> {
  const folders = foldersOf(mirror, how);
  const { dir, tree, gitDir, index, git } = folders;
  const staging = stagingOf(folders);
  let at: Sha = request.at;
  let isUsed = !how.isUntouched;
  let zero = plainZeroPoint(at);

  async function reset(): Promise<void> {
    zero = await checkOut(folders, at, { ...request, isUsed });
  }

  async function takeAsGiven(): Promise<void> {
    const touched = await touchedPaths(git, { tree, zero: { ...zero, given: new Map() }, index });
    const given = await Promise.all(touched.map(async ({ name }) => [name, await signatureOf(tree, name)] as const));
    zero = { ...zero, given: new Map(given) };
    await keepZeroPoint(gitDir, zero);
  }

  async function changes(policy: PathPolicy): Promise<Changes> {
    const { files, refused } = await observe(folders, { at, zero }, policy);
    return { files, refused };
  }

  async function take(sent: SentChanges, policy: PathPolicy): Promise<Taken> {
    const before = await observe(folders, { at, zero }, policy);
    if (before.files.length + before.refused.length > 0) throw changesError(messages.changes.changedHere);
    const taken = await takeChanges({ folders, at, policy, clock: how.clock }, sent);
    if ('refused' in taken) return { refused: taken.refused, left: [] };
    const { staged, refused } = await observe(folders, { at, zero }, policy);
    const unseen = refused.length > 0 ? [] : taken.names.filter((name) => !staged.has(name));
    return { refused, left: unseen.map(shownName) };
  }

  async function commit(newCommit: NewCommit, policy: PathPolicy): Promise<Sha | undefined> {
    const { staged, refused } = await observe(folders, { at, zero }, policy);
    if (refused.length > 0) throw refusal(refused);
    if (staged.size === 0) return undefined;
    const written = await git({ what: 'write the tree', args: ['write-tree'], env: { GIT_INDEX_FILE: staging } });
    const newTree = toSha(written.stdout, 'write the tree');
    const sha = await commitsOf(mirror, how.clock).commitTree(newTree, [at], newCommit);
    const next = await zeroPointAfter(zero, { tree, at: sha, staged });
    // what fails on the way leaves the changes to be found again: they are committed at another try
    await writeHead(gitDir, sha);
    await keepZeroPoint(gitDir, next);
    await rename(staging, index);
    at = sha;
    zero = next;
    return sha;
  }

  const made = await madeBefore(folders, request);
  const isKept = made !== undefined || (await keepsChanges(folders, request));
  try {
    if (made !== undefined) at = made;
    if (isKept) zero = (await readZeroPoint(gitDir)) ?? zero;
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
    isKept,
    ...defined({ made }),
    get at() {
      return at;
    },
    readable: request.agentView === true && request.ownObjects !== true ? [join(mirror.dir, 'objects')] : [],
    get unfiltered() {
      return [...zero.unfiltered].map(([filter, names]) => ({ filter, files: names.map(shownName) }));
    },
    takeAsGiven,
    take,
    changes,
    commit,
    discard: reset,
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

function foldersOf(
  mirror: Mirror,
  { dir, runs }: { readonly dir: string; readonly runs: ReadonlySet<string> },
): WorktreeFolders {
  const tree = join(dir, 'tree');
  const gitDir = join(dir, 'git');
  const git: WorktreeFolders['git'] = (call) => mirror.git.run({ ...call, gitDir, workTree: tree });
  return { mirror, git, dir, tree, gitDir, index: join(gitDir, 'index'), runs };
}

function stagingOf({ gitDir }: WorktreeFolders): string {
  return join(gitDir, 'staging');
}

/** The commit that stands here on top of the wanted one, where that is to be kept. */
async function madeBefore({ mirror, gitDir }: WorktreeFolders, request: WorktreeRequest): Promise<Sha | undefined> {
  if (request.keepChanges !== true || request.keepCommit !== true) return undefined;
  const head = await readHead(gitDir);
  if (!isSha(head) || head === request.at) return undefined;
  const parents = await parentsHere(mirror, head);
  return parents.length === 1 && parents[0] === request.at ? head : undefined;
}

/** None of a commit that is not here. */
async function parentsHere(mirror: Mirror, commit: Sha): Promise<readonly Sha[]> {
  try {
    return await historyOf(mirror).parentsOf(commit);
  } catch (error) {
    if (error instanceof TroupeError && error.code === 'git/failed') return [];
    throw error;
  }
}

/** Makes the folder where it is missing; whether what somebody changed there stays. */
async function keepsChanges({ dir, tree, gitDir, index }: WorktreeFolders, request: WorktreeRequest): Promise<boolean> {
  const usable = existsSync(join(tree)) && (await lstat(tree)).isDirectory();
  if (request.fresh === true || !usable) await rm(dir, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  return request.keepChanges === true && (await readHead(gitDir)) === request.at && existsSync(index);
}

/** What a tree is compared with. */
interface Base {
  readonly at: Sha;
  readonly zero: ReturnType<typeof plainZeroPoint>;
}

/** What a commit would hold, staged beside the index. */
async function observe(folders: WorktreeFolders, { at, zero }: Base, policy: PathPolicy): Promise<Observed> {
  const { mirror, git, dir, tree, index, runs } = folders;
  const staging = stagingOf(folders);
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
  const behindLinks = touched.length === 0 ? new Map() : await behindAgentLinks(git, index);
  const shown = await guardPaths(tree, touched, { ...policy, behindLinks });
  const { guarded, looked } = await withoutSecrets({ ...folders, index: staging }, shown);
  const stage = { git, tree, index: staging, zero, runs, lfs: mirror.lfs };
  const unfit = await refusedByAttributes(stage, guarded.passed, guarded.links);
  const passed = guarded.passed.filter(({ name }) => !unfit.has(name));
  const staged: Staged = passed.length === 0 ? new Map() : await stageChanges(stage, at, passed);
  const leaking = await refusedAsStored({ ...folders, index: staging }, staged, looked);
  const undone = passed.filter(({ name, kind }) => kind === 'changed' && !staged.has(name));
  await forgetLooks(
    git,
    staging,
    undone.map(({ name }) => name),
  );
  const empty = await emptyPointers(stage, index, staged);
  const refused = [
    ...outside,
    ...sorted([...guarded.refused, ...unfit.values(), ...submodules.refused, ...empty, ...leaking]),
  ];
  if (refused.length === 0) checkStaged(staged, { passed, links: guarded.links });
  return { files: [...staged.keys()].map(shownName), refused, staged };
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
