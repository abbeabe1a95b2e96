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
} from '../git.ts';
import type { Actor, Repository } from '../model.ts';
import { headRefOf, isPull, pullCommits, pullShape } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { pushedCommitShape } from '../shapes/commit.ts';
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts';
import { locked } from '../world.ts';
import type { World } from '../world.ts';
import { requestSuites } from './suites.ts';
import { closeWithKeywords } from './issues.ts';

interface Move {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** Does work that may move refs of a repository, then lets everything follow that depends on them. */
export function movingRefs<T>(world: World, repository: Repository, actor: Actor, work: () => Promise<T>): Promise<T> {
  return locked(world, repository, async () => {
    const before = await listRefs(repository.dir);
    const result = await work();
    await followMoves(world, repository, actor, movesBetween(before, await listRefs(repository.dir)));
    return result;
  });
}

/** Brings a new pull request's head into the base repository. */
export async function takeHead(world: World, repository: Repository, issue: PullIssue): Promise<void> {
  const source = world.repositories.get(issue.pull.headRepositoryId) ?? repository;
  const branch = `refs/heads/${issue.pull.headRef}`;
  const head = await resolveCommit(source.dir, branch);
  if (head === undefined) return;
  if (source.id === repository.id) await updateRef(repository.dir, headRefOf(issue.number), head);
  else await fetchFrom(repository.dir, source.dir, `+${branch}:${headRefOf(issue.number)}`);
}

/** Closes a pull request, keeping the base it had. */
export async function closePull(
  world: World,
  repository: Repository,
  issue: PullIssue,
  close: { readonly actor: Actor; readonly merged?: { readonly sha: string; readonly base: string } },
): Promise<void> {
  const { pull } = issue;
  const { actor } = close;
  if (issue.state === 'closed') return;
  const at = world.now();
  pull.closedBaseSha = close.merged?.base ?? (await resolveCommit(repository.dir, `refs/heads/${pull.baseRef}`));
  issue.state = 'closed';
  issue.closedAt = at;
  issue.updatedAt = at;
  issue.closedBy = actor.user;
  if (close.merged !== undefined) {
    pull.merged = true;
    pull.mergedAt = at;
    pull.mergedBy = actor.user;
    pull.mergeSha = close.merged.sha;
    issue.events.push({
      id: world.nextId(),
      event: 'merged',
      actor: actor.user,
      createdAt: at,
      commitId: close.merged.sha,
    });
  }
  issue.events.push({ id: world.nextId(), event: 'closed', actor: actor.user, createdAt: at });
  await emitPull(world, repository, issue, { action: 'closed', actor });
  if (close.merged !== undefined && pull.baseRef === repository.defaultBranch)
    await closeWithKeywords(world, repository, issue.body ?? '', actor);
}

/** Sends a `pull_request` webhook. */
export async function emitPull(
  world: World,
  repository: Repository,
  issue: PullIssue,
  event: { readonly action: string; readonly actor: Actor; readonly extra?: Readonly<Record<string, unknown>> },
): Promise<void> {
  await world.emit({
    event: 'pull_request',
    action: event.action,
    repository,
    sender: event.actor.user,
    payload: {
      number: issue.number,
      pull_request: await pullShape(world, repository, issue),
      ...event.extra,
    },
  });
}

function movesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Move[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((ref) => ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/'))
    .map((ref) => ({ ref, before: before.get(ref) ?? zeroSha, after: after.get(ref) ?? zeroSha }))
    .filter((move) => move.before !== move.after);
}

async function followMoves(world: World, repository: Repository, actor: Actor, moves: readonly Move[]): Promise<void> {
  if (moves.length > 0) repository.pushedAt = world.now();
  for (const move of moves) {
    await emitPush(world, repository, actor, move);
    if (!move.ref.startsWith('refs/heads/')) continue;
    const branch = move.ref.slice('refs/heads/'.length);
    if (move.after !== zeroSha) {
      await requestSuites(world, repository, { headSha: move.after, branch, before: move.before, sender: actor.user });
    }
    await moveHeads(world, repository, actor, { ...move, branch });
    await moveBases(world, repository, actor, { ...move, branch });
    if (branch === repository.defaultBranch && move.after !== zeroSha && move.before !== zeroSha)
      for (const commit of await log(repository.dir, `${move.before}..${move.after}`))
        await closeWithKeywords(world, repository, commit.message, actor, commit.sha);
  }
  world.changed();
}

async function emitPush(world: World, repository: Repository, actor: Actor, move: Move): Promise<void> {
  const created = move.before === zeroSha;
  const deleted = move.after === zeroSha;
  const branch = move.ref.startsWith('refs/heads/');
  const name = move.ref.replace(/^refs\/(heads|tags)\//, '');
  const range = deleted ? undefined : created ? move.after : `${move.before}..${move.after}`;
  const commits = range === undefined || created ? [] : (await log(repository.dir, range, 2048)).toReversed();
  const head = deleted ? undefined : await readCommit(repository.dir, move.after);
  if (created || deleted)
    await world.emit({
      event: created ? 'create' : 'delete',
      repository,
      sender: actor.user,
      payload: {
        ref: name,
        ref_type: branch ? 'branch' : 'tag',
        ...(created ? { master_branch: repository.defaultBranch, description: repository.description } : {}),
        pusher_type: 'user',
      },
    });
  await world.emit({
    event: 'push',
    repository,
    sender: actor.user,
    payload: {
      ref: move.ref,
      before: move.before,
      after: move.after,
      created,
      deleted,
      forced: !created && !deleted && !(await isAncestor(repository.dir, move.before, move.after)),
      base_ref: null,
      compare: `${repositoryPage(world, repository)}/compare/${move.before.slice(0, 12)}...${move.after.slice(0, 12)}`,
      commits: commits.map((commit) => pushedCommitShape(world, repository, commit)),
      head_commit: head === undefined ? null : pushedCommitShape(world, repository, head),
      pusher: { name: actor.user.login, email: `${actor.user.login}@users.noreply.github.com` },
      repository_url: repositoryUrl(world, repository),
    },
  });
}

/** Pull requests whose head is the branch, in this repository and in those it was forked from. */
async function moveHeads(
  world: World,
  repository: Repository,
  actor: Actor,
  move: Move & { branch: string },
): Promise<void> {
  for (const base of world.repositories.values())
    for (const issue of base.issues.values()) {
      if (!isPull(issue) || issue.state === 'closed') continue;
      if (issue.pull.headRepositoryId !== repository.id || issue.pull.headRef !== move.branch) continue;
      if (move.after === zeroSha) {
        await closePull(world, base, issue, { actor });
        continue;
      }
      await takeHead(world, base, issue);
      issue.updatedAt = world.now();
      const extra = { before: move.before, after: move.after };
      await emitPull(world, base, issue, { action: 'synchronize', actor, extra });
      // a head that was put back onto its base has nothing to merge: GitHub closes the pull request
      const { head, base: tip } = await pullCommits(base, issue);
      if ((await countCommits(base.dir, tip, head)) === 0) await closePull(world, base, issue, { actor });
      if (base.id !== repository.id)
        await requestSuites(world, base, {
          headSha: move.after,
          branch: null,
          before: move.before,
          sender: actor.user,
        });
    }
}

/** Pull requests into the branch: merged when their commits are in it, closed when it is gone. */
async function moveBases(
  world: World,
  repository: Repository,
  actor: Actor,
  move: Move & { branch: string },
): Promise<void> {
  for (const issue of repository.issues.values()) {
    if (!isPull(issue) || issue.state === 'closed' || issue.pull.baseRef !== move.branch) continue;
    if (move.after === zeroSha) {
      await closePull(world, repository, issue, { actor });
      continue;
    }
    const head = await resolveCommit(repository.dir, headRefOf(issue.number));
    if (head === undefined || !(await isAncestor(repository.dir, head, move.after))) continue;
    const news = move.before === zeroSha ? 0 : await countCommits(repository.dir, move.before, head);
    const merged = { sha: move.after, base: move.before };
    await closePull(world, repository, issue, news > 0 ? { actor, merged } : { actor });
  }
}
