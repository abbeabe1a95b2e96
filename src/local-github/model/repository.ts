// A repository with everything in it, and its releases and deployments. Shapes only; everything here is mutable and in memory.
import type { Permission } from '../types/index.ts';
import type { Hook, User } from './accounts.ts';
import type { CheckRun, CheckSuite, CommitStatus } from './checks.ts';
import type { Comment, Issue, Label } from './issues.ts';
import type { WorkflowRun } from './workflows.ts';

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

/** Rules of branches under one name, as people write them on the settings page. */
export interface Ruleset {
  readonly id: number;
  readonly name: string;
  /** `~ALL`, `~DEFAULT_BRANCH`, or whole refs with `*` and `**`. */
  readonly include: readonly string[];
  readonly rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[];
  /** Logins, a bot's among them, whom the rules do not hold. */
  readonly bypass: readonly string[];
}

/** What a branch asks of whoever pushes or merges, written on its own page. */
export interface Protection {
  readonly checks: readonly string[];
  readonly approvals: number;
  readonly signatures: boolean;
  readonly locked: boolean;
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
  /** Oldest first. */
  readonly workflowRuns: WorkflowRun[];
  /** Objects of Git LFS, by id. */
  readonly lfs: Map<string, Buffer>;
  readonly hooks: Hook[];
  /** By branch, or by a pattern of branches. */
  readonly protection: Map<string, Protection>;
  rulesets: readonly Ruleset[];
}
