// The checked representation of a workflow (the IR). Plain JSON: it is stored with every run. The engine sees only this.
import type { ErrorClass, Json, JsonObject, PostedAs } from '../../support/index.ts';

/** A string with `{{ expression }}` parts, evaluated when the step starts. Any JSON value may hold such strings at its leaves. */
export type Template = string;
/** JavaScript expression syntax, walked by the closed evaluator. */
export type Expression = string;

/** A workflow, checked and normalised. */
export interface Workflow {
  readonly irVersion: 1;
  /** The file name without its ending. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly trigger: Trigger;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Constants; leaves may be templates over task, inputs and earlier variables. */
  readonly variables: JsonObject;
  readonly concurrency: { readonly group: Template; readonly onConflict: 'queue' | 'replace' | 'reject' };
  readonly budget: Budget;
  /** false: the workflow writes nothing to git. */
  readonly branch: false | { readonly name?: Template; readonly base?: Template };
  /** Unresolved references warn instead of failing; the run ends degraded. */
  readonly permissive: boolean;
  readonly steps: readonly Step[];
  readonly onFailure: readonly Step[];
  readonly finally: readonly Step[];
  readonly outputs: Readonly<Record<string, Template>>;
  /** sha256 of everything above. */
  readonly hash: string;
}

/** What starts a workflow. */
export interface Trigger {
  readonly labels: readonly string[];
  /** GitHub's webhook names with action, `pull_request_review.submitted`. */
  readonly events: readonly string[];
  readonly assignees: readonly string[];
  /** Absent: none. */
  readonly schedule?: readonly { readonly cron: string; readonly timezone?: string }[];
  readonly condition?: Expression;
  readonly priority: number;
}

export interface InputSpec {
  readonly type: 'string' | 'number' | 'boolean' | 'choice';
  readonly required: boolean;
  readonly default?: Json;
  readonly description: string;
  readonly options?: readonly string[];
}

/** Limits of a whole run. Reaching one ends the run as failed, its work kept. */
export interface Budget {
  readonly costUsd?: number;
  readonly tokens?: number;
  readonly minutes?: number;
  readonly attempts?: number;
}

/** Attempts = 1 + limit. Times in milliseconds. Decision 7: limit 0 by default, 2 for class transient. */
export interface RetryPolicy {
  readonly limit: number;
  /** The limit for class transient where the file names none. */
  readonly transientLimit: number;
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  readonly jitter: boolean;
  readonly on: readonly ErrorClass[];
}

/** Who decides and how long they have. `by`: logins, teams as `owner/team`, and the word `not_requester`; empty: whoever may approve. */
export interface ApprovalSpec {
  readonly by: readonly string[];
  readonly timeout?: Template | number;
  readonly onTimeout: 'reject' | 'approve' | 'escalate';
}

/** What every step has. `timeout` is milliseconds once the template is evaluated (numbers in files are seconds; the IR holds ms or a template). */
export interface StepBase {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly dependencies: readonly string[];
  readonly onSkippedDependency: 'skip' | 'run' | 'any';
  readonly condition?: Expression;
  readonly timeout?: number | Template;
  readonly retry: RetryPolicy;
  readonly onFailure: 'stop' | 'continue' | 'retry';
  readonly onError?: { readonly fallback: 'continue' | 'stop'; readonly steps: readonly Step[] };
  readonly approval?: ApprovalSpec;
  readonly rollback: boolean;
  readonly advisory: boolean;
  readonly unjudged: readonly string[];
  readonly verify?: readonly (readonly string[])[];
  readonly expect: readonly ('changes' | 'outputs' | 'comment' | 'tests')[];
  /** Leaves may be templates. */
  readonly params: JsonObject;
  /** Names declared for later steps: expression over this step's own result. */
  readonly outputs: Readonly<Record<string, Template>>;
  readonly environment?: string;
  /** Added by Troupe (`prepare`, `settle`): shown in the comment's table, has no check run of its own. */
  readonly implicit: boolean;
  /** It decides whether and how the run goes on: no persona may leave it out. */
  readonly decides?: true;
  /** Where it holds templates of texts that people read; absent where it holds none. */
  readonly posted?: PostedKeys;
  /** Where the step stands in its file, 1-based; absent for implicit steps. */
  readonly source?: { readonly line: number; readonly column: number };
}

/** Texts of a step that are posted, by where they stand in it: `params.body`. */
export type PostedKeys = Readonly<Record<string, PostedAs>>;

export interface PersonaStep extends StepBase {
  readonly type: 'persona-request';
  readonly persona: string;
  readonly provider?: string;
  /** The whole list where several are named: the next one is asked where the one before it is out. Empty: the one provider. */
  readonly providers: readonly string[];
  /** It is one of a panel: what it does is kept back until it is known whose work is kept. */
  readonly panelist?: true;
  readonly outputSchema?: JsonObject;
  readonly skills: readonly string[];
  readonly profile?: string;
  /** Instead of the profile's and the persona's own. */
  readonly model?: string;
  readonly commit: 'auto' | 'none';
  readonly message?: Template;
}

/** One persona step done by several providers at the same time: the work of one is kept. Written as a persona step with `providers`. */
export interface PanelStep extends StepBase {
  readonly type: 'panel';
  /** How many of them have to pass: `majority` is more than half of all. */
  readonly quorum: 'all' | 'any' | 'majority';
  /** The panelists, in the order of the file, then the step that keeps the work. */
  readonly steps: readonly (PersonaStep | BuiltInStep)[];
}

export interface GitStep extends StepBase {
  readonly type: 'git-operation';
  /** Of those that were handed in when the file was checked. */
  readonly operation: string;
  /** Operation keys of the file: branch, base, message, paths, strategy, merge_strategy, cleanup_branch, allow_unverified … Leaves may be templates. */
  readonly config: JsonObject;
}

/** `steps` lists run inside the parent; their ids are unique in the whole file. `condition` of StepBase is the branch condition's guard: see `test`. */
export interface ConditionalStep extends StepBase {
  readonly type: 'conditional';
  /** Decides which list runs. (A conditional has no skip condition of its own.) */
  readonly test: Expression;
  readonly thenSteps: readonly Step[];
  readonly elseSteps: readonly Step[];
}

export interface ParallelStep extends StepBase {
  readonly type: 'parallel';
  readonly waitFor: 'all' | 'any';
  readonly steps: readonly Step[];
}

/** Its steps are done once for each item of a list. */
export interface ForeachStep extends StepBase {
  readonly type: 'foreach';
  /** A template that gives a list, or a list with templates at its leaves. */
  readonly items: Json;
  /** The name of the item in expressions, beside `item`. */
  readonly as: string;
  /** How many items are worked on at a time. */
  readonly concurrency: number;
  /** `stop`: no further item begins once one failed, and the step fails. `continue`: it fails when every item did. */
  readonly onItemFailure: 'stop' | 'continue';
  readonly steps: readonly Step[];
}

/** Built in: `prepare` makes branch, first commit and draft pull request; `settle` finishes the pull request in any case; `keep` ends a panel. */
export interface BuiltInStep extends StepBase {
  readonly type: 'prepare' | 'settle' | 'keep';
}

/** Waits for a person. Who decides stands in `approval`, which it always has; `params` are what the decision is about. */
export interface ApprovalStep extends StepBase {
  readonly type: 'approval';
  readonly approval: ApprovalSpec;
  readonly message?: Template;
}

/** Asks the people on the issue. */
export interface QuestionStep extends StepBase {
  readonly type: 'question';
  /** Leaves may be templates. */
  readonly config: { readonly questions: readonly Template[] };
}

/** A durable timer: for a while, or until a time (ISO 8601). One of the two. */
export interface DelayStep extends StepBase {
  readonly type: 'delay';
  readonly config: { readonly duration?: number | Template; readonly until?: Template };
}

/** Passes only when all required verdicts pass; otherwise sends `rework` back, at most `maxAttempts` looks in all. */
export interface GateStep extends StepBase {
  readonly type: 'gate';
  readonly require: readonly string[];
  readonly rework?: string;
  readonly maxAttempts: number;
  /** Calls a person when it stays shut. */
  readonly escalate: boolean;
}

/** A step of any other kind: what is its own stands in `config`, and lists of steps under `steps` or `<branch>Steps`. */
export interface OtherStep extends StepBase {
  readonly type: string;
  readonly config: JsonObject;
}

/** A step of the IR. Open: whoever asks what a step is looks at what it has (`asksPersona`, `stepLists`), not at its type. */
export type Step =
  | PersonaStep
  | PanelStep
  | GitStep
  | ConditionalStep
  | ParallelStep
  | ForeachStep
  | ApprovalStep
  | QuestionStep
  | DelayStep
  | GateStep
  | BuiltInStep
  | OtherStep;

export type Layer =
  | 'syntax'
  | 'schema'
  | 'structure'
  | 'references'
  | 'security'
  | 'capability'
  | 'resources'
  | 'style';

/** One thing that is wrong with a file. Lines and columns are 1-based. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable, `schema/unknown-key`; has a section in docs/errors/README.md. */
  readonly code: string;
  /** The file. */
  readonly file: string;
  /** Path in the document, `steps[2].condition`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** The answer of a check: all findings at once; a workflow only when there is no error. */
export type Checked =
  | { readonly ok: true; readonly workflow: Workflow; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** What a name in an expression may read. Every root is plain JSON; `state` answers `context.state.get(name)`. */
export interface Scope {
  readonly task?: Json;
  readonly inputs?: Json;
  readonly variables?: Json;
  readonly steps?: Json;
  readonly stages?: Json;
  readonly event?: Json;
  readonly context?: Json;
  readonly run?: Json;
  readonly error?: Json;
  readonly item?: Json;
  readonly index?: Json;
  readonly iteration?: Json;
  /** Items by the names that their containers give them. */
  readonly names?: Readonly<Record<string, Json>>;
  readonly milestone?: Json;
  /** Variables that are known and have no value, each with the reason. */
  readonly unset?: Readonly<Record<string, string>>;
  /** `<x>_result`, `<x>_status` and declared output names. */
  readonly state?: Readonly<Record<string, Json>>;
  /** What `success()`, `failure()`, `cancelled()` answer. */
  readonly outcome?: { readonly success: boolean; readonly failure: boolean; readonly cancelled: boolean };
  /** What `now()` answers: frozen per run, milliseconds since 1970. */
  readonly now?: number;
}

/** A value, or why there is none. `unresolved`: the names that had no value. */
export type Evaluation =
  | { readonly ok: true; readonly value: Json; readonly warnings: readonly string[] }
  | {
      readonly ok: false;
      readonly message: string;
      readonly column: number;
      readonly unresolved: readonly string[];
      readonly hint?: string;
    };
