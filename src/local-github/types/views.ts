// What people see of a repository: what tests assert and the demo prints. Shapes only.

/** An issue as people see it. */
export interface IssueView {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly author: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly reactions: readonly { readonly user: string; readonly content: string }[];
}

export interface CommentView {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  readonly body: string;
  readonly minimized: boolean;
  readonly reactions: readonly { readonly user: string; readonly content: string }[];
}

export interface PullRequestView extends IssueView {
  readonly draft: boolean;
  readonly merged: boolean;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly requestedReviewers: readonly string[];
  /** What reviews say of places in the code, with the answers to that. */
  readonly reviewComments: readonly {
    readonly id: number;
    readonly author: string;
    readonly body: string;
    readonly path: string;
    readonly inReplyTo: number | undefined;
  }[];
  readonly reviews: readonly {
    readonly id: number;
    readonly user: string;
    readonly state: string;
    readonly body: string;
    readonly commitId: string;
  }[];
}

export interface CheckRunView {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly externalId: string;
  readonly app: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly detailsUrl: string | undefined;
  readonly annotations: readonly {
    readonly path: string;
    readonly start_line: number;
    readonly end_line: number;
    readonly annotation_level: string;
    readonly message: string;
    readonly title?: string;
  }[];
  readonly actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
  readonly url: string;
}

/** A repository as people see it: what tests assert and the demo prints. Repositories are named `owner/name`. */
export interface RepositoryView {
  readonly id: number;
  readonly fullName: string;
  readonly cloneUrl: string;
  readonly url: string;
  /** The bare repository on disk. */
  readonly dir: string;
  /** Objects of Git LFS, by id. */
  readonly lfs: Map<string, Buffer>;
  issues(): readonly IssueView[];
  issue(number: number): IssueView;
  /** Oldest first; of one issue or of all. */
  comments(issue?: number): readonly CommentView[];
  pullRequests(): Promise<readonly PullRequestView[]>;
  /** Oldest first; of one head or of all. */
  checkRuns(headSha?: string): readonly CheckRunView[];
  statuses(sha?: string): readonly {
    readonly sha: string;
    readonly context: string;
    readonly state: string;
    readonly description: string | null;
  }[];
  /** Oldest first. */
  releases(): readonly { readonly tag: string; readonly name: string; readonly body: string }[];
  /** Oldest first. */
  deployments(): readonly { readonly sha: string; readonly environment: string; readonly payload: unknown }[];
  /** Oldest first. */
  workflowRuns(): readonly {
    readonly id: number;
    readonly path: string;
    readonly title: string;
    readonly inputs: Readonly<Record<string, string>>;
    readonly status: 'queued' | 'in_progress' | 'completed';
    readonly conclusion: string | null;
  }[];
  /** Tag name → the commit it leads to. */
  tags(): Promise<ReadonlyMap<string, string>>;
  labels(): readonly string[];
  /** Branch name → commit id. */
  branches(): Promise<ReadonlyMap<string, string>>;
  file(ref: string, path: string): Promise<string | undefined>;
  /** Newest first. */
  log(
    ref: string,
  ): Promise<
    readonly { readonly sha: string; readonly message: string; readonly author: string; readonly email: string }[]
  >;
  diff(from: string, to: string): Promise<readonly { readonly path: string; readonly status: string }[]>;
}
