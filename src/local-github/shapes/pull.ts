// Pull requests as GitHub's API shows them; heads and bases are read from git each time.
import { changedFiles, countCommits, isAncestor, log, mergeBase, mergeTrees, resolveCommit } from '../git/index.ts';
import type { Compared, Issue, Pull, Repository } from '../model/index.ts';
import { nodeId } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { optionalUser, userShape } from './account.ts';
import { association, commentsOf, labelShape } from './issue.ts';
import { repositoryPage, repositoryShape, repositoryUrl } from './repository.ts';
import type { InRepository } from '../world/subject.ts';

/** An issue that is a pull request. */
export interface PullIssue extends Issue {
  readonly pull: Pull;
}

/** Narrows an issue to a pull request. */
export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== undefined;
}

/** The ref that keeps a pull request's head. */
export function headRefOf(number: number): string {
  return `refs/pull/${number}/head`;
}

/** The commits a pull request is about. */
export async function pullCommits(repository: Repository, issue: PullIssue): Promise<Compared> {
  const head = (await resolveCommit(repository.dir, headRefOf(issue.number))) ?? '';
  const base =
    issue.pull.closedBaseSha ?? (await resolveCommit(repository.dir, `refs/heads/${issue.pull.baseRef}`)) ?? head;
  const known = issue.pull.compared;
  if (known?.head === head && known.base === base) return known;
  const compared = { head, base, fork: (await mergeBase(repository.dir, base, head)) ?? base };
  issue.pull.compared = compared;
  return compared;
}

/** What the pull request would change. */
export async function measured(repository: Repository, compared: Compared): Promise<NonNullable<Compared['measured']>> {
  const { base, head, fork } = compared;
  return (compared.measured ??= {
    files: await changedFiles(repository.dir, fork, head),
    commits: await countCommits(repository.dir, fork, head),
    isMergeable: 'tree' in (await mergeTrees(repository.dir, base, head)),
  });
}

/** A `pull-request-simple`, what lists give. */
export async function simplePullShape(here: InRepository, issue: PullIssue) {
  const { world, repository } = here;
  const commits = await pullCommits(repository, issue);
  const api = `${repositoryUrl(world, repository)}/pulls/${issue.number}`;
  const issueApi = `${repositoryUrl(world, repository)}/issues/${issue.number}`;
  const html = `${repositoryPage(world, repository)}/pull/${issue.number}`;
  const statuses = `${repositoryUrl(world, repository)}/statuses/${commits.head}`;
  return {
    url: api,
    id: issue.pull.id,
    node_id: nodeId('PR', issue.pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueApi,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: userShape(world, issue.user),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: issue.pull.mergedAt,
    merge_commit_sha: issue.pull.mergeSha ?? null,
    assignee: optionalUser(world, issue.assignees[0]),
    assignees: issue.assignees.map((user) => userShape(world, user)),
    requested_reviewers: issue.pull.requestedReviewers.map((user) => userShape(world, user)),
    requested_teams: [],
    labels: issue.labels.map((label) => labelShape(here, label)),
    milestone: null,
    draft: issue.pull.draft,
    commits_url: `${api}/commits`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${repositoryUrl(world, repository)}/pulls/comments{/number}`,
    comments_url: `${issueApi}/comments`,
    statuses_url: statuses,
    head: side(world, world.repositories.get(issue.pull.headRepositoryId), {
      ref: issue.pull.headRef,
      sha: commits.head,
    }),
    base: side(world, repository, { ref: issue.pull.baseRef, sha: commits.base }),
    _links: links({ api, issueApi, html, statuses, repository: repositoryUrl(world, repository) }),
    author_association: association(repository, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** A `pull-request`, what one request for one gives. */
export async function pullShape(here: InRepository, issue: PullIssue) {
  const { world, repository } = here;
  const compared = await pullCommits(repository, issue);
  const { head, base } = compared;
  const { files, commits, isMergeable } = await measured(repository, compared);
  const mergeable = issue.state === 'closed' ? null : isMergeable;
  return {
    ...(await simplePullShape(here, issue)),
    merged: issue.pull.merged,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: await mergeableState(repository, issue, { base, head, mergeable }),
    merged_by: optionalUser(world, issue.pull.mergedBy),
    comments: commentsOf(repository, issue.number).length,
    review_comments: issue.pull.reviewComments.length,
    maintainer_can_modify: false,
    commits,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** Commits of a pull request, oldest first. */
export async function commitsOfPull(repository: Repository, issue: PullIssue) {
  const { head, fork } = await pullCommits(repository, issue);
  return (await log(repository.dir, `${fork}..${head}`)).toReversed();
}

function side(world: World, repository: Repository | undefined, at: { readonly ref: string; readonly sha: string }) {
  return {
    label: `${repository?.owner.login ?? 'unknown'}:${at.ref}`,
    ...at,
    user: optionalUser(world, repository?.owner),
    repo: repository === undefined ? null : repositoryShape(world, repository),
  };
}

async function mergeableState(
  repository: Repository,
  issue: PullIssue,
  at: { readonly base: string; readonly head: string; readonly mergeable: boolean | null },
): Promise<string> {
  if (at.mergeable === null) return 'unknown';
  if (!at.mergeable) return 'dirty';
  if (issue.pull.draft) return 'draft';
  if (missingForMerge(repository, issue, at.head).length > 0) return 'blocked';
  return (await isAncestor(repository.dir, at.base, at.head)) ? 'clean' : 'behind';
}

/** What branch protection still asks for, in GitHub's words. */
export function missingForMerge(repository: Repository, issue: PullIssue, head: string): string[] {
  const rule = repository.protection.get(issue.pull.baseRef);
  if (rule === undefined) return [];
  const passed = new Set<string>();
  // the newest check of a name decides
  for (const check of repository.checks.values())
    if (check.headSha === head) {
      if (['success', 'neutral', 'skipped'].includes(check.conclusion ?? '')) passed.add(check.name);
      else passed.delete(check.name);
    }
  for (const status of repository.statuses)
    if (status.sha === head && status.state === 'success') passed.add(status.context);
  const missing = rule.checks
    .filter((name) => !passed.has(name))
    .map((name) => `Required status check "${name}" is expected.`);
  const approvals = new Set(
    issue.pull.reviews.filter((review) => review.state === 'APPROVED').map((review) => review.user.id),
  ).size;
  if (approvals < rule.approvals)
    missing.push(`At least ${rule.approvals} approving review is required by reviewers with write access.`);
  return missing;
}

function links(to: {
  readonly api: string;
  readonly issueApi: string;
  readonly html: string;
  readonly statuses: string;
  readonly repository: string;
}) {
  return {
    self: { href: to.api },
    html: { href: to.html },
    issue: { href: to.issueApi },
    comments: { href: `${to.issueApi}/comments` },
    review_comments: { href: `${to.api}/comments` },
    review_comment: { href: `${to.repository}/pulls/comments{/number}` },
    commits: { href: `${to.api}/commits` },
    statuses: { href: to.statuses },
  };
}
