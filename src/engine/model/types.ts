// Runs as data: what starts one, what its steps leave, how it ends. Shapes only.
import type { MilestoneFacts, Sha, ErrorClass, Json, JsonObject, RunId, StepPath } from '../../support/index.ts';
import type { Workflow } from '../../definition/index.ts';

export type RunStatus =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'paused'
  | 'succeeded'
  | 'degraded'
  | 'failed'
  | 'cancelled'
  | 'timed_out';
export type StepStatus =
  | 'pending'
  | 'ready'
  | 'running'
  | 'waiting'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'timed_out';
export type Verdict = 'pass' | 'fail' | 'unknown';

/** What a run works for: a closed type. `fields` holds what issue forms and the label map add. */
export interface Task {
  readonly kind: 'issue' | 'pull_request' | 'cli' | 'none';
  readonly number?: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly type?: string;
  readonly scope?: string;
  readonly priority?: string;
  readonly severity?: string;
  readonly slug: string;
  readonly url?: string;
  readonly author?: string;
  readonly project?: string;
  readonly milestone?: string;
  /** Read as `milestone.open_issues`, `milestone.completion` …, as they were when the run was started. */
  readonly milestoneFacts?: MilestoneFacts;
  readonly state?: string;
  readonly fields: JsonObject;
  /** What people said about it, oldest first, where it came with the task. On GitHub it is read when somebody is asked. */
  readonly comments?: readonly {
    readonly author: string;
    /** Absent: nobody knows. */
    readonly mayWrite?: boolean;
    /** ISO 8601. */
    readonly at?: string;
    readonly body: string;
  }[];
}

/** Which repository a run is of. Keyed by `id`, so a rename loses nothing. */
export interface RepositoryRef {
  /** GitHub's numeric id; 0 for a local working copy. */
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  /** From the API's `clone_url`, or the path of a local working copy. */
  readonly cloneUrl: string;
  /** The App's installation; absent outside an App. */
  readonly installationId?: number;
  readonly private?: boolean;
}

/** Who asked for the run. */
export interface Requester {
  readonly login: string;
  readonly id?: number;
  /** Whether the task was written by somebody without write permission (decision 43). */
  readonly outsider: boolean;
}

/** What starts a run. */
export interface RunSpec {
  readonly id: RunId;
  readonly workflow: Workflow;
  readonly workflowSource: { readonly path: string; readonly blobSha: string };
  readonly task: Task;
  /** Checked input values, defaults filled in. */
  readonly inputs: JsonObject;
  /** The event as expressions see it: name, action, sender, comment, review, label. */
  readonly event: JsonObject;
  readonly repository?: RepositoryRef;
  readonly requester: Requester;
  readonly host: 'bot' | 'action' | 'cli';
  /** The base commit of the run; absent: `prepare` records it. */
  readonly baseSha?: Sha;
  /** A rehearsal: scripted answers; said in every title. */
  readonly rehearsal: boolean;
  /** Effective settings of the repository merged with the operator's (decision 25), as they were at the start. */
  readonly settings: RunSettings;
  /** Persona files as resolved at the start, by id: the run keeps its own copy. */
  readonly personas: Json;
  readonly lockKey?: string;
  /** The higher goes first among runs that wait; absent: 0. Equal: the older one. */
  readonly priority?: number;
  /** The run goes on where a finished one ended: same branch, same definition. */
  readonly followUp?: FollowUp;
  /** A person raised the limit at which the run before ended: what both may cost together, and what it cost by then. */
  readonly allowed?: {
    readonly costUsd: number;
    readonly spentUsd: string;
    /** Some of what was spent nobody told. */
    readonly atLeast?: true;
    readonly by: By;
  };
}

/** What a linked run takes over from a finished one. */
export interface FollowUp {
  readonly run: RunId;
  readonly kind: 'retry' | 'rerun' | 'followup' | 'review' | 'ci';
  /** The step from which all is done again. */
  readonly rerunFrom?: StepPath;
  /** What a person asks for now. */
  readonly text?: string;
  /** The review that asks for changes; its threads are answered at the end. */
  readonly review?: {
    readonly id: number;
    readonly author: string;
    readonly body: string;
    readonly threads: readonly {
      readonly id: number;
      readonly path: string;
      readonly line: number | null;
      readonly body: string;
    }[];
  };
  /** Checks of others that failed on the head of that run. */
  readonly ci?: FailedSuite;
  /** Branch, base and pull request as that run left them. */
  readonly facts: Facts;
  /**
   * Finished steps that may be reused, by path: only when the input resolves to the same hash and what they depend on was
   * reused too (decision 9).
   */
  readonly reusable: Readonly<
    Record<string, { readonly attempt: number; readonly inputHash: string; readonly result: StepResult }>
  >;
}

/** A check suite of another App that failed, with its checks that did. */
export interface FailedSuite {
  readonly id: number;
  /** The App's slug: `github-actions`. */
  readonly app: string;
  readonly headSha: Sha;
  readonly checks: readonly {
    readonly name: string;
    readonly conclusion: string;
    readonly summary: string;
    readonly url: string;
    readonly annotations: readonly { readonly path: string; readonly line: number; readonly message: string }[];
  }[];
}

/** The part of the merged configuration that a run needs. */
export interface RunSettings {
  readonly defaultProvider: string;
  /** Asked one after the other where it is out. Absent: nobody. */
  readonly otherProviders?: readonly string[];
  readonly variables: JsonObject;
  readonly environments: JsonObject;
  readonly setup?: {
    readonly run: readonly (readonly string[])[];
    readonly timeoutMs: number;
    readonly cache: readonly string[];
    readonly key: readonly string[];
    /** Only in runs of before `trusted` stood beside it. */
    readonly trusted?: boolean;
  };
  readonly verify?: readonly (readonly string[])[];
  /** Commands of the repository may run where nothing keeps them away from Troupe's secrets. Absent: an older run. */
  readonly trusted?: boolean;
  readonly protectedPaths: readonly string[];
  readonly budget: {
    readonly costUsd?: number;
    readonly tokens?: number;
    readonly minutes?: number;
    /** Whose `minutes` these are; absent: the repository's. */
    readonly minutesFrom?: 'operator';
    /** What the job that started the run allows besides. */
    readonly jobMinutes?: number;
    readonly attempts?: number;
    /** What all runs of one issue or pull request may cost together, and read and write. */
    readonly taskCostUsd?: number;
    readonly taskTokens?: number;
    /** What all runs of the repository that began within 24 hours may cost together. */
    readonly dayCostUsd?: number;
  };
  readonly allowAutoMerge: boolean;
}

/** What may be used of something, and what of it is used. Named as people write it in their files. */
export interface Limit {
  readonly which:
    | 'cost_usd'
    | 'tokens'
    | 'minutes'
    | 'attempts'
    | 'max_cost_usd'
    | 'cost_usd_per_task'
    | 'tokens_per_task'
    | 'cost_usd_per_repository_day'
    | 'cost_usd_per_day';
  readonly limit: number;
  readonly used: number;
  /** Some of what was used nobody told. */
  readonly atLeast?: true;
  /** Whose it is: nobody else can raise the operator's. */
  readonly from?: 'operator' | 'repository' | 'workflow' | 'job';
}

/** What runs have taken together. */
export interface SpentTogether {
  /** Decimal text of what is known. */
  readonly costUsd: string;
  /** Whether every price is known. */
  readonly complete: boolean;
  /** In and out, as far as they are known. */
  readonly tokens: number;
  readonly runs: number;
}

/** Which runs are added up: all that fit. */
export interface SpentQuery {
  /** That began at or after it; a run that waits in line has cost nothing. */
  readonly since?: number;
  readonly repository?: Pick<RepositoryRef, 'id' | 'owner' | 'name'>;
  readonly taskNumber?: number;
  /** Not this one: whoever asks knows better what it took. */
  readonly except?: RunId;
}

/** Which runs are counted: those of a repository, of whoever asked for them, or all. */
export interface StartQuery {
  readonly repository?: Pick<RepositoryRef, 'id' | 'owner' | 'name'>;
  /** A login, in any case. */
  readonly requester?: string;
  /** From 1. */
  readonly nth: number;
}

/** What GitHub and people see of where a run stands; a row of `list`. */
export interface RunSummary {
  readonly id: RunId;
  readonly status: RunStatus;
  readonly reason?: string;
  readonly workflow: string;
  readonly workflowName: string;
  readonly repository?: string;
  readonly taskNumber?: number;
  readonly taskTitle: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly wakeAt?: number;
  /** What is known of it. */
  readonly costUsd?: string;
  /** Whether every price is known; absent: of an older Troupe, which did not tell. */
  readonly costComplete?: boolean;
  /** In and out, as far as they are known. */
  readonly tokens?: number;
  readonly currentSteps: readonly string[];
  readonly pullRequestUrl?: string;
  /** The run's `concurrency.group`: one run of it goes on at a time. */
  readonly lockKey?: string;
  readonly priority?: number;
}

export interface Usage {
  /** Which request it was for: told twice, it counts once. Absent: in records of before. */
  readonly request?: string;
  /** All that the model read, what a cache gave included. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  /** Of the input: what a cache took in. */
  readonly cacheWriteTokens?: number;
  /** Decimal text. Absent: unknown, never 0. */
  readonly costUsd?: string;
  /** Who counted. `gateway`: Troupe itself, request by request. `provider`: the agent says so. `estimated`: its tokens at its model's price. */
  readonly source: 'gateway' | 'provider' | 'estimated' | 'none';
  readonly complete: boolean;
  /** Whose price it is, where it is known. */
  readonly model?: string;
  /** What the agent itself says where Troupe counted: shown beside it, never counted. */
  readonly reported?: Pick<Usage, 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'costUsd'>;
}

/** Commands and what they answered. Only `by: 'troupe'` counts as proof. */
export interface Evidence {
  readonly by: 'troupe' | 'persona';
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly tests?: { readonly run: number; readonly passed: number; readonly failed: number; readonly skipped: number };
  /** The last lines of the output, redacted. */
  readonly output?: string;
}

/** A remark on a place in the code, shown as an annotation. */
export interface ReviewFinding {
  readonly path: string;
  readonly startLine: number;
  readonly endLine?: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
}

/** What a finished step leaves for the later ones and for the view. Kept in `step.succeeded`. */
export interface StepResult {
  readonly outputs: JsonObject;
  readonly summary?: string;
  readonly verdict?: Verdict;
  /** Why the verdict is not what the persona said, or why it is unknown. */
  readonly verdictReason?: string;
  /** Declared no-op and its reason. */
  readonly noop?: string;
  readonly evidence?: readonly Evidence[];
  readonly findings?: readonly ReviewFinding[];
  readonly filesChanged?: readonly string[];
  /** The commit the step made, or judged. */
  readonly sha?: Sha;
  /** The tree its verdict is about (decision 5). */
  readonly tree?: Sha;
  readonly usage?: Usage;
  readonly provider?: string;
  readonly model?: string;
  /** The program that did it and its version: `claude-code (claude-agent-acp 0.101.0)`. */
  readonly agent?: string;
  /** What became of its commits where it asked for `rollback` and was not judged a pass: a sentence. */
  readonly undone?: string;
  /** A graceful stop: ends the run with success and this reason. */
  readonly stop?: string;
  /** The optional steps right after it are not needed, for this reason. */
  readonly skipNext?: string;
  /** What it could not deliver although nothing went wrong in it: the run ends degraded with this reason. */
  readonly shortfall?: string;
  /** What the step wants to say in the run's facts: branch, head, base, pull request. */
  readonly facts?: Facts;
  readonly warnings?: readonly string[];
}

/** What is known of the run's branch and pull request; later values replace earlier ones. */
export interface Facts {
  readonly branch?: string;
  readonly baseBranch?: string;
  readonly baseSha?: Sha;
  readonly headSha?: Sha;
  readonly headTree?: Sha;
  /** Who merged the pull request, when it was not the run itself: then the run ends (decision 34). */
  readonly mergedBy?: string;
  /** Somebody rewrote the base branch: it may not have `baseSha` any more. */
  readonly baseRewritten?: boolean;
  readonly pullRequest?: {
    readonly number: number;
    readonly url: string;
    readonly nodeId?: string;
    readonly draft: boolean;
    readonly state: 'open' | 'closed' | 'merged';
    /** false: a person opened it, and its words, its draft state and its end are theirs. */
    readonly ours?: boolean;
    /** What the workflow's file says in its words, before ours. */
    readonly title?: string;
    readonly body?: string;
  };
}

export interface StepError {
  readonly class: ErrorClass;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly retryAfterMs?: number;
  /** The attempt that it ended took money or tokens. */
  readonly paid?: true;
  /** The provider that is asked instead, at once: the one that failed takes nothing for a while. */
  readonly instead?: string;
}

/** Who did something and from where. */
export interface By {
  readonly login: string;
  readonly from: 'comment' | 'check' | 'label' | 'cli' | 'api' | 'github' | 'troupe';
  readonly reason?: string;
  /** What they did it with, `comment:501:0`: the same thing told twice is found again by it. */
  readonly ref?: string;
}

/** A page of a listing; `next` continues it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}
export interface RunQuery {
  readonly status?: readonly RunStatus[];
  readonly workflow?: string;
  readonly repositoryId?: number;
  readonly taskNumber?: number;
  /** The pull request that they work on. */
  readonly pullRequest?: number;
  readonly since?: number;
  readonly limit?: number;
  readonly after?: string;
}
