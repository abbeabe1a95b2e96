// Who does the work, as data and as interfaces for every transport. Shapes only.
import type { Readable, Writable } from 'node:stream';
import type { ErrorClass, Json, JsonObject, Redactor, Logger, Clock, Sha } from '../../support/index.ts';
import type { Evidence, ReviewFinding, Usage } from '../../engine/index.ts';
import type { GatewayUse } from './gateway.ts';
import type { ReachedLimit } from './limits.ts';
import type { TranscriptEntry } from './transcript.ts';
import type { Workflows } from './workflows.ts';

export type { CommandLimits, ReachedLimit } from './limits.ts';

export type PersonaTool = 'read' | 'search' | 'edit' | 'execute' | 'web';
export type Strategy = 'immediate' | 'poll' | 'callback' | 'stream';

/** A persona file, checked. Plain JSON: a run keeps its own copy. */
export interface Persona {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tools: readonly PersonaTool[];
  /** Words that give a tool for some uses only, `Bash(git diff:*)`: told to the agent, which alone can keep them. */
  readonly limits?: readonly string[];
  /** Tools of other programs that its file names and Troupe has no counterpart for. */
  readonly elsewhere?: readonly string[];
  readonly model?: string;
  readonly provider?: string;
  /** The whole list, where its file names several: the next one is asked where the one before it is out. */
  readonly providers?: readonly string[];
  readonly strategy?: Strategy;
  readonly timeoutMs?: number;
  readonly maxCostUsd?: number;
  readonly retries?: number;
  readonly sandbox?: 'off' | 'env' | 'fs' | 'gateway';
  /** How often it may ask for files instead of answering. Absent: three times where it sees none, else never. */
  readonly infoRequests?: number;
  readonly skills: readonly string[];
  /** JSON Schema of `outputs`. */
  readonly outputs?: JsonObject;
  readonly profiles: Readonly<
    Record<string, { readonly model?: string; readonly append?: string; readonly provider?: string }>
  >;
  /** `expect` where the step names none; qa-engineer: tests. */
  readonly expect: readonly ('changes' | 'outputs' | 'comment' | 'tests')[];
  /** The role prompt. */
  readonly prompt: string;
  /** Where it was found: `.github/troupe/personas/x.md`, `built-in`. */
  readonly source: string;
  /** sha256 of the file. */
  readonly digest: string;
}

export interface SessionRef {
  readonly provider: string;
  readonly id: string;
}
/** The code for remote workers (decision 44). */
export interface SourceBundle {
  readonly bundleUrl: string;
  readonly sha256: string;
  readonly sha: Sha;
}

/** What a provider is asked. */
export interface PersonaTask {
  /** run:path:attempt */
  readonly requestId: string;
  readonly persona: Persona;
  /** The whole prompt. */
  readonly text: string;
  /** What it is made of, in order, with what was left out. Absent: it was made before a restart. */
  readonly sections?: readonly { readonly label: string; readonly bytes: number; readonly of: number }[];
  readonly inputs: Json;
  /** JSON Schemas that `outputs` must all fit: the persona's and the step's. Absent: the persona's alone. */
  readonly outputSchemas?: readonly JsonObject[];
  /** A directory the persona may work in. */
  readonly worktree?: string;
  readonly baseSha?: string;
  readonly resume?: SessionRef;
  readonly lastError?: string;
  readonly source?: SourceBundle;
  readonly traceparent?: string;
  /** Absent: the provider's own. */
  readonly model?: string;
  /** What answers files of `scripted` look up: the step id, then the persona id, then `*`. */
  readonly stepId: string;
  readonly attempt: number;
  /** What people answered to questions of this step, oldest first. The prompt holds it, too. */
  readonly answers?: readonly { readonly answer: Json; readonly login: string }[];
}

export interface Artifact {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string;
}

/** Files that were changed elsewhere, as they came: nobody has looked at them. Handed on as bytes, they go around every text and every JSON. */
export interface ResultChanges {
  readonly kind: 'patch' | 'bundle';
  /** The commit that they were made on. Absent: the one that was asked about. */
  readonly base?: Sha;
  readonly content: Uint8Array;
}

/** What came back. `fail`: the persona did its job and says no. `error`: no verdict. */
export interface PersonaResult {
  readonly status: 'pass' | 'fail' | 'unknown' | 'error';
  readonly summary: string;
  readonly outputs: JsonObject;
  /** A declared no-op with its reason. */
  readonly noop?: string;
  readonly findings?: readonly ReviewFinding[];
  readonly artifacts?: readonly Artifact[];
  /** Where it worked in another copy of the repository: put into the worktree, and from there like any other work. */
  readonly changes?: ResultChanges;
  /** A branch of the repository in which a person did it: as it is when it is taken over. */
  readonly branch?: string;
  readonly evidence?: readonly Evidence[];
  readonly next?: {
    /** `skip`: leave out the optional steps that come next. `stop`: nothing has to be done, end the run here with success. */
    readonly action: 'proceed' | 'ask' | 'info' | 'retry' | 'skip' | 'stop';
    /** `info`: paths of the repository that it wants to see before it answers. */
    readonly files?: readonly string[];
    /** Why; `skip` and `stop` always have one. */
    readonly reason?: string;
    readonly questions?: readonly string[];
    readonly recommended_next_stage?: string;
  };
  readonly usage: Usage;
  readonly error?: {
    readonly class: ErrorClass;
    readonly message: string;
    readonly retryAfterMs?: number;
    /** A limit of the operator for what commands may take. */
    readonly limit?: Pick<ReachedLimit, 'hint'>;
  };
  /** Sentences for people about how it went, shown with the step. */
  readonly notes?: readonly string[];
  readonly session?: SessionRef;
  readonly model?: string;
  /** The program that did it, as it names itself. */
  readonly agent?: AgentId;
}

/** A program and its version; `through`: the adapter that speaks for it. */
export interface AgentId {
  readonly name: string;
  readonly version?: string;
  readonly through?: { readonly name: string; readonly version?: string };
}

/** What a request may still take before a limit of its persona, run, task, repository or day is reached. */
export interface Allowance {
  /** Decimal text in US dollars. Absent: no such limit. */
  readonly costUsd?: string;
  /** Read and written together. Absent: no such limit. */
  readonly tokens?: number;
}

/** What a request is known by while its answer is awaited: in the journal before anything is sent, so it holds no secret. */
export interface Ticket {
  readonly requestId: string;
  /** The name of the provider. */
  readonly provider: string;
  readonly strategy: Strategy;
  /** After it nobody waits any more, milliseconds since 1970. null: it takes as long as it takes. */
  readonly deadline: number | null;
  /** When to look for the answer, milliseconds since 1970. Absent: it comes by itself. */
  readonly nextLookAt?: number;
  /** What the provider needs to find its request again: the other side's id, an address. */
  readonly keeps?: JsonObject;
}

/** A reply as it came, kept before anybody read it. */
export interface Reply {
  readonly body: Uint8Array;
  readonly mediaType: string;
  /** The login of the person who gave it, where a person did. */
  readonly from?: string;
}

/**
 * The answer; or the ticket of one that comes later. `asks`: people are asked first, and what they answer is the reply. It is what counts
 * where nobody is asked any more.
 */
export type ProviderAnswer =
  | { readonly answer: PersonaResult }
  | { readonly waiting: Ticket; readonly asks?: PersonaResult };

/** What a provider has of the world while nobody works in a worktree. */
export interface ProviderReach {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
}

/** What outlives the process of a request: enough to go on with it after a death. */
export interface KeptSession {
  /** The private HOME of the request and of nobody else. */
  readonly home: string;
  /** Puts what finds the session again into the journal, as what the ticket keeps. Durable when resolved. */
  keep(keeps: JsonObject): Promise<void>;
}

/** There is nothing to go on with, and why: words that follow `because`. */
export interface LostSession {
  readonly lost: string;
}

/** What a provider gets beside the task. */
export interface ProviderContext extends ProviderReach {
  /** Runs a command in the sandbox that the persona's tier asks for; the only way to start a process for a persona. */
  readonly sandbox: Sandbox;
  /** Where the answer may be sent, and what signs it (Standard Webhooks). Only for providers that call back. */
  readonly callback?: { readonly url: string; readonly secret: string };
  /**
   * Lays the request down where whoever is told the address fetches it, once; durable when resolved. `isTaken`: somebody has fetched it
   * already. Absent: nobody reaches this server.
   */
  offer?(body: string): Promise<{ readonly url: string; readonly isTaken: boolean }>;
  progress(text: string): void;
  /** What it may take at most: who counts each request to a model sends none beyond it. */
  readonly allowance?: Allowance;
  /** A folder of the request alone: what is handed in lies there until it is in the journal. Absent: a death loses it. Only for providers with `find`. */
  readonly desk?: string;
  /** Where its session is kept. Absent: a death loses it. Only for providers that can go on. */
  readonly session?: KeptSession;
  /** Keeps what happens between Troupe and the persona, for people to read afterwards. */
  transcript?(entry: TranscriptEntry): void;
}

/** What executes a persona. One file per transport; one line in the registry. */
export interface Provider {
  readonly name: string;
  readonly strategies: ReadonlySet<Strategy>;
  /** Who answers takes no money: a script, a person. */
  readonly isFree?: boolean;
  /** Who pays for it; absent: it alone. Providers with the same account share its limits and slots. */
  readonly account?: string;
  /** How many requests may be under way at once; absent: any number. */
  readonly concurrency?: number;
  /** What happens when a limit of its account is reached for long; absent: it is waited for. */
  readonly onLimit?: 'wait' | 'fail';
  /** How long one answer may take where neither the step nor the persona says it, and at most. */
  readonly timeoutMs?: number;
  /** Its answers are sent to Troupe's public address: without one it is refused when it is made. */
  readonly callsBack?: boolean;
  /** Its answer comes once: what a look finds of a request that was answered is no answer. */
  readonly answersOnce?: boolean;
  /** It works elsewhere, and the code is sent along: `PersonaTask.source`. */
  readonly takesSource?: boolean;
  /** It would be handed somebody's own log-in: for tasks of outsiders only behind a boundary. */
  isPersonal?(): boolean;
  /** Problems at load time and for `doctor`; empty when it can work. */
  check(persona: Persona): Promise<readonly ProviderProblem[]>;
  /** Sends the request. Its ticket stands in the journal and in a row. */
  start(task: PersonaTask, ticket: Ticket, context: ProviderContext): Promise<ProviderAnswer>;
  /**
   * Goes on with a request: the same task, worktree and commit as at its start. With its reply: says what it means. Without one the process
   * died before it knew what became of the request: makes sure that it was sent, under the same id, so that it is worked on once.
   */
  resume(task: PersonaTask, request: OpenRequest, context: ProviderContext): Promise<ProviderAnswer>;
  /**
   * Looks on the desk of a request whose process died for what was handed in by then: the answer as it would have been, undefined where
   * none was. Asks nobody.
   */
  find?(task: PersonaTask, ticket: Ticket, context: ProviderContext): Promise<PersonaResult | undefined>;
  /**
   * Goes on with a request that was under way when the process died, in the session that its ticket keeps, with the same task and the worktree
   * as it was left. Whoever finds nothing to go on with is asked anew.
   */
  reattach?(task: PersonaTask, ticket: Ticket, context: ProviderContext): Promise<ProviderAnswer | LostSession>;
  /**
   * Nobody waits any more: tells the other side. Resolves when it was told or nobody is there to tell, and rejects to be called again;
   * told twice does no harm.
   */
  release(ticket: Ticket, reach: ProviderReach): Promise<void>;
  /** Looks for the answer of a ticket with `nextLookAt`. It interprets nothing: the reply is kept before it is read. */
  look?(ticket: Ticket, reach: ProviderReach): Promise<{ readonly reply: Reply } | { readonly waiting: Ticket }>;
  /** Takes in answers that come by themselves: from a stream. `deliver` resolves when the reply is kept. Returns the way to stop. */
  listen?(deliver: (requestId: string, reply: Reply) => Promise<void>, reach: ProviderReach): () => Promise<void>;
}

/** A request that was stored, and what came for it. */
export interface OpenRequest {
  readonly ticket: Ticket;
  readonly reply?: Reply;
}

export interface ProviderProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
  /** What is missing: walls of this machine, or what its model is paid with. Absent: something else. */
  readonly lacks?: 'walls' | 'pay';
}

/** An entry of `providers:` in the operator's server file, checked by the schema of its transport. */
export interface ProviderConfig<Options extends object = JsonObject> {
  readonly name: string;
  /** The name of a registered transport. */
  readonly transport: string;
  readonly preset?: string;
  /** Names of environment variables handed through to the persona. */
  readonly env: readonly string[];
  readonly timeoutMs?: number;
  readonly account?: string;
  readonly concurrency?: number;
  readonly onLimit?: 'wait' | 'fail';
  readonly strategy?: Strategy;
  /** The transport's own keys. Paths are absolute. */
  readonly options: Options;
}

/** What the host gives to providers when it makes them: all they have of the world outside of a request. */
export interface ProviderServices {
  /** The value of a variable that the provider's own `env:` names; undefined: not set, or not its own. */
  secret(name: string): string | undefined;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Where its programs may be started outside of a request, to ask for their version; requests bring their own. */
  sandbox(wanted?: Persona['sandbox']): Promise<Sandbox>;
  /** Workflows of GitHub Actions; absent: the work is not for a repository on GitHub. */
  readonly workflows?: Workflows;
  /** Where others reach this server; absent: nobody can call back. */
  readonly publicUrl?: string;
  /** Where programs are looked up, as in the sandbox. Absent: nobody looks before a program is started. */
  readonly path?: string;
  /** Where log-ins of agents may lie. Absent: none is used. */
  readonly operator?: OperatorPlace;
}

/** What of the operator is looked into for log-ins of agents, and for nothing else. */
export interface OperatorPlace {
  /** HOME. */
  readonly home: string;
  /** A variable that moves a folder of HOME. */
  variable(name: string): string | undefined;
}

/** What is started in a sandbox, and within which limits. */
export interface SandboxOpen {
  readonly command: readonly string[];
  /** Of this run alone: what else works in it is taken for a process of the run, and ended with it. */
  readonly cwd: string;
  /** Added to the clean environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Directories that may be written besides cwd and HOME. */
  readonly writable?: readonly string[];
  /** Directories shown read-only that would otherwise be hidden. */
  readonly readable?: readonly string[];
  /** Behind the walls of tier 2: through the gateway alone. */
  readonly network: boolean;
  /** Its models and who counts what it asks of them, in tier 2. Absent: it has none there. Other tiers do not look at it. */
  readonly gateway?: GatewayUse;
  /** cwd is shown and not writable, where the tier can do that: tier 1, and tier 0 with other users. */
  readonly readOnly?: boolean;
  /** Bytes that it may write to stdout and stderr together; who writes more is ended. Absent: no limit. */
  readonly outputBytes?: number;
  /**
   * Memory that each of its processes may have for itself, where this machine can limit it (`Sandbox.limitsMemory`). Absent: no limit. Node sets
   * 512 MiB to 1 GiB aside before it does anything.
   */
  readonly memoryBytes?: number;
}

/** How a process ended. */
export interface SandboxExit {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  /** It wrote more than it was allowed. */
  readonly overran: boolean;
  /** The limit of the operator that ended it. */
  readonly reached?: ReachedLimit;
  /** Something of it could not be ended. */
  readonly isLeft?: true;
  readonly durationMs: number;
}

/** A process with a conversation. Read both outputs, or `resume()` what nobody reads: a process whose output nobody takes stops and waits. */
export interface SandboxProcess {
  /** Fails for whoever writes after the process has closed it; that alone ends nothing. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Sends a signal to the command itself, not to what it started. */
  signal(name: NodeJS.Signals): void;
  /** Asks it to end, with the end of stdin and SIGTERM; after the grace nothing of it is left. */
  stop(graceMs: number): Promise<SandboxExit>;
  /** When the command has ended and nothing that it started runs any more. The outputs end then, too, once what is in them is read. */
  readonly exit: Promise<SandboxExit>;
}

/** A command that is given its whole input and read to its end. */
export interface SandboxRun extends SandboxOpen {
  readonly stdin?: string;
  /** Kept bytes of stdout and stderr each; the rest is counted and dropped. Default 1 MiB. */
  readonly maxOutputBytes?: number;
  onOutput?(chunk: string): void;
  /** Of the standard output alone, before `onOutput`. */
  onStdout?(chunk: string): void;
}

export interface SandboxResult {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  /** The limit of the operator that ended it, or that it gave up at. */
  readonly reached?: ReachedLimit;
  readonly durationMs: number;
}

/** Runs commands of personas, `setup` and `verify`: clean environment, private HOME, own process group or PID namespace. */
export interface Sandbox {
  readonly tier: 'env' | 'fs' | 'gateway';
  /** Whether an agent runs where it can't read what Troupe's process can: tiers 1 and 2, or another uid. */
  readonly isBoundary: boolean;
  /** Its processes are no user of ours: they read what lies in their tree, and what is open to everybody. */
  readonly isAnotherUser?: true;
  /** Whether `memoryBytes` holds here. */
  readonly limitsMemory: boolean;
  /** Starts a command and leaves it running. One that can't be started is an exit with 127, and the reason on stderr. */
  open(open: SandboxOpen): Promise<SandboxProcess>;
  run(run: SandboxRun): Promise<SandboxResult>;
}
