// What the rest of Troupe asks of GitHub. Shapes only; one implementation in this folder.
import type { GitHubTime } from './github-time.ts';
import type { MilestoneFacts, BranchName, Json, RunId, Sha } from '../../support/index.ts';

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';
export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'timed_out'
  | 'action_required'
  | 'skipped';

export interface RepositoryInfo {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly cloneUrl: string;
  readonly private: boolean;
  readonly archived: boolean;
  /** Ways in which pull requests are merged here; absent where GitHub does not tell us. */
  readonly mergeMethods?: readonly ('merge' | 'squash' | 'rebase')[];
}
/** Where a repository is: everything about it that may change while its id stays. */
export interface Place {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly cloneUrl: string;
  readonly installationId: number;
}
/** Where repositories are now. */
export interface Places {
  /** A delivery names a place: it is kept where none is, and both are doubted where they differ. */
  heard(place: Place): void;
  /** What is known may be old: GitHub is asked before it is used again. */
  doubt(id: number): void;
  /** The place now; `before` where GitHub does not say. */
  of(before: Place): Promise<Place>;
}
/** A rule that holds for a branch, whoever made it. */
export interface BranchRule {
  /** As GitHub names it: `creation`, `required_signatures`, `branch_name_pattern` … */
  readonly type: string;
  readonly ruleset: number | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}
/** Protection of branches from before there were rulesets. */
export interface BranchProtection {
  /** As people wrote it, with `*`. */
  readonly pattern: string;
  readonly locked: boolean;
  readonly signatures: boolean;
  readonly pullRequest: boolean;
  readonly statusChecks: boolean;
  readonly linearHistory: boolean;
}
/** A permission that our token lacks, and what is done about it, as whoever holds the token finds it. */
export interface LackedPermission {
  /** The sentence with which GitHub's refusal would be told. */
  readonly message: string;
  readonly hint: string;
}
/** What is asked of a token: to write one kind of thing. */
export interface NeededPermission {
  readonly name: 'contents' | 'pull_requests' | 'issues' | 'deployments';
  /** What for; ends the sentence "Cannot …". */
  readonly what: string;
}

export interface IssueInfo {
  readonly id?: number;
  readonly number: number;
  readonly nodeId: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: 'open' | 'closed';
  readonly author: string;
  readonly url: string;
  readonly type?: string;
  readonly milestone?: string;
  readonly milestoneFacts?: MilestoneFacts;
  readonly isPullRequest: boolean;
  /** Its conversation was ended. */
  readonly locked?: boolean;
  readonly updatedAt: string;
  /** How many. Absent: GitHub does not say. */
  readonly comments?: number;
}
export interface PullRequestInfo {
  readonly id?: number;
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  /** The commit on the base that the merge made, once it is merged. */
  readonly mergeSha?: Sha;
  readonly draft: boolean;
  readonly headRef: string;
  readonly headSha: Sha;
  readonly headRepositoryId: number | null;
  readonly baseRef: string;
  readonly author: string;
  /** We opened it, and our part is in its text. */
  readonly ours: boolean;
  readonly mergeable?: boolean | null;
}
/** What we say in the text of a pull request of ours. */
export interface OwnPart {
  readonly title: string;
  readonly body: string;
  /** Whose words these are. */
  readonly run: RunId;
  /** When that run was created: words of a later one are not replaced by those of an earlier one. */
  readonly since: number;
}
/** Who put a label on, and when. */
export interface Labelling {
  readonly actor: string;
  readonly actorId: number;
  /** `User`, `Bot`, `Organization`. */
  readonly actorType: string;
  /** ISO 8601. */
  readonly at: string;
}
export interface CommentInfo {
  readonly id: number;
  readonly nodeId: string;
  readonly body: string;
  readonly author: string;
  readonly url: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
}
export interface CheckRunInfo {
  readonly id: number;
  readonly name: string;
  readonly headSha: Sha;
  readonly externalId: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: CheckConclusion | null;
  /** How many annotations GitHub has of it. */
  readonly annotations?: number;
  readonly title?: string;
  /** ISO 8601. */
  readonly startedAt?: string;
}

/** What a check run shows. Texts are cut to GitHub's limits by the client. */
export interface CheckRunWrite {
  readonly name: string;
  readonly headSha: Sha;
  readonly externalId: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: CheckConclusion;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly detailsUrl?: string;
  readonly title: string;
  readonly summary: string;
  readonly text?: string;
  readonly annotations?: readonly CheckAnnotation[];
  readonly actions?: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
}
export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
}

/** A place in the code that a review speaks of. */
export interface ReviewThread {
  readonly id: number;
  readonly path: string;
  readonly line: number | null;
  readonly body: string;
  readonly author: string;
}

/** A check that failed, as its App tells of it. */
export interface FailedCheck {
  readonly name: string;
  readonly conclusion: string;
  readonly summary: string;
  readonly url: string;
  readonly annotations: readonly { readonly path: string; readonly line: number; readonly message: string }[];
}

/** A release. */
export interface ReleaseInfo {
  readonly id: number;
  readonly tag: string;
  readonly url: string;
}

/** A deployment, and the run that asked for it where it was one of ours. */
export interface DeploymentInfo {
  readonly id: number;
  readonly environment: string;
  readonly run?: string;
}

/** A run of a workflow of GitHub Actions. */
export interface WorkflowRunInfo {
  readonly id: number;
  /** Its page. */
  readonly url: string;
  readonly isOver: boolean;
  /** How it ended, in GitHub's word; null while it has not. */
  readonly conclusion: string | null;
}

/** Classes of writes; the pacer serves lower numbers first (decision 37). */
export type WriteClass = 'urgent' | 'create' | 'progress';

/**
 * One repository seen through one installation. Reads are retried and conditional; writes are paced and done at most once: an unclear
 * failure throws `github/unclear`, and the caller looks before doing it again. A 403 names the missing permission; a 404 is undefined where
 * the type says so.
 */
export interface RepositoryApi {
  readonly owner: string;
  readonly name: string;
  info(): Promise<RepositoryInfo>;
  /** Fresh; an error means `none`. */
  permission(login: string): Promise<Permission>;
  issue(number: number): Promise<IssueInfo | undefined>;
  pullRequest(number: number): Promise<PullRequestInfo | undefined>;
  pullRequestsByHead(branch: string, state: 'open' | 'all'): Promise<readonly PullRequestInfo[]>;
  /** A text file at a ref (default branch when absent). */
  readFile(path: string, ref?: string): Promise<{ readonly text: string; readonly sha: string } | undefined>;
  /** Files (not folders) below a folder at a ref, whole paths with blob ids. Missing folder: empty. */
  listFiles(under: string, ref?: string): Promise<readonly { readonly path: string; readonly sha: string }[]>;
  /** Rules that hold for a branch, there or not, of all rulesets. */
  branchRules?(branch: string): Promise<readonly BranchRule[]>;
  /** Whether a ruleset lets us push what it forbids to others; an error means no. */
  passesRuleset?(id: number): Promise<boolean>;
  /** Empty where GitHub does not tell us. */
  branchProtections?(): Promise<readonly BranchProtection[]>;
  /** Which of these our token lacks: told by GitHub with the token, or found out by requests that can change nothing. */
  lackedPermissions?(needed: readonly NeededPermission[]): Promise<readonly LackedPermission[]>;
  branchSha(branch: string): Promise<Sha | undefined>;
  comments(issue: number): Promise<readonly CommentInfo[]>;
  /** The comment of ours that holds the marker. */
  findComment(issue: number, marker: string): Promise<CommentInfo | undefined>;
  /** All comments of ours that hold the marker, oldest first: more than one where GitHub was late. */
  ourComments?(issue: number, marker: string): Promise<readonly CommentInfo[]>;
  createComment(issue: number, body: string, write?: WriteClass): Promise<CommentInfo>;
  /** Deletes a comment of ours; nothing where it is gone. */
  deleteComment?(id: number): Promise<void>;
  updateComment(id: number, body: string, write?: WriteClass): Promise<void>;
  minimizeComment(nodeId: string): Promise<void>;
  react(
    to: { readonly comment: number } | { readonly issue: number },
    content: '+1' | '-1' | 'eyes' | 'confused' | 'rocket',
  ): Promise<void>;
  addLabels(issue: number, labels: readonly string[]): Promise<void>;
  /** true also when the label is not there. */
  removeLabel(issue: number, label: string): Promise<void>;
  ensureLabel(label: { readonly name: string; readonly color: string; readonly description: string }): Promise<void>;
  labels(): Promise<readonly string[]>;
  assign(issue: number, logins: readonly string[]): Promise<void>;
  createIssue(issue: {
    readonly title: string;
    readonly body: string;
    readonly labels?: readonly string[];
  }): Promise<IssueInfo>;
  closeIssue(issue: number): Promise<void>;
  findIssue(marker: string): Promise<IssueInfo | undefined>;
  /** All of ours that hold the text, open and closed. */
  ourIssues?(marker: string): Promise<readonly IssueInfo[]>;
  findCheckRuns(headSha: Sha): Promise<readonly CheckRunInfo[]>;
  /** Checks of a suite, whoever's it is, that did not end well; each with its first annotations. */
  failedChecks?(suite: number): Promise<readonly FailedCheck[]>;
  createCheckRun(check: CheckRunWrite, write?: WriteClass): Promise<CheckRunInfo>;
  /**
   * Many at once, with the id of each; undefined for one that was refused. Undefined as a whole: it cannot be asked for here,
   * nothing was sent or done. `github/unclear` where nobody knows.
   */
  createCheckRuns?(
    checks: readonly CheckRunWrite[],
    write?: WriteClass,
  ): Promise<readonly (number | undefined)[] | undefined>;
  /** Annotations are appended by GitHub: pass only new ones. */
  updateCheckRun(id: number, check: CheckRunWrite, write?: WriteClass): Promise<void>;
  createPullRequest(
    request: OwnPart & { readonly head: BranchName; readonly base: string; readonly draft: boolean },
  ): Promise<PullRequestInfo>;
  /**
   * Says something else in our part of a pull request; what people wrote around it stays as it is, and so does a title that they
   * changed. `theirs`: somebody else opened it, or our part is not there as we wrote it: nothing is written.
   */
  describePullRequest(number: number, part: OwnPart, write?: WriteClass): Promise<'written' | 'same' | 'theirs'>;
  closePullRequest(number: number): Promise<void>;
  /** GraphQL; false where GitHub does not allow it. */
  markReadyForReview(nodeId: string): Promise<boolean>;
  requestReview(number: number, logins: readonly string[]): Promise<void>;
  reviewComment(
    number: number,
    review: { readonly event: 'COMMENT' | 'REQUEST_CHANGES'; readonly body: string; readonly commitId: Sha },
  ): Promise<void>;
  mergePullRequest(
    number: number,
    merge: {
      readonly sha: Sha;
      readonly method: 'merge' | 'squash' | 'rebase';
      readonly title?: string;
      readonly message?: string;
    },
  ): Promise<Sha>;
  commitStatus(
    sha: Sha,
    status: {
      readonly context: string;
      readonly state: 'pending' | 'success' | 'failure' | 'error';
      readonly description: string;
      readonly targetUrl?: string;
    },
  ): Promise<void>;
  /** The published release of a tag. */
  release(tag: string): Promise<ReleaseInfo | undefined>;
  /** A release of a tag that is there. */
  createRelease(release: { readonly tag: string; readonly name: string; readonly body: string }): Promise<ReleaseInfo>;
  /** Deployments of a commit to an environment, newest first. */
  deployments(sha: Sha, environment: string): Promise<readonly DeploymentInfo[]>;
  /** A deployment of exactly this commit, at once: GitHub waits for no status of it. `run`: found again in `deployments`. */
  createDeployment(deployment: {
    readonly sha: Sha;
    readonly environment: string;
    readonly description: string;
    readonly run: string;
  }): Promise<DeploymentInfo>;
  /** Starts a workflow by its file name. The id of its run; undefined where GitHub does not tell it. */
  dispatchWorkflow?(
    workflow: string,
    request: { readonly ref: string; readonly inputs: Readonly<Record<string, string>> },
  ): Promise<number | undefined>;
  /** The newest dispatched run that has this word in its title, and was made since then (ms since 1970). */
  findWorkflowRun?(
    workflow: string,
    wanted: { readonly word: string; readonly since: number },
  ): Promise<WorkflowRunInfo | undefined>;
  workflowRun?(id: number): Promise<WorkflowRunInfo | undefined>;
  /** Nothing where it has ended. */
  cancelWorkflowRun?(id: number): Promise<void>;
  /** Comments of a review, with the place each is about; answers to comments are not among them. */
  reviewThreads?(number: number, reviewId: number): Promise<readonly ReviewThread[]>;
  /** Answers in a review's thread. `marker`: the answer is not given again where one of ours holds it. */
  replyToReviewThread?(
    number: number,
    reply: { readonly comment: number; readonly body: string; readonly marker: string },
  ): Promise<void>;
  /** Whether one of our answers in a review's thread holds the marker. */
  hasReviewReply?(number: number, marker: string): Promise<boolean>;
  /** Whether a person is in a team, `org/slug`; an error means no. */
  isTeamMember?(team: string, login: string): Promise<boolean>;
  /** Last `labeled` actor and time of a label (decision 33). */
  lastLabeled(issue: number, label: string): Promise<Labelling | undefined>;
  issuesWithLabel(label: string): Promise<readonly IssueInfo[]>;
  /** Open issues and pull requests that were changed since, the latest first: at most a hundred. */
  changedIssues?(since: string): Promise<readonly IssueInfo[]>;
  /** Whether there is a ref of this name below `refs/`. */
  hasRef?(name: string): Promise<boolean>;
}

/** The App as a whole. */
export interface GitHubApp {
  /** slug, owner login, id, bot login `slug[bot]`, bot user id. */
  identity(): Promise<AppIdentity>;
  installations(): Promise<readonly { readonly id: number; readonly account: string }[]>;
  repositories(installationId: number): Promise<readonly RepositoryInfo[]>;
  repository(installationId: number, owner: string, name: string): RepositoryApi;
  /** Absent: names are taken as they are. */
  readonly places?: Places;
  /** A token for git, asked right before use; narrowed to the repository. `refused`: the one that git was turned away with. */
  gitToken(installationId: number, repositoryId: number, refused?: string): Promise<string>;
  deliveries(cursor?: string): Promise<{ readonly items: readonly DeliveryInfo[]; readonly next?: string }>;
  delivery(id: number): Promise<{ readonly event: string; readonly guid: string; readonly payload: Json }>;
  /** What is known of GitHub's clock. */
  readonly time: GitHubTime;
}
export interface AppIdentity {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: string;
  readonly botLogin: string;
  readonly botId: number;
}
export interface DeliveryInfo {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly deliveredAt: string;
  /** 0 when nobody answered. */
  readonly statusCode: number;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
}
