// What validation may know of the world around a file: kinds of step, personas, providers, settings. Shapes only.
import type { StepKinds } from './step-kind.ts';

/** What the file of a persona names. */
export interface PersonaNames {
  /** Its named variants, with the provider that one asks for. */
  readonly profiles: Readonly<Record<string, { readonly provider?: string }>>;
  /** The skills that it adds to every prompt. */
  readonly skills: readonly string[];
  readonly provider?: string;
  /** The whole list, where it names several. */
  readonly providers?: readonly string[];
}

/** What validation knows of the world around the file. */
export interface DefinitionContext {
  /** The kinds of step that a file may write; absent: those that come with Troupe. */
  readonly kinds?: StepKinds;
  /** Known personas by id; `edits`: it has the tool `edit` or `execute` and so can change files. Undefined: not checked. */
  readonly personas?: ReadonlyMap<
    string,
    {
      readonly edits: boolean;
      /** It has the tool `edit`: what it changes is committed. Absent: as `edits` says. */
      readonly commits?: boolean;
      /** Names in the JSON Schema of its outputs; undefined: it declares none. */
      readonly outputs?: readonly string[];
      /** Expressions in its prompt. */
      readonly reads?: readonly string[];
      /** How often its steps are tried again where neither step nor defaults say it. */
      readonly retries?: number;
    }
  >;
  /** What the files of personas bring with them, by id; undefined: not checked. */
  readonly personaFiles?: ReadonlyMap<string, PersonaNames>;
  /** Personas whose file has mistakes, with the file: nothing else plays them. */
  readonly unusablePersonas?: ReadonlyMap<string, string>;
  /** Known providers; undefined: not checked. */
  readonly providers?: ReadonlySet<string>;
  /** Look at the style as well. Default false. */
  readonly strict?: boolean;
  /** Skill files that are there; undefined: not checked. */
  readonly skills?: ReadonlySet<string>;
  /** Environments of the repository's settings; undefined: not checked. */
  readonly environments?: ReadonlySet<string>;
  /** Whether there can be no others; otherwise settings that nobody sees here may have some. Default false. */
  readonly environmentsAreAll?: boolean;
  /** Variables that the repository's settings and environments give; undefined: not known. */
  readonly variables?: ReadonlySet<string>;
  /** The operator lets this repository be merged into without an approval (decision 6). Default false. */
  readonly allowAutoMerge?: boolean;
}
