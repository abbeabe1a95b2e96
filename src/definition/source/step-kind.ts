// What a kind of step is: everything that the language, its check and its pages know of one type. A list of kinds is handed in; nothing else lists them.
import type { TObject } from 'typebox';
import type { Json, JsonObject } from '../../support/index.ts';
import type { Risk, AnalyzedPersona } from '../model/risk.ts';
import type { Report } from './report.ts';
import type { SourceStep } from './source-steps.ts';
import type { DefinitionContext } from './definition-context.ts';
import type { PostedKeys, Step, StepBase } from '../model/types.ts';
import type { RetrySource, StepSource } from './keys.ts';

/** One kind of step. Pure: `src/steps` attaches what executes it. */
export interface StepKind {
  /** As files write it. */
  readonly type: string;
  /** The keys of a step in a file; its `description` says on the language page what the step does. Absent: Troupe's own step, which no file writes. */
  readonly schema?: TObject;
  /** As small as it can be, `id` and `type` left out; the contract suite runs it. */
  readonly example?: JsonObject;
  /** The lists of steps that it holds. */
  readonly children?: ChildLists;
  /** The keys of the step in the IR beside those of every step; what it names of those wins. */
  normalise?(source: StepSource, around: StepSurroundings): StepParts;

  /** The step of the IR where what the file writes as one step is several. */
  unfold?(step: Step, source: StepSource): Step;

  // For people
  /** What a step does, in a few words. */
  describe(step: Step): string;
  /** Who or what does it: the second line of its box. */
  subject?(step: Step): string | undefined;
  /** Behind the name on the frame of a step that holds others. */
  title?(step: Step): string;
  /** Drawn with double sides: it changes what everybody shares. */
  readonly isFramed?: boolean;
  /** A section of its own on the language page. */
  page?(): string;

  // What it is
  /** Asks a persona: it costs, its `params` are part of a prompt, and its result carries a verdict. */
  readonly asksPersona?: boolean;
  /** Decides whether and how the run goes on, so that no persona may leave it out. */
  readonly decides?: boolean;
  /** A person approves in it. */
  readonly approves?: boolean;
  /** Nothing executes it and it holds no steps: the engine ends it by what others said. */
  readonly isDecided?: boolean;

  // What it may do
  /** Whether it can change the branch or the pull request. */
  writes?(step: Step, context: DefinitionContext): boolean;
  /** How to make it write nothing, as a sentence. */
  readonly withoutWriting?: string;
  /** Whether it commits what it changes; undefined where nobody knows. */
  commits?(step: JsonObject, context: DefinitionContext): boolean | undefined;
  /** What it does that merges, in the file's word. */
  merges?(step: JsonObject): string | undefined;
  /** What it does that asks for verdicts on the branch as it is, in the file's word. */
  finishes?(step: { readonly operation?: unknown }): string | undefined;

  /**
   * Which of its texts other people read as they are, in a comment, a title or a message of a commit: what templates put there does
   * nothing. Not those that the view shows, which quotes them itself.
   */
  posts?(step: Step): PostedKeys;

  // How a file may write it
  /** Keys that tell the type of a step which names none: `surely` ones win over every `likely` one. */
  readonly tells?: { readonly surely?: readonly string[]; readonly likely?: readonly string[] };
  /** What to write, by required key that is not there. */
  readonly missing?: Readonly<Record<string, string>>;
  /** Keys whose texts are templates, beside those of every step. */
  readonly templates?: readonly string[];
  /** Keys that hold one expression, without braces, where they hold a text that is no template. */
  readonly expressions?: readonly string[];
  /** Keys whose values are anybody's, beside `params`: numbers keep the digits that were written. */
  readonly values?: readonly string[];
  /** Keys that hold plain data: no template is looked for in them. */
  readonly plain?: readonly string[];
  /** Keys that hold durations, beside `timeout`. */
  readonly durations?: readonly string[];
  /** Keys that become names in git: words of people do not belong there. */
  readonly gitNames?: readonly string[];
  /** Brings other spellings of its keys to the one that is checked. */
  spell?(spelling: Spelling): void;
  /** What it waits for in its list beside its dependencies. */
  waitsFor?(step: JsonObject): readonly string[];
  /** How often it is tried again where neither step nor defaults say it. */
  retries?(source: StepSource, around: StepSurroundings): number | undefined;
  /** Reports keys that exclude each other, have no effect or lack another one. */
  check?(step: SourceStep, report: Report): void;
  /** Reports keys and words of later versions. */
  checkLater?(step: SourceStep, report: Report): void;
  /** Reports names that lead to no step before it. */
  checkNames?(step: SourceStep, before: ReadonlyMap<string, unknown>, report: Report): void;

  // What it comes to
  /** The longest that it takes, beside its timeout, milliseconds. */
  atMostMs?(step: Step, personas: ReadonlyMap<string, AnalyzedPersona>): number;
  /** What may go wrong with it. */
  risks?(step: Step, personas: ReadonlyMap<string, AnalyzedPersona>): readonly Omit<Risk, 'step'>[];
}

/** The kinds that there are, in the order of the language page. */
export type StepKinds = readonly StepKind[];

/** The lists of steps of a kind. A branch `then` is `then_steps` in the file and `thenSteps` in the IR; `child` is `steps` in both. */
export interface ChildLists {
  readonly branches: readonly Branch[];
  /** Its `condition` decides which list runs; it stands in the IR as `test`. Otherwise all of them run. */
  readonly isChoice?: boolean;
  /** They run once for each item: in them `item`, `index` and the name under `as` are known. */
  readonly isRepeated?: boolean;
}

/** One list. */
export interface Branch {
  readonly name: string;
  /** In a drawing: `yes`. */
  readonly word?: string;
  /** In a table, behind the name of the step: `when true`. */
  readonly when?: string;
}

/** The keys of the IR that a kind adds, and those of every step that it sets itself. */
export type PartsOf<Own extends StepBase> = Omit<Own, keyof StepBase | 'type'> & Partial<StepBase>;
/** What a kind outside of this folder adds: lists of steps by key, and everything else in `config`. */
export interface StepParts extends Partial<StepBase> {
  readonly config?: unknown;
}

/** What a step takes from around it. */
export interface StepSurroundings {
  readonly defaults: {
    readonly timeout?: number | string;
    readonly retry?: RetrySource;
    readonly provider?: string | readonly string[];
  };
  /** The persona that a name means. */
  personaOf(name: string): string;
  /** What the persona's file says about trying again. */
  retriesOf(persona: string): number | undefined;
  /** The steps of a list under a key of this step. */
  steps(list: readonly JsonObject[] | undefined, key: string): readonly Step[];
}

/** A step whose keys are moved to where they are checked. */
export interface Spelling {
  /** The keys of the step, to change. */
  readonly step: Map<string, Json>;
  readonly path: string;
  /** Where the file has what was moved: `steps[0].params.message` of `steps[0].message`. */
  readonly moved: Map<string, string>;
  readonly report: Report;
}

/** The kind of a type; undefined when nobody has handed one in. */
export function kindOf(kinds: StepKinds, type: unknown): StepKind | undefined {
  return kinds.find((kind) => kind.type === type);
}

/** The kinds that a file may write. */
export function writtenKinds(kinds: StepKinds): readonly (StepKind & { readonly schema: TObject })[] {
  return kinds.flatMap((kind) => (kind.schema === undefined ? [] : [{ ...kind, schema: kind.schema }]));
}

/** Under which key of the file a branch stands. */
export function sourceKey(branch: string): string {
  return branch === 'child' ? 'steps' : `${branch}_steps`;
}

/** The keys of a file's steps that hold steps, each once, with their branch. */
export function listKeys(kinds: StepKinds): ReadonlyMap<string, string> {
  const branches = kinds.flatMap(({ children }) => children?.branches ?? []);
  return new Map(branches.map(({ name }) => [sourceKey(name), name]));
}
