// The local GitHub as the demo and the tests hold it. Shapes only.
import type { PushRule } from '../pushes/push-rules.ts';
import type { Faults } from './faults.ts';
import type { Permission } from './options.ts';
import type { Person } from './person.ts';
import type { DeliveryRecord, RequestLogEntry, Violation } from './records.ts';
import type { RepositoryView } from './views.ts';

/** An App as it was registered. */
export interface RegisteredApp {
  readonly appId: number;
  readonly slug: string;
  readonly botLogin: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/** A repository that is to be made. */
export interface NewRepository {
  /** The login of its owner. */
  readonly owner: string;
  readonly name: string;
  /** Of its first commit, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly defaultBranch?: string;
  readonly private?: boolean;
  readonly description?: string;
  /** Of its first commit. */
  readonly message?: string;
}

/** Rules of branches that are to be set. */
export interface NewRuleset {
  readonly name: string;
  /** `~ALL`, `~DEFAULT_BRANCH`, or whole refs with `*` and `**`. */
  readonly include: readonly string[];
  readonly rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[];
  /** Logins, a bot's among them, whom the rules do not hold. */
  readonly bypass?: readonly string[];
}

/** A workflow run as its runner gets it. */
interface RunnerJob {
  readonly id: number;
  /** `owner/name`. */
  readonly repository: string;
  /** The workflow file as it stands at the ref. */
  readonly path: string;
  readonly text: string;
  readonly branch: string;
  readonly sha: string;
  readonly actor: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Aborted when somebody cancels the run. */
  readonly signal: AbortSignal;
}

/** Does the jobs of a workflow run; how the run ended. One that rejects has failed. */
export type Runner = (job: RunnerJob) => Promise<'success' | 'failure' | 'timed_out' | 'cancelled'>;

/** A GitHub on this machine. */
export interface LocalGitHub {
  /** Web pages and git: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Set GITHUB_API_URL to this: `<url>/api/v3`. */
  readonly apiUrl: string;
  readonly requests: readonly RequestLogEntry[];
  /** What git clients asked for, in order: `GET /playhouse/cart.git/info/refs`. */
  readonly gitRequests: readonly string[];
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
  createRepository(repository: NewRepository): Promise<RepositoryView>;
  /** Installs the App on one account's repositories (all of them when absent); gives the installation id. */
  install(slug: string, account: string, repositories?: readonly string[]): Promise<number>;
  uninstall(installationId: number): Promise<void>;
  addRepositories(installationId: number, repositories: readonly string[]): Promise<void>;
  removeRepositories(installationId: number, repositories: readonly string[]): Promise<void>;
  setPermission(repository: string, login: string, permission: Permission): void;
  /** What a merge into the branch needs, and what GraphQL tells of it; `branch` may be a pattern there. */
  protectBranch(
    repository: string,
    branch: string,
    rule: {
      readonly checks?: readonly string[];
      readonly approvals?: number;
      readonly signatures?: boolean;
      readonly locked?: boolean;
    },
  ): void;
  /** Which pushes are refused, and in which words; none of them is a rule of a merge. */
  setPushRules(repository: string, rules: readonly PushRule[]): Promise<void>;
  /** Rules of branches, as the API tells them, and as pushes and comments meet them: those that somebody may pass by refuse nobody. */
  setRulesets(repository: string, rulesets: readonly NewRuleset[]): Promise<void>;
  /** Ends or opens the conversation of an issue. */
  lockIssue(repository: string, issue: number, locked: boolean): void;
  renameRepository(repository: string, name: string): Promise<void>;
  transferRepository(repository: string, owner: string): Promise<void>;
  archiveRepository(repository: string, archived: boolean): void;
  /** Every token of an installation stops working, as after a leak. */
  revokeTokens(installationId: number): void;
  /** Who does workflow runs from now on; undefined: nobody, and what is dispatched stays in the queue. */
  hireRunner(runner: Runner | undefined): void;
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
