// Check suites, check runs and commit statuses. Shapes only; everything here is mutable and in memory.
import type { CommitData } from '../git/index.ts';
import type { App, User } from './accounts.ts';

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
