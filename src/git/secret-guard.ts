// Tells which changed files hold a secret that Troupe knows and that they did not hold before. Names files and nothing of the secret.
import { TroupeError } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { describeRefusals, messages } from './messages.ts';
import { bytesOf, shownName } from './names.ts';
import type { RawName } from './names.ts';
import type { GitCall, GitOutput } from './run-git.ts';
import type { Refusal } from './types.ts';

/** A file as a change makes it, by what git stores. */
export interface ChangedBlob {
  readonly name: RawName;
  /** Nobody had a file of that name before. */
  readonly isNew: boolean;
  /** undefined: the file is gone, or is no blob. */
  readonly after: string | undefined;
  readonly before: readonly string[];
}

/** Where objects are read, and what is looked for. */
export interface SecretSource {
  readonly redactor: Redactor;
  run(call: Pick<GitCall, 'what' | 'args' | 'input'>): Promise<GitOutput>;
}

/** Bytes of objects that are held at once; one that is larger is held alone. */
const mostTogether = 16 * 1024 * 1024;

/** The ids for an entry of a raw difference. */
export function blobOf(mode: string, id: string): string | undefined {
  return mode.startsWith('10') || mode === '120000' ? id : undefined;
}

/** The last mode and id are what the change makes of the file, the others what it was. */
export function changedBlob(row: {
  readonly name: RawName;
  readonly isNew: boolean;
  readonly modes: readonly string[];
  readonly ids: readonly string[];
}): ChangedBlob {
  const blobs = row.modes.map((mode, n) => blobOf(mode, row.ids[n] ?? ''));
  const before = blobs.slice(0, -1).filter((id) => id !== undefined);
  return { name: row.name, isNew: row.isNew, after: blobs.at(-1), before };
}

/** Every file that is refused, of one commit after the other. */
export async function refusedForSecrets(
  source: SecretSource,
  commits: readonly (readonly ChangedBlob[])[],
): Promise<readonly Refusal[]> {
  const { redactor } = source;
  const found = new Map<string, ReadonlySet<number>>();
  const wanted = commits.flat().flatMap(({ after }) => after ?? []);
  await eachBlob(source, wanted, (id, bytes) => void found.set(id, redactor.secretsIn(bytes)));
  const refused: Refusal[] = [];
  for (const changes of commits) {
    for (const change of changes) {
      const { name, isNew, after } = change;
      if (after === undefined) continue;
      const secrets = found.get(after) ?? new Set();
      const isLeak =
        (isNew && holds(redactor, name)) ||
        (secrets.size > 0 && (await isNewIn(source, secrets, beforeOf(change, changes))));
      if (isLeak) refused.push(secretRefusal(redactor, name));
    }
  }
  return refused;
}

/** Whether one of the secrets stands in none of the blobs. */
export async function isNewIn(
  source: SecretSource,
  secrets: ReadonlySet<number>,
  before: readonly string[],
): Promise<boolean> {
  const left = new Set(secrets);
  await eachBlob(source, before, (_, bytes) => {
    for (const known of source.redactor.secretsIn(bytes)) left.delete(known);
  });
  return left.size > 0;
}

/** Whether a name holds a secret. */
export function holds(redactor: Redactor, name: RawName): boolean {
  return redactor.secretsIn(bytesOf(name)).size > 0;
}

/** The refusal of a file; its name without what is secret in it. */
export function secretRefusal(redactor: Redactor, name: RawName): Refusal {
  return { path: holds(redactor, name) ? messages.secretName : shownName(name), reason: 'secret' };
}

/** Throws `git/refused` where a text that is about to be published holds a secret: a message, the name of a branch or a tag. */
export function requireNoSecret(redactor: Redactor, text: string | Uint8Array, what: string): void {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  if (redactor.secretsIn(bytes).size > 0) throw refusal(messages.holdsSecret(what));
}

/** The error for files that hold a secret. */
export function secretError(refused: readonly Refusal[]): TroupeError {
  return refusal(messages.refusedFiles(describeRefusals(refused, 5)));
}

function refusal(message: string): TroupeError {
  return new TroupeError('git/refused', message, { class: 'failed', hint: messages.secretHint });
}

/** What the file held, and what files held that are gone: moving one is nobody's fault. */
function beforeOf({ before }: ChangedBlob, changes: readonly ChangedBlob[]): readonly string[] {
  const gone = changes.filter(({ after }) => after === undefined).flatMap((change) => change.before);
  return [...before, ...gone];
}

/** Reads blobs, a few megabytes at a time. */
export async function eachBlob(
  source: Pick<SecretSource, 'run'>,
  wanted: readonly string[],
  look: (id: string, bytes: Buffer) => void,
): Promise<void> {
  const ids = [...new Set(wanted)];
  if (ids.length === 0) return;
  for (const part of await inParts(source, ids)) {
    const { bytes } = await source.run({
      what: 'read what changed',
      args: ['cat-file', '--batch'],
      input: `${part.join('\n')}\n`,
    });
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(0x0a, at);
      const [id = '', , size = ''] = bytes.toString('latin1', at, end).split(' ');
      const length = Number(size);
      // what was not looked at is not let pass
      if (size === '' || Number.isNaN(length)) throw new TroupeError('git/failed', messages.notRead(id));
      look(id, bytes.subarray(end + 1, end + 1 + length));
      at = end + 1 + length + 1;
    }
  }
}

async function inParts(
  source: Pick<SecretSource, 'run'>,
  ids: readonly string[],
): Promise<readonly (readonly string[])[]> {
  if (ids.length === 1) return [ids];
  const { stdout } = await source.run({
    what: 'measure what changed',
    args: ['cat-file', '--batch-check=%(objectname) %(objectsize)'],
    input: `${ids.join('\n')}\n`,
  });
  const parts: string[][] = [];
  let room = 0;
  for (const row of stdout.split('\n').filter((line) => line !== '')) {
    const [id = '', size = ''] = row.split(' ');
    if (Number(size) > room || parts.length === 0) {
      parts.push([]);
      room = mostTogether;
    }
    parts.at(-1)?.push(id);
    room -= Number(size);
  }
  return parts;
}
