// Finds the personas of a repository and the built-in ones. One listing per folder, one read per file; never runs anything.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, toJson } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import type { Finding } from '../../engine/index.ts';
import { fileMessages } from '../messages.ts';
import type { Persona } from '../types.ts';
import { parsePersona } from './parse-persona.ts';

/** Where the repository's files are read: the default branch at one commit. */
export interface PersonaFiles {
  list(under: string): Promise<readonly { readonly path: string }[]>;
  read(path: string): Promise<{ readonly text: string } | undefined>;
}

/** What the check of a workflow asks of a persona. */
export interface KnownPersona {
  readonly edits: boolean;
  /** Names in the schema of its outputs; absent: it declares none. */
  readonly outputs?: readonly string[];
  /** What its file says about trying again. */
  readonly retries?: number;
}

/** What was found. */
export interface LoadedPersonas {
  /** Ids that a workflow may name. `edits`: it has the tool `edit` or `execute` and so can change files. */
  readonly known: ReadonlyMap<string, KnownPersona>;
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
  const taken = new Set<string>();
  const findings: Finding[] = [];
  for (const place of places) {
    if (files === undefined) break;
    const listed = await listPersonaFiles(files, place.folder);
    const texts = await Promise.all(listed.map((file) => files.read(file.path)));
    const here = new Map<string, string>();
    for (const [index, file] of listed.entries()) {
      const text = texts[index]?.text;
      if (text === undefined) continue;
      const twin = here.get(file.id);
      if (twin !== undefined) {
        findings.push(duplicate(file, twin, place.severity));
        continue;
      }
      here.set(file.id, file.path);
      if (taken.has(file.id)) continue;
      const parsed = parsePersona({ ...file, text });
      findings.push(
        ...parsed.findings.map(
          (finding) => ({ ...finding, severity: place.severity === 'warning' ? 'warning' : finding.severity }) as const,
        ),
      );
      if (parsed.ok) personas.set(file.id, parsed.persona);
    }
    // a file with mistakes hides the ones behind it: another persona under the same name would surprise
    for (const id of here.keys()) taken.add(id);
  }
  for (const persona of await builtInPersonas(builtInDir)) {
    if (!taken.has(persona.id)) personas.set(persona.id, persona);
  }
  return {
    personas,
    findings,
    known: new Map([...personas.values()].map((persona) => [persona.id, knownPersona(persona)])),
    copyOf: (ids) =>
      toJson(Object.fromEntries(ids.flatMap((id) => (personas.has(id) ? [[id, personas.get(id)]] : [])))),
  };
}

function knownPersona(persona: Persona): KnownPersona {
  const properties = persona.outputs?.['properties'];
  const { retries } = persona;
  return {
    edits: canChangeFiles(persona),
    ...(isObject(properties) ? { outputs: Object.keys(properties) } : {}),
    ...(retries === undefined ? {} : { retries }),
  };
}

/** Whether the persona has a tool with which files can change. */
function canChangeFiles(persona: Persona): boolean {
  return persona.tools.includes('edit') || persona.tools.includes('execute');
}

async function listPersonaFiles(files: PersonaFiles, folder: string): Promise<PersonaFile[]> {
  const listed = await files.list(folder);
  return listed.flatMap(({ path }) => {
    const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
    if (name.includes('/') || !name.endsWith('.md') || name.toLowerCase() === 'readme.md') return [];
    return [{ id: idOf(name), path: `${folder}/${name}` }];
  });
}

/** GitHub's own endings first: `x.agent.md`. */
function idOf(name: string): string {
  return name.replace(/\.md$/, '').replace(/\.agent$/, '');
}

function duplicate(file: PersonaFile, twin: string, severity: Finding['severity']): Finding {
  return {
    severity,
    code: 'persona/duplicate',
    file: file.path,
    path: '',
    line: 1,
    column: 1,
    message: fileMessages.duplicate(file.id, twin),
  };
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
      const parsed = parsePersona({ id: idOf(name), path: name, text: await readFile(join(folder, name), 'utf8') });
      // ours: a test holds every one of them against the check
      if (!parsed.ok) throw new Error(fileMessages.brokenBuiltIn(name, parsed.findings[0]?.message ?? ''));
      return { ...parsed.persona, source: 'built-in' };
    }),
  );
}
