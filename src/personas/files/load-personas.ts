// Finds the personas of a repository and the built-in ones. One listing per folder, one read per file; never runs anything.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, toJson, defined } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import type { Finding } from '../../engine/index.ts';
import { fileMessages } from '../model/messages.ts';
import { expressionsIn, isOwnPrompt } from '../prompt/prompt-templates.ts';
import type { Persona } from '../model/types.ts';
import { parsePersona } from './parse-persona.ts';

/** Where the repository's files are read: the default branch at one commit. */
export interface PersonaFiles {
  list(under: string): Promise<readonly { readonly path: string }[]>;
  read(path: string): Promise<{ readonly text: string } | undefined>;
}

/** What the check of a workflow asks of a persona. */
export interface KnownPersona {
  readonly edits: boolean;
  readonly commits?: boolean;
  /** Names in the schema of its outputs; absent: it declares none. */
  readonly outputs?: readonly string[];
  /** Expressions in its prompt that the workflow has to be able to read. */
  readonly reads?: readonly string[];
  /** What its file says about trying again. */
  readonly retries?: number;
}

/** What was found. */
export interface LoadedPersonas {
  /** Ids that a workflow may name. `edits`: it has the tool `edit` or `execute` and so can change files. */
  readonly known: ReadonlyMap<string, KnownPersona>;
  /** Ids whose file cannot be used, with the file: nothing else plays them. */
  readonly unusable: ReadonlyMap<string, string>;
  readonly personas: ReadonlyMap<string, Persona>;
  readonly findings: readonly Finding[];
  /** The copy that a run keeps of the ones it names; `personaOf` reads it. */
  copyOf(ids: readonly string[]): Json;
}

/** Nearest first. Files of other tools are only warned about: their mistakes must not stop workflows that do not name them. */
const places = [
  { folder: '.github/troupe/personas', severity: 'error' },
  { folder: '.github/agents', severity: 'warning' },
  { folder: '.claude/agents', severity: 'warning' },
] as const;

interface PersonaFile {
  readonly id: string;
  readonly path: string;
}

/** All personas by look-up order. `files` undefined: only the built-in ones. */
export async function loadPersonas(files: PersonaFiles | undefined, builtInDir: string): Promise<LoadedPersonas> {
  const personas = new Map<string, Persona>();
  const unusable = new Map<string, string>();
  const findings: Finding[] = [];
  // a file with mistakes hides the ones behind it: another persona under the same name would surprise
  const isTaken = (id: string): boolean => personas.has(id) || unusable.has(id);
  for (const place of places) {
    if (files === undefined) break;
    const found = await personasIn(files, place, isTaken);
    findings.push(...found.findings);
    for (const [id, persona] of found.personas) {
      if (typeof persona === 'string') unusable.set(id, persona);
      else personas.set(id, persona);
    }
  }
  for (const persona of await builtInPersonas(builtInDir)) {
    if (!isTaken(persona.id)) personas.set(persona.id, persona);
  }
  return {
    personas,
    unusable,
    findings,
    known: new Map([...personas.values()].map((persona) => [persona.id, knownPersona(persona)])),
    copyOf: (ids) =>
      toJson(Object.fromEntries(ids.flatMap((id) => (personas.has(id) ? [[id, personas.get(id)]] : [])))),
  };
}

/** The personas of one folder; an id whose file cannot be used stands with its path. */
async function personasIn(
  files: PersonaFiles,
  { folder, severity }: (typeof places)[number],
  isTaken: (id: string) => boolean,
): Promise<{ readonly personas: ReadonlyMap<string, Persona | string>; readonly findings: readonly Finding[] }> {
  const listed = await listPersonaFiles(files, folder);
  const texts = await Promise.all(listed.map((file) => files.read(file.path)));
  const personas = new Map<string, Persona | string>();
  const findings: Finding[] = [];
  const paths = new Map<string, string>();
  for (const [index, file] of listed.entries()) {
    const twin = paths.get(file.id);
    paths.set(file.id, file.path);
    if (twin === undefined && isTaken(file.id)) continue;
    const text = texts[index]?.text;
    const parsed = text === undefined ? undefined : parsePersona({ ...file, text });
    const problems =
      twin !== undefined
        ? [wholeFile(file, 'persona/duplicate', fileMessages.duplicate(file.id, twin))]
        : (parsed?.findings ?? [wholeFile(file, 'persona/unreadable', fileMessages.unreadableFile())]);
    findings.push(...problems.map((one) => (severity === 'warning' ? ({ ...one, severity } as const) : one)));
    // of two files with one id nobody can tell which is meant
    if (!isTaken(file.id))
      personas.set(file.id, twin === undefined && parsed?.ok === true ? parsed.persona : file.path);
  }
  return { personas, findings };
}

function knownPersona(persona: Persona): KnownPersona {
  const properties = persona.outputs?.['properties'];
  const { retries } = persona;
  const reads = isOwnPrompt(persona.source) ? expressionsIn(promptsOf(persona).join('\n')) : [];
  return {
    edits: canChangeFiles(persona),
    ...(canChangeFiles(persona) && !persona.tools.includes('edit') ? { commits: false } : {}),
    ...(isObject(properties) ? { outputs: Object.keys(properties) } : {}),
    ...(reads.length === 0 ? {} : { reads }),
    ...defined({ retries }),
  };
}

function promptsOf({ prompt, profiles }: Persona): readonly string[] {
  return [prompt, ...Object.values(profiles).map(({ append }) => append ?? '')];
}

/** Whether the persona has a tool with which files can change. */
function canChangeFiles(persona: Persona): boolean {
  return persona.tools.includes('edit') || persona.tools.includes('execute');
}

async function listPersonaFiles(files: PersonaFiles, folder: string): Promise<PersonaFile[]> {
  const listed = await files.list(folder);
  return listed.flatMap(({ path }) => {
    const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
    if (name.includes('/') || !/\.md$/i.test(name) || name.toLowerCase() === 'readme.md') return [];
    return [{ id: idOf(name), path: `${folder}/${name}` }];
  });
}

/** Other tools have a second ending: `x.agent.md`, `x.chatmode.md`. */
function idOf(name: string): string {
  return name.replace(/\.md$/i, '').replace(/\.(?:agent|chatmode)$/i, '');
}

function wholeFile(file: PersonaFile, code: string, message: string): Finding {
  return { severity: 'error', code, file: file.path, path: '', line: 1, column: 1, message };
}

const builtIn = new Map<string, Promise<Persona[]>>();

/** Read once: they ship with the program and do not change while it runs, and every event asks for them. */
function builtInPersonas(folder: string): Promise<Persona[]> {
  const known = builtIn.get(folder);
  if (known !== undefined) return known;
  const reading = readBuiltIn(folder);
  builtIn.set(folder, reading);
  reading.catch(() => builtIn.delete(folder));
  return reading;
}

async function readBuiltIn(folder: string): Promise<Persona[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      const parsed = parsePersona({ id: idOf(name), path: name, text, builtIn: true });
      // ours: a test holds every one of them against the check
      if (!parsed.ok) throw new Error(fileMessages.brokenBuiltIn(name, parsed.findings[0]?.message ?? ''));
      return { ...parsed.persona, source: 'built-in' };
    }),
  );
}
