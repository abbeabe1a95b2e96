// Issues and pull requests with what people say in them. Shapes only; everything here is mutable and in memory.
import type { FileChange } from '../git/index.ts';
import type { App, User } from './accounts.ts';

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
  locked: boolean;
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
