// What a check before the first persona looks at, and what it finds. Shapes only.
import type { RunSpec } from '../../engine/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import type { Persona, Provider, ProviderProblem, Sandbox } from '../../personas/index.ts';

/** A run as it would be, as far as the checks look at it. */
export type PlannedRun = Pick<RunSpec, 'workflow' | 'personas' | 'settings' | 'requester' | 'host'>;

/** Something that would stop the run later, after somebody was paid. */
export interface Hindrance {
  /** What is wrong: a sentence without its full stop. */
  readonly message: string;
  /** What to do about it on this host: a sentence without its full stop. */
  readonly mend?: string;
  /** What is to be typed or added, line by line. */
  readonly lines?: readonly string[];
}

/** Providers, as the checks look at them. */
export interface ProvidersHere {
  check(name: string, persona: Persona): Promise<readonly ProviderProblem[] | undefined>;
  knows(name: string): boolean;
  get(name: string): Pick<Provider, 'isPersonal'> | undefined;
}

/** The walls of this machine, under the operator's rule. */
export interface WallsHere {
  /** Throws `sandbox/gateway`, `config/sandbox`. */
  sandbox(wanted: Persona['sandbox']): Sandbox;
  readonly sandboxOff: boolean;
  readonly outsidersTier?: 'gateway';
}

/** GitHub, as the checks look at it. */
export interface GitHubHere {
  /** The run, whole. */
  readonly spec: RunSpec;
  readonly api: Pick<
    RepositoryApi,
    'info' | 'branchRules' | 'passesRuleset' | 'branchProtections' | 'lackedPermissions' | 'pullRequest'
  >;
  /** The conversation of the run's issue or pull request was ended. */
  readonly locked: boolean;
  readonly now: number;
  /** The address that the run's commits are of. */
  email(): Promise<string>;
  /** Answers that stood in no run's way. */
  readonly clear: ClearAnswers;
}

/** Remembers for a while what stood in nobody's way, and nothing else: what stands in the way is asked anew each time. */
export interface ClearAnswers {
  /** The answer of `ask`, or an empty one where it was empty a while ago. */
  list<Row>(key: string, ask: () => Promise<readonly Row[]>): Promise<readonly Row[]>;
}

/** What the checks look at besides the run. */
export interface Surroundings {
  readonly providers: ProvidersHere;
  /** Throws `config/sandbox` where the operator's rule cannot be kept. */
  walls(): Promise<WallsHere>;
  /** Absent: the run is of a working copy, or writes nothing to GitHub. */
  readonly github?: GitHubHere;
}

/** One thing that can be known before anybody is paid. A new one is a file with one of these and a line in the list. */
export interface Check {
  readonly name: string;
  /** What it finds. One that throws could not be made, and is no hindrance. */
  look(run: PlannedRun, here: Surroundings): Promise<readonly Hindrance[]>;
}
