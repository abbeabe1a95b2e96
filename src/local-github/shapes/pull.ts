// Pull requests as GitHub's API shows them; heads and bases are read from git each time.
import {
  changedFiles,
  countCommits,
  filePatch,
  isAncestor,
  log,
  mergeBase,
  mergeTrees,
  resolveCommit,
} from '../git.ts';
import type { FileChange } from '../git.ts';
import type { Compared, Issue, Pull, Repository, Review, ReviewComment } from '../model.ts';
import { nodeId } from '../world.ts';
import type { World } from '../world.ts';
import { optionalUser, userShape } from './account.ts';
import { association, commentsOf, labelShape } from './issue.ts';
import { repositoryPage, repositoryShape, repositoryUrl } from './repository.ts';

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
async function measured(repository: Repository, compared: Compared): Promise<NonNullable<Compared['measured']>> {
  const { base, head, fork } = compared;
  return (compared.measured ??= {
    files: await changedFiles(repository.dir, fork, head),
    commits: await countCommits(repository.dir, fork, head),
    isMergeable: 'tree' in (await mergeTrees(repository.dir, base, head)),
  });
}

/** A `pull-request-simple`, what lists give. */
export async function simplePullShape(world: World, repository: Repository, issue: PullIssue) {
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
    labels: issue.labels.map((label) => labelShape(world, repository, label)),
    milestone: null,
    draft: issue.pull.draft,
    commits_url: `${api}/commits`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${repositoryUrl(world, repository)}/pulls/comments{/number}`,
    comments_url: `${issueApi}/comments`,
    statuses_url: statuses,
    head: side(world, world.repositories.get(issue.pull.headRepositoryId), issue.pull.headRef, commits.head),
    base: side(world, repository, issue.pull.baseRef, commits.base),
    _links: links({ api, issueApi, html, statuses, repository: repositoryUrl(world, repository) }),
    author_association: association(repository, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** A `pull-request`, what one request for one gives. */
export async function pullShape(world: World, repository: Repository, issue: PullIssue) {
  const compared = await pullCommits(repository, issue);
  const { head, base } = compared;
  const { files, commits, isMergeable } = await measured(repository, compared);
  const mergeable = issue.state === 'closed' ? null : isMergeable;
  return {
    ...(await simplePullShape(world, repository, issue)),
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

/** `diff-entry` for each file of a pull request or comparison. */
export async function fileShapes(
  world: World,
  repository: Repository,
  range: { readonly from: string; readonly to: string },
) {
  const files = await changedFiles(repository.dir, range.from, range.to);
  return Promise.all(files.map((file) => fileShape(world, repository, { ...range, file })));
}

/** A `pull-request-review`. */
export function reviewShape(world: World, repository: Repository, number: number, review: Review) {
  const html = `${repositoryPage(world, repository)}/pull/${number}#pullrequestreview-${review.id}`;
  const pull = `${repositoryUrl(world, repository)}/pulls/${number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userShape(world, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: association(repository, review.user),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  };
}

/** A `pull-request-review-comment`. */
export function reviewCommentShape(world: World, repository: Repository, number: number, comment: ReviewComment) {
  const html = `${repositoryPage(world, repository)}/pull/${number}#discussion_r${comment.id}`;
  const api = repositoryUrl(world, repository);
  const self = `${api}/pulls/comments/${comment.id}`;
  return {
    url: self,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: '',
    path: comment.path,
    position: comment.line,
    original_position: comment.line,
    line: comment.line,
    side: 'RIGHT',
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: userShape(world, comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    html_url: html,
    pull_request_url: `${api}/pulls/${number}`,
    author_association: association(repository, comment.user),
    _links: { self: { href: self }, html: { href: html }, pull_request: { href: `${api}/pulls/${number}` } },
    ...(comment.inReplyTo === undefined ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

/** Commits of a pull request, oldest first. */
export async function commitsOfPull(repository: Repository, issue: PullIssue) {
  const { head, fork } = await pullCommits(repository, issue);
  return (await log(repository.dir, `${fork}..${head}`)).toReversed();
}

function side(world: World, repository: Repository | undefined, ref: string, sha: string) {
  return {
    label: `${repository?.owner.login ?? 'unknown'}:${ref}`,
    ref,
    sha,
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

async function fileShape(
  world: World,
  repository: Repository,
  at: { readonly from: string; readonly to: string; readonly file: FileChange },
) {
  const { file } = at;
  const page = repositoryPage(world, repository);
  const patch = await filePatch(repository.dir, at.from, at.to, file);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${at.to}/${encodeURI(file.path)}`,
    raw_url: `${page}/raw/${at.to}/${encodeURI(file.path)}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${encodeURI(file.path)}?ref=${at.to}`,
    ...(patch === undefined ? {} : { patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
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
