// Workflow runs of GitHub Actions. Shapes only; everything here is mutable and in memory.
import type { User } from './accounts.ts';

/** A workflow run, and the way to its runner. */
export interface WorkflowRun {
  readonly id: number;
  readonly number: number;
  /** `.github/workflows/<file>`. */
  readonly path: string;
  readonly name: string;
  /** What `run-name` makes of it. */
  readonly title: string;
  readonly branch: string;
  readonly sha: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly actor: User;
  readonly createdAt: string;
  updatedAt: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  /** Aborted when somebody cancels it. */
  readonly ending: AbortController;
}
