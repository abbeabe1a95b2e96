// The state of the local GitHub besides git: people, apps, issues, checks. Shapes only; everything here is mutable and in memory.
import type { CommitData, FileChange } from './git.ts';
import type { Permission } from './types.ts';

/** Levels an App can be given per permission name. */
export type Grants = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly name: string;
}

/** Who did something, and through which App. */
export interface Actor {
  readonly user: User;
  readonly app?: App | undefined;
}

export interface Hook {
  readonly id: number;
  url: string | undefined;
  secret: string;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: User;
  readonly bot: User;
  readonly publicKey: string;
  permissions: Grants;
  events: readonly string[];
  readonly hook: Hook;
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: User;
  permissions: Grants;
  /** Repository ids, or all of the account. */
  repositories: Set<number> | 'all';
  suspended: boolean;
  readonly createdAt: string;
}

export interface Token {
  readonly hash: string;
  readonly expiresAt: number;
  revoked: boolean;
  readonly user?: User;
  readonly installation?: Installation;
  readonly permissions?: Grants;
  readonly repositories?: ReadonlySet<number>;
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: User;
  readonly app: App | undefined;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  minimized: string | undefined;
  readonly reactions: Reaction[];
}

export interface Reaction {
  readonly id: number;
  readonly user: User;
  readonly content: string;
  readonly createdAt: string;
}

export interface IssueEvent {
  readonly id: number;
  readonly event: string;
  readonly actor: User;
  readonly createdAt: string;
  readonly label?: Label;
  readonly assignee?: User;
  readonly commitId?: string;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly user: User;
  readonly app: App | undefined;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: Label[];
  assignees: User[];
  type: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: User | undefined;
  readonly events: IssueEvent[];
  readonly reactions: Reaction[];
  readonly pull: Pull | undefined;
}

export interface Review {
  readonly id: number;
  readonly user: User;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  readonly commitId: string;
  readonly submittedAt: string;
}

export interface ReviewComment {
  readonly id: number;
  readonly reviewId: number;
  readonly user: User;
  body: string;
  readonly path: string;
  readonly line: number | null;
  readonly commitId: string;
  readonly inReplyTo: number | undefined;
  readonly createdAt: string;
}

/** What a pull request has besides its issue. Its head is `refs/pull/<n>/head` in git. */
export interface Pull {
  readonly id: number;
  draft: boolean;
  readonly headRepositoryId: number;
  readonly headRef: string;
  baseRef: string;
  merged: boolean;
  mergedAt: string | null;
  mergedBy: User | undefined;
  mergeSha: string | undefined;
  /** The base's commit when it was closed. */
  closedBaseSha: string | undefined;
  requestedReviewers: User[];
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
  /** The newest comparison of head and base: what two commit ids are to each other never changes. */
  compared?: Compared;
}

/** How the head of a pull request compares to its base. */
export interface Compared {
  readonly base: string;
  readonly head: string;
  readonly fork: string;
  measured?: { readonly files: readonly FileChange[]; readonly commits: number; readonly isMergeable: boolean };
}

export interface CheckSuite {
  readonly id: number;
  readonly app: App;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string;
  readonly createdAt: string;
  updatedAt: string;
  /** The head commit, once somebody asked: what a commit id names never changes. */
  commit?: CommitData;
}

export interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: string;
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
  readonly start_column?: number;
  readonly end_column?: number;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface CheckRun {
  readonly id: number;
  readonly app: App;
  readonly suite: CheckSuite;
  name: string;
  readonly headSha: string;
  externalId: string;
  detailsUrl: string | undefined;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: CheckAnnotation[];
  actions: readonly CheckAction[];
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: User;
  readonly createdAt: string;
}

export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly target: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly author: User;
  readonly createdAt: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: Readonly<Record<string, unknown>> | string;
  readonly creator: User;
  readonly createdAt: string;
}

export interface Repository {
  readonly id: number;
  owner: User;
  name: string;
  private: boolean;
  archived: boolean;
  description: string | null;
  defaultBranch: string;
  readonly dir: string;
  readonly forkOf: number | undefined;
  readonly createdAt: string;
  pushedAt: string;
  nextNumber: number;
  readonly collaborators: Map<number, Permission>;
  readonly labels: Label[];
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly suites: CheckSuite[];
  readonly checks: Map<number, CheckRun>;
  readonly statuses: CommitStatus[];
  /** Oldest first. */
  readonly releases: Release[];
  readonly deployments: Deployment[];
  readonly hooks: Hook[];
  readonly protection: Map<string, { readonly checks: readonly string[]; readonly approvals: number }>;
}
