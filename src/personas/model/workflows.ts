// Workflows of GitHub Actions, as a provider has runners do its work. Shapes only; the host has what is behind them.

/** A run of a workflow. */
export interface WorkflowRun {
  readonly id: number;
  /** Its page. */
  readonly url: string;
  readonly isOver: boolean;
  /** How it ended, in GitHub's word; null while it has not. */
  readonly conclusion: string | null;
}

/** Workflows of the repository that a request is about. All reject with errors of GitHub. */
export interface Workflows {
  /** Starts one by its file name. The id of its run; undefined where GitHub does not tell it. `github/unclear`: nobody knows whether it was started. */
  dispatch(
    requestId: string,
    wanted: {
      readonly workflow: string;
      /** Absent: the default branch. */
      readonly ref?: string;
      readonly inputs: Readonly<Record<string, string>>;
    },
  ): Promise<number | undefined>;
  /** The run that has the request in its title, made since then (ms since 1970). */
  find(
    requestId: string,
    wanted: { readonly workflow: string; readonly since: number },
  ): Promise<WorkflowRun | undefined>;
  run(requestId: string, id: number): Promise<WorkflowRun | undefined>;
  /** Nothing where it has ended. */
  cancel(requestId: string, id: number): Promise<void>;
}
