// What a repository offers at its default branch: its settings and its workflows, built-in ones included, all checked.
import { checkWorkflow } from '../definition/index.ts';
import type { DefinitionContext, Finding } from '../definition/index.ts';
import type { Json } from '../support/index.ts';
import { frozen, hashJson, sha256 } from '../support/index.ts';
import { createCache } from './file-source.ts';
import type { Cache } from './file-source.ts';
import { emptyRepositoryFile, readRepositoryFile, repositoryFilePath, variableNames } from './repository-file.ts';
import type { Candidate, FileSource, PersonaSource, RepositoryFile } from './types.ts';

/** Where a repository keeps its workflows. */
const workflowFolder = '.github/troupe/workflows';

/** What was found. `settingsFindings`: mistakes of the settings file, whose values then do not hold. */
export interface Catalogue {
  readonly settings: RepositoryFile;
  readonly settingsFindings: readonly Finding[];
  readonly candidates: readonly Candidate[];
  readonly personaFindings: readonly Finding[];
  copyOf(personas: readonly string[]): Json;
}

/** A workflow that somebody hands in. `path`: what findings call it. */
export interface GivenWorkflow {
  readonly id: string;
  readonly path: string;
  readonly text: string;
}

/** What loading needs beside the files. */
export interface CatalogueSources {
  readonly personas: PersonaSource;
  /** Absent: names of providers are not checked. */
  readonly providers?: ReadonlySet<string>;
  readonly builtIn: ReadonlyMap<string, string>;
  /** The operator lets this repository be merged into without an approval. Default false. */
  readonly allowAutoMerge?: boolean;
  /** The settings of the owner's `.github` repository, asked only where the repository has no file of its own. */
  ownersSettings?(): Promise<string | undefined>;
  /** Workflows that are in no folder: named by their file, or written for one run. They come before those of the repository. */
  readonly given?: readonly GivenWorkflow[];
  /** Workflows checked before: checking a large file takes milliseconds, and most events find the same files. */
  readonly checked?: Cache<Candidate>;
}

/** Reads and checks everything once. */
export async function loadCatalogue(files: FileSource, sources: CatalogueSources): Promise<Catalogue> {
  const read = await settingsOf(files, sources);
  const settings = read.ok ? read.file : emptyRepositoryFile();
  const personas = await sources.personas.load(files);
  const known: DefinitionContext = {
    personas: personas.known,
    ...(personas.unusable === undefined ? {} : { unusablePersonas: personas.unusable }),
    ...(sources.providers === undefined ? {} : { providers: sources.providers }),
    ...(read.ok && read.found ? { variables: variableNames(settings) } : {}),
    allowAutoMerge: sources.allowAutoMerge ?? false,
  };
  const check = checker(known, sources.checked ?? createCache());
  const given = (sources.given ?? []).map((one) => check({ ...one, blobSha: sha256(one.text), builtIn: false }));
  const found = [given, await ownWorkflows(files, check), builtInWorkflows(sources.builtIn, check)];
  const disabled = new Set(settings.workflows.disable);
  return {
    settings,
    settingsFindings: read.findings ?? [],
    candidates: firstOfEach(found.flat()).filter((one) => given.includes(one) || !disabled.has(one.id)),
    personaFindings: personas.findings,
    copyOf: (ids) => personas.copyOf(ids),
  };
}

/** A repository's own workflow takes the place of a built-in one of its name. */
function firstOfEach(candidates: readonly Candidate[]): readonly Candidate[] {
  const byId = new Map<string, Candidate>();
  for (const candidate of candidates) if (!byId.has(candidate.id)) byId.set(candidate.id, candidate);
  return [...byId.values()];
}

/** `found`: there is a file, so that the variables it gives are all there are. */
async function settingsOf(
  files: FileSource,
  sources: CatalogueSources,
): Promise<ReturnType<typeof readRepositoryFile> & { readonly found: boolean }> {
  const own = await files.read(repositoryFilePath);
  if (own !== undefined) return { ...readRepositoryFile(own.text, repositoryFilePath), found: true };
  const owners = await sources.ownersSettings?.();
  if (owners === undefined) return { ok: true, file: emptyRepositoryFile(), found: false };
  return { ...readRepositoryFile(owners, `.github:${repositoryFilePath}`), found: true };
}

async function ownWorkflows(files: FileSource, check: Check): Promise<Candidate[]> {
  const listed = await files.list(workflowFolder);
  const direct = listed.filter(({ path }) => /^[^/]+\.ya?ml$/.test(path.slice(workflowFolder.length + 1)));
  const candidates = await Promise.all(
    direct.map(async ({ path, sha }) => {
      const file = await files.read(path);
      const id = path.slice(workflowFolder.length + 1).replace(/\.ya?ml$/, '');
      return file === undefined ? undefined : check({ id, path, text: file.text, blobSha: sha, builtIn: false });
    }),
  );
  return candidates.filter((one) => one !== undefined).toSorted((a, b) => (a.path < b.path ? -1 : 1));
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
  const { personas, unusablePersonas, providers, variables, allowAutoMerge } = context;
  const world = hashJson([
    [...(personas ?? [])],
    [...(unusablePersonas ?? [])],
    [...(providers ?? [])],
    variables === undefined ? null : [...variables],
    allowAutoMerge,
  ]);
  return (file) => {
    const key = `${world} ${file.builtIn} ${file.path} ${file.blobSha}`;
    const known = checked.get(key);
    if (known !== undefined) return known;
    const made = candidate(file, context);
    checked.put(key, made);
    return made;
  };
}

function candidate(file: WorkflowText, context: DefinitionContext): Candidate {
  const checked = checkWorkflow({ id: file.id, file: file.path, text: file.text, builtIn: file.builtIn }, context);
  return {
    id: file.id,
    path: file.path,
    blobSha: file.blobSha,
    builtIn: file.builtIn,
    findings: checked.findings,
    ...(checked.ok ? { workflow: frozen(checked.workflow) } : {}),
  };
}
