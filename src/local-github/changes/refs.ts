// What follows when refs move, however they were moved: push webhooks, check suites, pull request heads. Never moves a branch itself.
import {
  countCommits,
  fetchFrom,
  isAncestor,
  listRefs,
  log,
  readCommit,
  resolveCommit,
  updateRef,
  zeroSha,
} from '../git/index.ts';
import { pushedCommitShape } from '../shapes/commit.ts';
import { headRefOf, isPull, pullCommits } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts';
import { tell } from '../world/subject.ts';
import type { InRepository, Subject } from '../world/subject.ts';
import { locked } from '../world/world.ts';
import { emitPull } from './emissions.ts';
import { closeWithKeywords } from './issues.ts';
import { requestSuites } from './suites.ts';

interface Move {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

interface BranchMove extends Move {
  readonly branch: string;
}

/** Does work that may move refs of a repository, then lets everything follow that depends on them. */
export function movingRefs<T>(subject: Subject, work: () => Promise<T>): Promise<T> {
  const { world, repository } = subject;
  return locked(world, repository, async () => {
    const before = await listRefs(repository.dir);
    const result = await work();
    await followMoves(subject, movesBetween(before, await listRefs(repository.dir)));
    return result;
  });
}

/** Brings a new pull request's head into the base repository. */
export async function takeHead({ world, repository }: InRepository, issue: PullIssue): Promise<void> {
  const source = world.repositories.get(issue.pull.headRepositoryId) ?? repository;
  const branch = `refs/heads/${issue.pull.headRef}`;
  const head = await resolveCommit(source.dir, branch);
  if (head === undefined) return;
  if (source.id === repository.id) await updateRef(repository.dir, headRefOf(issue.number), { to: head });
  else await fetchFrom(repository.dir, source.dir, `+${branch}:${headRefOf(issue.number)}`);
}

/** Closes a pull request, keeping the base it had. */
export async function closePull(
  subject: Subject,
  issue: PullIssue,
  merged?: { readonly sha: string; readonly base: string },
): Promise<void> {
  const { world, repository, actor } = subject;
  const { pull } = issue;
  if (issue.state === 'closed') return;
  const at = world.now();
  pull.closedBaseSha = merged?.base ?? (await resolveCommit(repository.dir, `refs/heads/${pull.baseRef}`));
  issue.state = 'closed';
  issue.closedAt = at;
  issue.updatedAt = at;
  issue.closedBy = actor.user;
  if (merged !== undefined) {
    pull.merged = true;
    pull.mergedAt = at;
    pull.mergedBy = actor.user;
    pull.mergeSha = merged.sha;
    issue.events.push({
      id: world.nextId(),
      event: 'merged',
      actor: actor.user,
      createdAt: at,
      commitId: merged.sha,
    });
  }
  issue.events.push({ id: world.nextId(), event: 'closed', actor: actor.user, createdAt: at });
  await emitPull(subject, issue, { action: 'closed' });
  if (merged !== undefined && pull.baseRef === repository.defaultBranch)
    await closeWithKeywords(subject, issue.body ?? '');
}

function movesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Move[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((ref) => ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/'))
    .map((ref) => ({ ref, before: before.get(ref) ?? zeroSha, after: after.get(ref) ?? zeroSha }))
    .filter((move) => move.before !== move.after);
}

async function followMoves(subject: Subject, moves: readonly Move[]): Promise<void> {
  const { world, repository } = subject;
  if (moves.length > 0) repository.pushedAt = world.now();
  for (const move of moves) {
    await emitPush(subject, move);
    if (!move.ref.startsWith('refs/heads/')) continue;
    const branch = move.ref.slice('refs/heads/'.length);
    if (move.after !== zeroSha) await requestSuites(subject, { headSha: move.after, branch, before: move.before });
    await moveHeads(subject, { ...move, branch });
    await moveBases(subject, { ...move, branch });
    if (branch === repository.defaultBranch && move.after !== zeroSha && move.before !== zeroSha)
      for (const commit of await log(repository.dir, `${move.before}..${move.after}`))
        await closeWithKeywords(subject, commit.message, commit.sha);
  }
  world.changed();
}

async function emitPush(subject: Subject, move: Move): Promise<void> {
  const { world, repository, actor } = subject;
  const created = move.before === zeroSha;
  const deleted = move.after === zeroSha;
  const range = deleted ? undefined : created ? move.after : `${move.before}..${move.after}`;
  const commits =
    range === undefined || created ? [] : (await log(repository.dir, range, { limit: 2048 })).toReversed();
  const head = deleted ? undefined : await readCommit(repository.dir, move.after);
  if (created || deleted) await emitRef(subject, move);
  await tell(subject, {
    event: 'push',
    payload: {
      ref: move.ref,
      before: move.before,
      after: move.after,
      created,
      deleted,
      forced: !created && !deleted && !(await isAncestor(repository.dir, move.before, move.after)),
      base_ref: null,
      compare: `${repositoryPage(world, repository)}/compare/${move.before.slice(0, 12)}...${move.after.slice(0, 12)}`,
      commits: commits.map((commit) => pushedCommitShape(subject, commit)),
      head_commit: head === undefined ? null : pushedCommitShape(subject, head),
      pusher: { name: actor.user.login, email: `${actor.user.login}@users.noreply.github.com` },
      repository_url: repositoryUrl(world, repository),
    },
  });
}

/** A ref that is new or gone is told before the push that made it so. */
async function emitRef(subject: Subject, move: Move): Promise<void> {
  const { repository } = subject;
  const created = move.before === zeroSha;
  await tell(subject, {
    event: created ? 'create' : 'delete',
    payload: {
      ref: move.ref.replace(/^refs\/(heads|tags)\//, ''),
      ref_type: move.ref.startsWith('refs/heads/') ? 'branch' : 'tag',
      ...(created ? { master_branch: repository.defaultBranch, description: repository.description } : {}),
      pusher_type: 'user',
    },
  });
}

/** Pull requests whose head is the branch, in this repository and in those it was forked from. */
async function moveHeads(subject: Subject, move: BranchMove): Promise<void> {
  const { world, repository } = subject;
  for (const base of world.repositories.values()) {
    const there = { ...subject, repository: base };
    for (const issue of base.issues.values())
      if (isPull(issue) && issue.pull.headRepositoryId === repository.id && issue.pull.headRef === move.branch)
        await moveHead(there, issue, move);
  }
}

async function moveHead(subject: Subject, issue: PullIssue, move: BranchMove): Promise<void> {
  const { world, repository } = subject;
  if (issue.state === 'closed') return;
  if (move.after === zeroSha) return closePull(subject, issue);
  await takeHead(subject, issue);
  issue.updatedAt = world.now();
  await emitPull(subject, issue, { action: 'synchronize', extra: { before: move.before, after: move.after } });
  // a head that was put back onto its base has nothing to merge: GitHub closes the pull request
  const { head, base: tip } = await pullCommits(repository, issue);
  if ((await countCommits(repository.dir, tip, head)) === 0) await closePull(subject, issue);
  if (repository.id !== issue.pull.headRepositoryId)
    await requestSuites(subject, { headSha: move.after, branch: null, before: move.before });
}

/** Pull requests into the branch: merged when their commits are in it, closed when it is gone. */
async function moveBases(subject: Subject, move: BranchMove): Promise<void> {
  const { repository } = subject;
  for (const issue of repository.issues.values()) {
    if (!isPull(issue) || issue.state === 'closed' || issue.pull.baseRef !== move.branch) continue;
    if (move.after === zeroSha) {
      await closePull(subject, issue);
      continue;
    }
    const head = await resolveCommit(repository.dir, headRefOf(issue.number));
    if (head === undefined || !(await isAncestor(repository.dir, head, move.after))) continue;
    const news = move.before === zeroSha ? 0 : await countCommits(repository.dir, move.before, head);
    await closePull(subject, issue, news > 0 ? { sha: move.after, base: move.before } : undefined);
  }
}
