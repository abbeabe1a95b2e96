// A persona that asks for files instead of answering: it is asked again with them, so often as it may. Reads the commit that was asked about; writes nothing.
import type { StepOutcome } from '../engine/index.ts';
import { infoRequestsOf } from '../personas/index.ts';
import type { FileForPersona, Persona } from '../personas/index.ts';
import { isObject } from '../support/index.ts';
import type { Json, Sha } from '../support/index.ts';
import type { GitRepository } from '../git/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { Answered } from './common/persona-checkpoint.ts';

/** What was asked for, by request: paths of the repository. A step keeps it with its open request and its answer. */
export type Infos = readonly (readonly string[])[];

/** Of one request: what a prompt has room for. */
const mostFiles = 20;
const mostNames = 500;
const longestPath = 500;

/** What was asked for before this checkpoint. */
export function infosIn(checkpoint: Json | undefined): Infos {
  const infos = isObject(checkpoint) ? checkpoint['infos'] : undefined;
  // the step wrote it: lists of texts
  return Array.isArray(infos) ? (infos as unknown as Infos) : [];
}

/** With what this answer asks for; undefined where it asks for nothing. */
export function infosAfter({ result, infos = [] }: Answered): Infos | undefined {
  if (result.next?.action !== 'info') return undefined;
  return [...infos, (result.next.files ?? []).slice(0, mostFiles)];
}

/** How the step ends where the persona has asked too often; undefined: it may. */
export function askedTooOften(persona: Persona, infos: Infos): StepOutcome | undefined {
  const most = infoRequestsOf(persona);
  if (infos.length <= most) return undefined;
  return {
    kind: 'failed',
    error: {
      class: 'failed',
      code: 'persona/info-requests',
      message: personaStepMessages.askedTooOften(persona.id, most),
      hint: personaStepMessages.askedTooOftenHint(),
    },
  };
}

/** The files as the prompt shows them. A path that ends with `/` stands for the names in that folder. */
export async function filesOf(
  repository: GitRepository,
  commit: Sha,
  infos: Infos,
): Promise<readonly FileForPersona[]> {
  const paths = [...new Set(infos.flat().map(plainPath))];
  return Promise.all(paths.map((path) => fileAt(repository, commit, path)));
}

async function fileAt(repository: GitRepository, commit: Sha, path: string): Promise<FileForPersona> {
  if (!isInside(path)) return { path, problem: 'outside' };
  const text = path === '' || path.endsWith('/') ? undefined : await repository.readFile(commit, path);
  if (text !== undefined) return { path, text };
  const names = await repository.listFiles(commit, path.replace(/\/$/, ''));
  if (names.length === 0) return { path, problem: 'absent' };
  const shown = names.slice(0, mostNames);
  return { path: path === '' ? '/' : path, names: shown, ...(shown.length < names.length ? { of: names.length } : {}) };
}

function plainPath(path: string): string {
  const text = path.trim().slice(0, longestPath + 1);
  return text === '.' || text === './' || text === '/' ? '' : text.replace(/^\.\//, '');
}

/** A path of the repository: nothing of the machine, and nothing of git's own. */
function isInside(path: string): boolean {
  if (path.length > longestPath || path.startsWith('/') || path.includes('\\') || path.includes('\0')) return false;
  return path.split('/').every((part) => part !== '..' && part !== '.' && part.toLowerCase() !== '.git');
}
