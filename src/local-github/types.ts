// What the demo and the tests see of the local GitHub. Shapes only.
import type { Clock, Json } from '../support/index.ts';
import type { PushRule } from './push-rules.ts';

export type { PushRule } from './push-rules.ts';

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** How the local GitHub is started. */
export interface LocalGitHubOptions {
  /** Folder for the bare repositories. Made if it is not there. */
  readonly dir: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Where Apps made without a hook of their own get their webhooks. */
  readonly webhook?: { readonly url: string; readonly secret: string };
  readonly clock?: Clock;
  /** Requests that GitHub's published OpenAPI description does not allow are answered 422 and kept in `violations`. Default true. */
  readonly strict?: boolean;
  readonly limits?: LimitOptions;
  /** How long installation tokens live. Default one hour, as on GitHub. */
  readonly tokenLifetimeMs?: number;
}

/** Rate limits. Absent secondary limits are not enforced. */
export interface LimitOptions {
  /** Requests per hour and installation. Default 5,000. */
  readonly perHour?: number;
  /** Issues, comments, pull requests and reviews per minute (GitHub: 80). */
  readonly contentPerMinute?: number;
  /** The same per hour (GitHub: 500). */
  readonly contentPerHour?: number;
  /** Points per minute: GET 1, everything else 5 (GitHub: 900). */
  readonly pointsPerMinute?: number;
  /** How a secondary limit is answered: 403 with, 403 without `retry-after`, or 429. Default `403`. */
  readonly answer?: '403' | '403-without-retry-after' | '429';
}

/** An App as it was registered. */
export interface RegisteredApp {
  readonly appId: number;
  readonly slug: string;
  readonly botLogin: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/** One API request that was answered. */
export interface RequestLogEntry {
  readonly method: string;
  /** As in GitHub's reference: `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`; undefined where there is none. */
  readonly route: string | undefined;
  readonly path: string;
  readonly status: number;
  /** Milliseconds on the clock. */
  readonly at: number;
  readonly installation: number | undefined;
  /** sha256 of the token. */
  readonly token: string | undefined;
}

/** A request that was not as GitHub's OpenAPI description says. */
export interface Violation {
  readonly route: string;
  readonly path: string;
  readonly problems: readonly string[];
}

/** One attempt to deliver a webhook. */
export interface DeliveryRecord {
  readonly id: number;
  readonly guid: string;
  readonly hookId: number;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: number;
  /** 0 while under way or when nobody answered. */
  readonly statusCode: number;
  readonly status: string;
  readonly payload: Json;
}

/** Makes the local GitHub misbehave, for tests. */
export interface Faults {
  /** Answers some requests of a route wrongly. `nth` counts from the call on, 1 is the next one. */
  answer(fault: AnswerFault): void;
  /** Loses, repeats, delays or holds webhooks. */
  deliveries(fault: DeliveryFault): void;
  /** Sends what was held, in the order that `arrange` gives. */
  release(arrange?: (held: readonly DeliveryRecord[]) => readonly DeliveryRecord[]): Promise<void>;
  clear(): void;
}

export interface AnswerFault {
  /** `POST /repos/{owner}/{repo}/check-runs`, or a method and path pattern such as `* *`. */
  readonly route: string;
  readonly nth?: number;
  /** `owner/name`: only requests about this repository. */
  readonly repository?: string;
  /** How many requests from `nth` on. Default 1. */
  readonly times?: number;
  /** Whether the request has its effect first. */
  readonly when: 'before' | 'after';
  readonly answer:
    | { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
    | 'reset'
    | 'hang'
    | 'none';
  /** Waits on the clock before the answer. */
  readonly delayMs?: number;
}

export interface DeliveryFault {
  /** Event name, with action where one is meant: `issues`, `issues.labeled`; `*` for all. */
  readonly event: string;
  /** `twice` sends two copies under one delivery id, `two-ids` under two. */
  readonly effect: 'drop' | 'twice' | 'two-ids' | 'hold' | { readonly delayMs: number };
  /** How many deliveries. Default all until `clear()`. */
  readonly times?: number;
}

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

/** A GitHub on this machine. */
export interface LocalGitHub {
  /** Web pages and git: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Set GITHUB_API_URL to this: `<url>/api/v3`. */
  readonly apiUrl: string;
  readonly requests: readonly RequestLogEntry[];
  readonly unknownRoutes: readonly string[];
  readonly violations: readonly Violation[];
  /** Oldest first, attempts of redelivery included. */
  readonly deliveries: readonly DeliveryRecord[];
  readonly faults: Faults;
  createUser(login: string, options?: { readonly type?: 'User' | 'Organization'; readonly name?: string }): void;
  createApp(app: {
    readonly slug: string;
    readonly owner: string;
    readonly name?: string;
    readonly permissions: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
    readonly events: readonly string[];
    readonly webhookUrl?: string;
    readonly webhookSecret?: string;
  }): RegisteredApp;
  /** Changes where an App's webhooks go; url undefined turns them off. */
  setWebhook(slug: string, hook: { readonly url: string | undefined; readonly secret?: string }): void;
  /** A webhook of the repository besides the App's: the same events, another delivery id, no installation. */
  createRepositoryHook(repository: string, hook: { readonly url: string; readonly secret: string }): number;
  createRepository(repository: {
    readonly owner: string;
    readonly name: string;
    readonly files: Readonly<Record<string, string>>;
    readonly defaultBranch?: string;
    readonly private?: boolean;
    readonly description?: string;
    readonly message?: string;
  }): Promise<RepositoryView>;
  /** Installs the App on one account's repositories (all of them when absent); gives the installation id. */
  install(slug: string, account: string, repositories?: readonly string[]): Promise<number>;
  uninstall(installationId: number): Promise<void>;
  addRepositories(installationId: number, repositories: readonly string[]): Promise<void>;
  removeRepositories(installationId: number, repositories: readonly string[]): Promise<void>;
  setPermission(repository: string, login: string, permission: Permission): void;
  /** What a merge into the branch needs. */
  protectBranch(
    repository: string,
    branch: string,
    rule: { readonly checks?: readonly string[]; readonly approvals?: number },
  ): void;
  /** Which pushes are refused, and in which words; none of them is a rule of a merge. */
  setPushRules(repository: string, rules: readonly PushRule[]): Promise<void>;
  renameRepository(repository: string, name: string): Promise<void>;
  archiveRepository(repository: string, archived: boolean): void;
  /** Every token of an installation stops working, as after a leak. */
  revokeTokens(installationId: number): void;
  as(login: string): Person;
  repository(fullName: string): RepositoryView;
  /** Sends a delivery again under the same id. */
  redeliver(deliveryId: number): Promise<void>;
  /** Resolves with the first value of `probe` that is not undefined, looking again after each change. Rejects after `timeoutMs` (four minutes: a slow and busy machine takes less). */
  until<T>(what: string, probe: () => T | undefined | Promise<T | undefined>, timeoutMs?: number): Promise<T>;
  /** No delivery is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
