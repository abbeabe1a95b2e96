// What a repository has that its workflows may name: settings, personas, skills, environments. Reads files; starts nothing.
import { defined } from '../../support/index.ts';
import type { DefinitionContext, Finding } from '../../definition/index.ts';
import {
  emptyRepositoryFile,
  otherRepositoryFilePath,
  readRepositoryFile,
  repositoryFilePath,
  variableNames,
} from './repository-file.ts';
import { fileMessages } from '../common/messages.ts';
import type { FileSource, PersonaSource, RepositoryFile } from '../common/types.ts';

/** Where the names are looked for. */
export interface NameSources {
  readonly personas: PersonaSource;
  /** Absent: names of providers are not checked. */
  readonly providers?: ReadonlySet<string>;
  /** Look at the style of workflows as well. Default false. */
  readonly strict?: boolean;
  /** The operator lets this repository be merged into without an approval. Default false. */
  readonly allowAutoMerge?: boolean;
  /** The settings of the owner's `.github` repository, asked only where the repository has none. Absent: nobody knows them. */
  ownersSettings?(): Promise<string | undefined>;
}

/** What was found. `settingsFindings`: mistakes of the settings file, whose values then do not hold. */
export interface KnownThings {
  readonly settings: RepositoryFile;
  readonly settingsFindings: readonly Finding[];
  readonly personas: Awaited<ReturnType<PersonaSource['load']>>;
  /** For the check of workflows with these texts. */
  contextFor(texts: readonly string[]): Promise<DefinitionContext>;
}

/** Reads it. */
export async function knownThings(files: FileSource, sources: NameSources): Promise<KnownThings> {
  const [read, personas] = await Promise.all([settingsOf(files, sources), sources.personas.load(files)]);
  const settings = read.ok ? read.file : emptyRepositoryFile();
  const isAll = read.found || sources.ownersSettings !== undefined;
  return {
    settings,
    settingsFindings: read.findings ?? [],
    personas,
    contextFor: async (texts) => ({
      personas: personas.known,
      ...(personas.personas === undefined ? {} : { personaFiles: namesOf(personas.personas) }),
      ...defined({ unusablePersonas: personas.unusable, providers: sources.providers }),
      ...(read.ok && read.found ? { variables: variableNames(settings) } : {}),
      ...(read.ok ? { environments: new Set(Object.keys(settings.environments)), environmentsAreAll: isAll } : {}),
      ...(await skillsOf(files, texts, personas.personas)),
      allowAutoMerge: sources.allowAutoMerge ?? false,
      ...(sources.strict === true ? { strict: true } : {}),
    }),
  };
}

/** `found`: there is a file, so that what it gives is all there is. */
async function settingsOf(
  files: FileSource,
  sources: NameSources,
): Promise<ReturnType<typeof readRepositoryFile> & { readonly found: boolean }> {
  const [own, other] = await Promise.all([files.read(repositoryFilePath), files.read(otherRepositoryFilePath)]);
  if (own !== undefined && other !== undefined) return { ok: false, findings: [twoFiles()], found: true };
  if (own !== undefined) return { ...readRepositoryFile(own.text, repositoryFilePath), found: true };
  if (other !== undefined) return { ...readRepositoryFile(other.text, otherRepositoryFilePath), found: true };
  const owners = await sources.ownersSettings?.();
  if (owners === undefined) return { ok: true, file: emptyRepositoryFile(), found: false };
  return { ...readRepositoryFile(owners, `.github:${repositoryFilePath}`), found: true };
}

function twoFiles(): Finding {
  return {
    severity: 'error',
    code: 'files/two-settings',
    file: otherRepositoryFilePath,
    path: '',
    line: 1,
    column: 1,
    message: fileMessages.twoSettings(repositoryFilePath, otherRepositoryFilePath),
    hint: fileMessages.keepOne(repositoryFilePath),
  };
}

/** The skills of the repository; nothing where nobody names any: looking for them costs requests. */
async function skillsOf(
  files: FileSource,
  texts: readonly string[],
  personas: DefinitionContext['personaFiles'],
): Promise<Pick<DefinitionContext, 'skills'>> {
  const named = [...(personas?.values() ?? [])].some(({ skills }) => skills.length > 0);
  if (!named && !texts.some((text) => text.includes('skills'))) return {};
  const own = await files.list('.github/troupe/skills');
  const claude = await files.list('.claude/skills');
  const ids = [
    ...own.map(({ path }) => /^\.github\/troupe\/skills\/([^/]+)\.md$/.exec(path)?.[1]),
    ...claude.map(({ path }) => /^\.claude\/skills\/([^/]+)\/SKILL\.md$/.exec(path)?.[1]),
  ];
  return { skills: new Set(ids.filter((id) => id !== undefined)) };
}

/** Only the names: whole files would make the context large. */
function namesOf(personas: NonNullable<DefinitionContext['personaFiles']>): typeof personas {
  return new Map(
    [...personas].map(([id, { profiles, skills, provider, providers }]) => [
      id,
      { profiles, skills, ...defined({ provider, providers }) },
    ]),
  );
}
