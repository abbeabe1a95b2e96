// What a person does on the web page. Shapes only.

/** What a person can do, as on the web page: needs the permission it needs there, and webhooks follow. Repositories are named `owner/name`. */
export interface Person {
  readonly login: string;
  /** A personal token for git and the API. */
  token(): string;
  /** Labels here are those of an issue form: they need no permission. */
  openIssue(
    repository: string,
    issue: {
      readonly title: string;
      readonly body?: string;
      readonly labels?: readonly string[];
      readonly type?: string;
    },
  ): Promise<number>;
  editIssue(
    repository: string,
    number: number,
    change: { readonly title?: string; readonly body?: string },
  ): Promise<void>;
  closeIssue(repository: string, number: number): Promise<void>;
  reopenIssue(repository: string, number: number): Promise<void>;
  label(repository: string, number: number, name: string): Promise<void>;
  unlabel(repository: string, number: number, name: string): Promise<void>;
  assign(repository: string, number: number, login: string): Promise<void>;
  comment(repository: string, number: number, body: string): Promise<number>;
  editComment(repository: string, id: number, body: string): Promise<void>;
  deleteComment(repository: string, id: number): Promise<void>;
  react(
    repository: string,
    target: { readonly comment: number } | { readonly issue: number },
    content: string,
  ): Promise<void>;
  openPullRequest(
    repository: string,
    pull: {
      readonly head: string;
      readonly base?: string;
      readonly title: string;
      readonly body?: string;
      readonly draft?: boolean;
    },
  ): Promise<number>;
  closePullRequest(repository: string, number: number): Promise<void>;
  readyForReview(repository: string, number: number): Promise<void>;
  mergePullRequest(repository: string, number: number, method?: 'merge' | 'squash' | 'rebase'): Promise<string>;
  review(
    repository: string,
    number: number,
    review: {
      readonly event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
      readonly body?: string;
      readonly comments?: readonly { readonly path: string; readonly line: number; readonly body: string }[];
    },
  ): Promise<number>;
  /** A button on a completed check run. */
  clickCheckAction(repository: string, checkRunId: number, identifier: string): Promise<void>;
  rerequestCheck(repository: string, checkRunId: number): Promise<void>;
  rerequestSuite(repository: string, headSha: string): Promise<void>;
  /** A commit on a branch; a file that is null is removed. Gives the commit id. */
  pushCommit(
    repository: string,
    branch: string,
    commit: {
      readonly message: string;
      readonly files: Readonly<Record<string, string | null>>;
      /** A branch or commit to start from; with `force`, also when the branch is there. */
      readonly from?: string;
      readonly force?: boolean;
    },
  ): Promise<string>;
  deleteBranch(repository: string, branch: string): Promise<void>;
  /** A fork under the person's account; gives its full name. */
  fork(repository: string): Promise<string>;
}
