// Settings of operator and repository, and what the coordinator is given. Shapes only.
import type { RepositoryApi, AppIdentity, Permission, Places } from '../../github/index.ts';
import type { ExternalEvent, Journal, Page, RunSettings, RunSpec, RunSummary } from '../../engine/index.ts';
import type { DefinitionContext, Finding, Workflow } from '../../definition/index.ts';
import type { Clock, Json, JsonObject, Locks, Logger, RunId } from '../../support/index.ts';

/** Who may do what: a permission on the repository, from the operator's file and the repository's, the strictest of both. */
export interface Permissions {
  readonly trigger: Permission;
  readonly control: Permission;
  readonly approve: Permission;
  /** Exact logins of bots that may trigger. */
  readonly bots: readonly string[];
}

/** `.github/troupe.yml`, checked (decision 25). */
export interface RepositoryFile {
  readonly workflows: { readonly enable: readonly string[]; readonly disable: readonly string[] };
  readonly defaultWorkflow?: string;
  readonly labels: Readonly<
    Record<
      string,
      { readonly type?: string; readonly scope?: string; readonly priority?: string; readonly fields?: JsonObject }
    >
  >;
  readonly variables: JsonObject;
  readonly environments: JsonObject;
  readonly setup?: Omit<NonNullable<RunSettings['setup']>, 'trusted'>;
  readonly verify?: readonly (readonly string[])[];
  readonly protectedPaths: readonly string[];
  readonly permissions: Partial<Permissions>;
  readonly budget: RunSettings['budget'];
}

/** How many runs may be started. Absent: any number. */
export interface RunRates {
  readonly perRepositoryHour?: number;
  readonly perRepositoryDay?: number;
  readonly perPersonHour?: number;
  readonly perPersonDay?: number;
}

/** The operator's server file as far as the coordinator needs it (decision 24). The whole file's reader is in host/. */
export interface OperatorSettings {
  readonly defaultProvider: string;
  /** Asked one after the other where it is out. */
  readonly otherProviders?: readonly string[];
  readonly limits: {
    readonly concurrentRuns: number;
    readonly concurrentPerRepository: number;
    readonly costUsdPerRun?: number;
    readonly minutesPerRun?: number;
    readonly costUsdPerTask?: number;
    readonly costUsdPerRepositoryDay?: number;
    readonly costUsdPerDay?: number;
    readonly rates?: RunRates;
  };
  readonly permissions: Permissions;
  /** `owner/repo` or `owner/*`; undefined: the App owner's account. */
  readonly allow?: readonly string[];
  readonly trusted: readonly string[];
  readonly allowAutoMerge: readonly string[];
  /** Logins that may stop everything from GitHub. Absent: nobody. */
  readonly operators?: readonly string[];
}

/** Finds the personas that a workflow names and checks the workflow against them. Given by the host, because personas/ is not ours to import. */
export interface PersonaSource {
  /** Ids that can be named, with whether they edit and what outputs they declare; and the JSON copy a run keeps of the ones named. */
  load(files: FileSource): Promise<{
    readonly known: NonNullable<DefinitionContext['personas']>;
    readonly unusable?: NonNullable<DefinitionContext['unusablePersonas']>;
    /** What their files bring with them; absent: not checked. */
    readonly personas?: NonNullable<DefinitionContext['personaFiles']>;
    readonly findings: readonly Finding[];
    copyOf(ids: readonly string[]): Json;
  }>;
}

/** Reads files of the repository's default branch at one commit. */
export interface FileSource {
  readonly ref: string;
  list(under: string): Promise<readonly { readonly path: string; readonly sha: string }[]>;
  read(path: string): Promise<{ readonly text: string; readonly sha: string } | undefined>;
}

/** A workflow that can be chosen, or the file's mistakes. */
export interface Candidate {
  readonly id: string;
  readonly path: string;
  readonly blobSha: string;
  readonly builtIn: boolean;
  readonly workflow?: Workflow | undefined;
  readonly findings: readonly Finding[];
}

/** Something that would stop a run after somebody was paid. Sentences without their full stop. */
export interface Hindrance {
  readonly message: string;
  readonly mend?: string;
  /** What is to be typed or added, line by line. */
  readonly lines?: readonly string[];
}

/** Whoever drives a run where that is another machine, which commands do not reach: a job of Actions. Times are milliseconds since 1970. */
export interface Driver {
  /** Where people can look at it. */
  readonly url: string;
  readonly since: number;
  /** When it was last heard of. */
  readonly renewedAt: number;
  /** It has not been heard of for too long, or is known to have ended: nobody drives the run. */
  readonly gone: boolean;
}

/** What the coordinator works with for one event. */
export interface CoordinatorPorts {
  /** What is done for an issue, and what people decide about runs, is done by one at a time wherever deliveries are handled. */
  readonly locks: Locks;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly operator: OperatorSettings;
  readonly personas: PersonaSource;
  readonly providers: ReadonlySet<string>;
  /** Everything that would stop the run later, known before anybody is paid. Absent: nobody looks. */
  hindrances?(spec: RunSpec, api: RepositoryApi, about: { readonly locked: boolean }): Promise<readonly Hindrance[]>;
  /** Workflow files shipped with Troupe: id → text. */
  readonly builtIn: ReadonlyMap<string, string>;
  identity(): Promise<AppIdentity>;
  api(installationId: number, owner: string, name: string): RepositoryApi;
  /** Where repositories are now. Absent: names are taken as they are. */
  readonly places?: Places;
  listRuns(repositoryId: number, issue: number): Promise<Page<RunSummary>>;
  /** Where a run can be looked at: its page, or the job that had it. Undefined without TROUPE_PUBLIC_URL, and where nobody knows. */
  runUrl?(run: string): string | undefined;
  /** Who drives a run elsewhere. Absent: every run is driven here. */
  driver?(run: RunId): Driver | undefined;
  /** The providers answer from a script: said in every title of the runs. Default false. */
  readonly rehearsal?: boolean;
  /** Which host the runs belong to. Default `bot`. */
  readonly host?: RunSpec['host'];
  /** What became of the events of an issue or pull request, newest first; absent where no inbox keeps them. */
  pastDecisions?(about: {
    readonly repository: string;
    readonly number: number;
    readonly limit: number;
  }): Promise<readonly PastDecision[]>;
  /** Stops everything on the server, or lets it go on; absent where this host drives no more than one run. */
  readonly halting?: {
    /** The order that holds; undefined: work goes on. */
    now(): Promise<{ readonly login: string; readonly at: number; readonly reason: string | null } | undefined>;
    set(order: {
      readonly halted: boolean;
      readonly login: string;
      readonly from: 'comment';
      readonly reason: string | null;
    }): Promise<boolean>;
  };
  /** Shows a head that somebody else pushed onto a run's branch as not judged; absent where no checks are shown. */
  strangerPushed?(run: RunId, headSha: string): Promise<void>;
  /** Whether a decision is carried out. Default: all are. An Action writes nothing about a refusal. */
  carriesOut?(decision: Decision): boolean;
  /** Where settings, workflows and personas are read. Default: at the head of the default branch. */
  readonly files?: FileSource;
}

/** A webhook's delivery as the coordinator takes it. `payload` is whatever came; its shape is checked here. */
export interface DeliveryToHandle {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
  /** When it arrived: files that were read later than that need not be read again for it. */
  readonly receivedAt?: number;
}

/** What became of an event: its first line is the reason, the others what it came from. */
export interface PastDecision {
  readonly at: number;
  /** `issues.labeled`. */
  readonly event: string;
  readonly sender?: string;
  readonly state: string;
  readonly note: string | null;
}

/** One reason of a decision: what `explain` shows. */
export interface Why {
  readonly topic: 'event' | 'handler' | 'rule' | 'settings' | 'workflow' | 'command' | 'life-cycle' | 'permission';
  readonly subject: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Something to be done about an event. Deciders return these; `apply.ts` alone does them. */
export type Action =
  | { readonly kind: 'start'; readonly spec: RunSpec }
  | { readonly kind: 'post'; readonly run: RunId; readonly event: ExternalEvent }
  | { readonly kind: 'not-judged'; readonly run: RunId; readonly headSha: string }
  | { readonly kind: 'say'; readonly issue: number; readonly marker: string; readonly text: string }
  | { readonly kind: 'react'; readonly comment: number; readonly content: 'eyes' | '+1' | 'confused' }
  | { readonly kind: 'add-label'; readonly issue: number; readonly label: string }
  | { readonly kind: 'remove-label'; readonly issue: number; readonly label: string }
  | { readonly kind: 'ensure-label'; readonly name: string; readonly description: string }
  /** An operator stops everything, or lets it go on. */
  | { readonly kind: 'halt'; readonly halted: boolean; readonly login: string; readonly reason: string | null };

/** What is to be done about an event, and why. */
export interface Decision {
  readonly outcome: 'started' | 'acted' | 'refused' | 'ignored';
  readonly reason: string;
  readonly why: readonly Why[];
  readonly actions: readonly Action[];
  /** Runs the same event started before. */
  readonly already?: readonly RunId[];
}

/** What was done about a delivery. `runs`: started by it now, or by the same event before. */
export interface HandleResult {
  readonly outcome: Decision['outcome'];
  readonly reason: string;
  readonly why: readonly Why[];
  readonly runs: readonly RunId[];
}
