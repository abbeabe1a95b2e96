// Everything that happens to pull requests: opened, made ready, given to reviewers. Their heads follow in refs.ts. Never asks who may.
import { countCommits, resolveCommit, updateRef, zeroSha } from '../git/index.ts';
import type { Issue, Pull, Repository, User } from '../model/index.ts';
import { unprocessable, validationFailed } from '../world/replies.ts';
import { userShape } from '../shapes/account.ts';
import { headRefOf, isPull } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { InRepository, Subject } from '../world/subject.ts';
import { repositoryNamed } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { emitPull } from './emissions.ts';
import { newIssue } from './issues.ts';
import { takeHead } from './refs.ts';
import { checkText } from './texts.ts';

/** What a new pull request is made of. */
export interface PullWish {
  readonly title: string;
  readonly body: string | null;
  /** `branch` or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

/** Opens a pull request, or refuses as GitHub does: no such branch, one already, nothing to merge. */
export async function openPull(subject: Subject, wish: PullWish): Promise<PullIssue> {
  const { world, repository } = subject;
  checkText('PullRequest', wish.title, wish.body);
  const head = headOf(subject, wish.head);
  const headSha = head && (await resolveCommit(head.repository.dir, `refs/heads/${head.branch}`));
  const baseSha = await resolveCommit(repository.dir, `refs/heads/${wish.base}`);
  if (head === undefined || headSha === undefined)
    throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const issue = newIssue(subject, { title: wish.title, body: wish.body, pull: newPull(world, head, wish) });
  if (!isPull(issue)) throw new Error('made with a pull');
  await takeHead(subject, issue);
  const label = `${head.repository.owner.login}:${head.branch}`;
  const refusal = await refusalOf(repository, issue, { headSha, baseSha, label });
  if (refusal !== undefined) {
    repository.issues.delete(issue.number);
    repository.nextNumber = Math.min(repository.nextNumber, issue.number);
    await updateRef(repository.dir, headRefOf(issue.number), { to: zeroSha });
    throw validationFailed({ resource: 'PullRequest', code: 'custom', message: refusal });
  }
  await emitPull(subject, issue, { action: 'opened' });
  return issue;
}

/** Opens a closed pull request again; its branch must still be there. */
export async function reopenPull(subject: Subject, issue: PullIssue): Promise<void> {
  const { world } = subject;
  const source = world.repositories.get(issue.pull.headRepositoryId);
  const head = source && (await resolveCommit(source.dir, `refs/heads/${issue.pull.headRef}`));
  if (issue.pull.merged || head === undefined)
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      field: 'state',
      message: 'state cannot be changed.',
    });
  issue.state = 'open';
  issue.closedAt = null;
  issue.closedBy = undefined;
  issue.pull.closedBaseSha = undefined;
  issue.updatedAt = world.now();
  await takeHead(subject, issue);
  await emitPull(subject, issue, { action: 'reopened' });
}

/** Draft to ready or back. */
export async function setDraft(subject: Subject, issue: PullIssue, draft: boolean): Promise<void> {
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  issue.updatedAt = subject.world.now();
  await emitPull(subject, issue, { action: draft ? 'converted_to_draft' : 'ready_for_review' });
}

/** Asks people for a review. Those who wrote it cannot be asked. */
export async function requestReviewers(subject: Subject, issue: PullIssue, users: readonly User[]): Promise<void> {
  const { world } = subject;
  if (users.includes(issue.user)) throw unprocessable('Review cannot be requested from pull request author.');
  for (const user of users) {
    if (issue.pull.requestedReviewers.includes(user)) continue;
    issue.pull.requestedReviewers.push(user);
    issue.updatedAt = world.now();
    const extra = { requested_reviewer: userShape(world, user) };
    await emitPull(subject, issue, { action: 'review_requested', extra });
  }
}

function headOf({ world, repository }: InRepository, head: string) {
  const [, owner = repository.owner.login, branch = ''] = /^(?:([^:]+):)?(.+)$/.exec(head) ?? [];
  if (owner.toLowerCase() === repository.owner.login.toLowerCase()) return { repository, branch };
  const forks = [...world.repositories.values()].filter((other) => other.forkOf === repository.id);
  const fork = forks.find((other) => other.owner.login.toLowerCase() === owner.toLowerCase());
  const source = fork ?? repositoryNamed(world, owner, repository.name);
  return source?.forkOf === repository.id ? { repository: source, branch } : undefined;
}

function newPull(
  world: World,
  head: { readonly repository: Repository; readonly branch: string },
  wish: PullWish,
): Pull {
  return {
    id: world.nextId(),
    draft: wish.draft,
    headRepositoryId: head.repository.id,
    headRef: head.branch,
    baseRef: wish.base,
    merged: false,
    mergedAt: null,
    mergedBy: undefined,
    mergeSha: undefined,
    closedBaseSha: undefined,
    requestedReviewers: [],
    reviews: [],
    reviewComments: [],
  };
}

/** Why GitHub would not open it, in its words. */
async function refusalOf(
  repository: Repository,
  wanted: PullIssue,
  at: { readonly headSha: string; readonly baseSha: string; readonly label: string },
): Promise<string | undefined> {
  const same = [...repository.issues.values()].some(
    (other: Issue) =>
      other !== wanted &&
      isPull(other) &&
      other.state === 'open' &&
      other.pull.headRepositoryId === wanted.pull.headRepositoryId &&
      other.pull.headRef === wanted.pull.headRef &&
      other.pull.baseRef === wanted.pull.baseRef,
  );
  if (same) return `A pull request already exists for ${at.label}.`;
  if ((await countCommits(repository.dir, at.baseSha, at.headSha)) === 0)
    return `No commits between ${wanted.pull.baseRef} and ${wanted.pull.headRef}`;
  return undefined;
}
