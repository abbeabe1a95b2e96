// What a repository offers at its default branch: its settings and its workflows, built-in ones included, each checked when it is looked at.
import { checkWorkflow } from '../../definition/index.ts';
import type { DefinitionContext, Finding, Workflow } from '../../definition/index.ts';
import type { Json } from '../../support/index.ts';
import { frozen, hashJson, sha256 } from '../../support/index.ts';
import { createCache } from './file-source.ts';
import type { Cache } from './file-source.ts';
import { knownThings } from './known-names.ts';
import type { NameSources } from './known-names.ts';
import { mergeSettings } from './settings.ts';
import type { EffectiveSettings } from './settings.ts';
import { unreadFiles } from './unread-files.ts';
import type { Candidate, FileSource, OperatorSettings, RepositoryFile } from '../common/types.ts';
import { personasOf } from './workflow-reading.ts';

/** Where a repository keeps its workflows. */
const workflowFolder = '.github/troupe/workflows';

/** What was found. `settingsFindings`: mistakes of the settings file, whose values then do not hold. */
export interface Catalogue {
  readonly settings: RepositoryFile;
  readonly settingsFindings: readonly Finding[];
  readonly candidates: readonly Candidate[];
  readonly personaFindings: readonly Finding[];
  copyOf(personas: readonly string[]): Json;
  /** The copy of the personas that a workflow names. */
  personasFor(workflow: Workflow): Json;
  /** Files under `.github/troupe*` that nothing reads. */
  unread(): Promise<readonly Finding[]>;
}

/** With the settings that hold. */
export interface EffectiveCatalogue extends Catalogue {
  readonly effective: EffectiveSettings;
}

/** A workflow that somebody hands in. `path`: what findings call it. */
export interface GivenWorkflow {
  readonly id: string;
  readonly path: string;
  readonly text: string;
}

/** What loading needs beside the files. */
export interface CatalogueSources extends NameSources {
  readonly builtIn: ReadonlyMap<string, string>;
  /** Workflows that are in no folder: named by their file, or written for one run. They come before those of the repository. */
  readonly given?: readonly GivenWorkflow[];
  /** Workflows checked before: checking a large file takes milliseconds, and most events find the same files. */
  readonly checked?: Cache<Candidate>;
}

/** Reads everything once; what nobody looks at is not checked. */
export async function loadCatalogue(files: FileSource, sources: CatalogueSources): Promise<Catalogue> {
  const [things, own] = await Promise.all([knownThings(files, sources), ownWorkflows(files)]);
  const given = sources.given ?? [];
  const context = await things.contextFor([...given, ...own].map(({ text }) => text));
  const check = checker(context, sources.checked ?? createCache());
  const handedIn = given.map((one) => check({ ...one, blobSha: sha256(one.text), builtIn: false }));
  const found = [handedIn, own.map((one) => check(one)), builtInWorkflows(sources.builtIn, check)];
  const disabled = new Set(things.settings.workflows.disable);
  return {
    settings: things.settings,
    settingsFindings: things.settingsFindings,
    candidates: firstOfEach(found.flat()).filter((one) => handedIn.includes(one) || !disabled.has(one.id)),
    personaFindings: things.personas.findings,
    copyOf: (ids) => things.personas.copyOf(ids),
    personasFor: (workflow) => things.personas.copyOf(personasOf(workflow)),
    unread: () => unreadFiles(files),
  };
}

/** Asks for what a catalogue reads, all at once: for who needs something else first. What cannot be read is told to the one that loads it. */
export async function readAhead(files: FileSource): Promise<void> {
  const read =
    /^\.github\/(?:troupe\.ya?ml|troupe\/(?:workflows\/[^/]+\.ya?ml|personas\/[^/]+\.md)|agents\/[^/]+\.md)$/;
  const folder = files.list('.claude/agents').then(() => undefined);
  const texts = files
    .list('.github')
    .then((found) => Promise.all(found.filter(({ path }) => read.test(path)).map(({ path }) => files.read(path))));
  await Promise.allSettled([folder, texts]);
}

/** The catalogue with the settings that hold for the repository under an operator's. */
export async function effectiveCatalogue(
  files: FileSource,
  sources: CatalogueSources,
  { operator, repository }: { readonly operator: OperatorSettings; readonly repository: string },
): Promise<EffectiveCatalogue> {
  const catalogue = await loadCatalogue(files, sources);
  return { ...catalogue, effective: mergeSettings(operator, catalogue.settings, repository) };
}

/** A repository's own workflow takes the place of a built-in one of its name. */
function firstOfEach(candidates: readonly Candidate[]): readonly Candidate[] {
  const byId = new Map<string, Candidate>();
  for (const candidate of candidates) if (!byId.has(candidate.id)) byId.set(candidate.id, candidate);
  return [...byId.values()];
}

async function ownWorkflows(files: FileSource): Promise<readonly WorkflowText[]> {
  const listed = await files.list(workflowFolder);
  const direct = listed.filter(({ path }) => /^[^/]+\.ya?ml$/.test(path.slice(workflowFolder.length + 1)));
  const texts = await Promise.all(
    direct.map(async ({ path, sha }) => {
      const file = await files.read(path);
      const id = path.slice(workflowFolder.length + 1).replace(/\.ya?ml$/, '');
      return file === undefined ? undefined : { id, path, text: file.text, blobSha: sha, builtIn: false };
    }),
  );
  return texts.filter((one) => one !== undefined).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function builtInWorkflows(builtIn: ReadonlyMap<string, string>, check: Check): Candidate[] {
  return [...builtIn].map(([id, text]) =>
    check({ id, path: `built-in/${id}.yml`, text, blobSha: sha256(text), builtIn: true }),
  );
}

interface WorkflowText {
  readonly id: string;
  readonly path: string;
  readonly text: string;
  readonly blobSha: string;
  readonly builtIn: boolean;
}
type Check = (file: WorkflowText) => Candidate;

/** Checks files in a context; the same file in the same context is checked once. */
function checker(context: DefinitionContext, checked: Cache<Candidate>): Check {
  const { personas, unusablePersonas, providers, variables, skills, environments } = context;
  const scene = hashJson([
    [...(personas ?? [])],
    [...(unusablePersonas ?? [])],
    [...(context.personaFiles ?? [])],
    [...(providers ?? [])],
    ...[variables, skills, environments].map((names) => (names === undefined ? null : [...names])),
    context.environmentsAreAll ?? false,
    context.strict ?? false,
    context.allowAutoMerge ?? false,
  ]);
  return (file) => {
    const key = `${scene} ${file.builtIn} ${file.path} ${file.blobSha}`;
    const known = checked.get(key);
    if (known !== undefined) return known;
    const made = candidate(file, context);
    checked.put(key, made);
    return made;
  };
}

/** Checked when somebody asks for the workflow or what is wrong with it: a start by name asks for one of all. */
function candidate({ text, ...file }: WorkflowText, context: DefinitionContext): Candidate {
  let checked: Pick<Candidate, 'workflow' | 'findings'> | undefined;
  function check(): Pick<Candidate, 'workflow' | 'findings'> {
    const found = checkWorkflow({ id: file.id, file: file.path, text, builtIn: file.builtIn }, context);
    return { findings: found.findings, ...(found.ok ? { workflow: frozen(found.workflow) } : {}) };
  }
  return {
    ...file,
    get workflow() {
      return (checked ??= check()).workflow;
    },
    get findings() {
      return (checked ??= check()).findings;
    },
  };
}
