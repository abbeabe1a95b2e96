// What executes a step kind, and what it may use.
import type { StepKind } from '../../definition/index.ts';
import type { GitRepository, Author } from '../../git/index.ts';
import type { OwnPart, PullRequestInfo, RepositoryApi } from '../../github/index.ts';
import type { Facts, Limit, StepContext, StepOutcome, Tickets } from '../../engine/index.ts';
import type { Persona, Provider, Sandbox, SourceBundle } from '../../personas/index.ts';
import type { Clock, Logger, Redactor, RunId, Sha, Troubles } from '../../support/index.ts';
import type { ProviderGate } from '../health/provider-gate.ts';

/** What executes one kind of step. Kinds that hold other steps or are decided are the engine's. */
export interface StepBody {
  readonly type: string;
  execute(context: StepContext, services: StepServices): Promise<StepOutcome>;
}

/** A kind with what executes it, where anything does. */
export type RunnableKind = StepKind & Partial<Pick<StepBody, 'execute'>>;

/** What steps use of the world; the host wires it. */
export interface StepServices {
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** The repository the run works in. Cheap when called again. */
  workplace(context: StepContext): Promise<Workplace>;
  /** The sandbox for persona processes, `setup` and `verify`. */
  sandbox(wanted: Persona['sandbox']): Sandbox;
  /** The operator set `sandbox: off`: outsiders' tasks are taken without a boundary, too (decision 43). */
  readonly sandboxOff?: boolean;
  /** The operator's `gateway: { for: outsiders }`: what their tasks run in, whatever is asked for. */
  readonly outsidersTier?: 'gateway';
  /** Limits that runs share (task, repository, day) with what is used of them now. Absent: there are none. */
  sharedLimits?(context: StepContext): Promise<readonly Limit[]>;
  provider(name: string): Provider | undefined;
  readonly providerNames: readonly string[];
  readonly tickets: Tickets;
  /** One for all runs of the host; absent: of the step type alone, while the process lives. */
  readonly gate?: ProviderGate;
  /** Large values by their sha256: what came for a ticket, what was asked. */
  readonly blobs: { put(bytes: Uint8Array): Promise<string>; get(sha256: string): Promise<Uint8Array | undefined> };
  /** Where sessions of agents outlive the process: absent where nothing does. */
  readonly homes?: RequestFolders;
  /** Where what personas hand in outlives the process: absent where nothing does. */
  readonly desks?: RequestFolders;
  /** The code for personas that work elsewhere; absent where nobody reaches this server. */
  readonly sources?: SourceOffers;
  /** Requests that are fetched by whoever works on them; absent where nobody reaches this server. */
  readonly requests?: RequestOffers;
  /** Told of steps that wait for the machine. */
  readonly troubles?: Troubles;
  /** Where the answer to a request may be sent; absent where nobody reaches this server. */
  callbackUrl?(requestId: string): string;
  /**
   * Stores a text under its sha256 and names it in the journal's `artifact.added`. `evenWhenOver`: also where the attempt was cancelled or
   * timed out meanwhile, as long as its run goes on.
   */
  keepArtifact(
    context: StepContext,
    artifact: {
      readonly name: string;
      readonly mediaType: string;
      readonly content: string | Uint8Array;
      readonly evenWhenOver?: boolean;
    },
  ): Promise<{ readonly sha256: string; readonly bytes: number }>;
  /**
   * What the pull request says; rendered by the view, handed in by the host so that steps know no view. `pullRequest`: as the run's facts
   * are about to have it.
   */
  pullRequestPart(context: StepContext, stage: 'draft' | 'final', pullRequest?: Facts['pullRequest']): OwnPart;
  /** `troupe:paused` is on the issue: read fresh before persona requests, pushes and merges. */
  isPaused(context: StepContext): Promise<boolean>;
}

/** Folders that outlive the process, each for one request. */
export interface RequestFolders {
  /** Empty, whatever lay there. */
  fresh(run: RunId, requestId: string): Promise<string>;
  /** undefined: it is gone. */
  kept(run: RunId, requestId: string): Promise<string | undefined>;
  remove(run: RunId, requestId: string): Promise<void>;
}

/** Offers of code. */
export interface SourceOffers {
  /** A bundle of the commit at an address that is signed with the secret of this request. Asked again it is the same file. */
  offer(request: {
    readonly run: RunId;
    readonly requestId: string;
    readonly commit: Sha;
    readonly repository: Pick<GitRepository, 'bundle'>;
    readonly secret: string;
    readonly deadline: number | null;
  }): Promise<SourceBundle>;
}

/** Offers of requests. */
export interface RequestOffers {
  /**
   * Lays the body down, durable when resolved, at an address that is signed with the secret of this request. Offered again it is what was
   * laid down first. `isTaken`: a worker has it already.
   */
  offer(request: {
    readonly run: RunId;
    readonly requestId: string;
    readonly body: string;
    readonly secret: string;
    readonly deadline: number | null;
  }): Promise<{ readonly url: string; readonly isTaken: boolean }>;
}

/** Where a run reads and writes code. */
export interface Workplace {
  readonly repository: GitRepository;
  /** Absent for a local working copy: then there is no pull request, only the branch. */
  readonly api?: RepositoryApi;
  /** The base branch where the workflow names none. */
  readonly defaultBranch: string;
  /** The bot, or git's configured user in a working copy. */
  readonly author: Author;
  /** The requester, for `Co-authored-by`. */
  readonly coAuthor?: Author;
  /** Our login, to tell our pull requests from other people's. */
  readonly botLogin?: string;
  /** The pull request the task is, when it is one. */
  readonly pullRequest?: PullRequestInfo;
}
