// Keeps files with secrets out of what is staged: looks at what lies in a tree before git stores it, and at what git stores of it after. Follows no link.
import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import type { WorktreeFolders } from './checkout.ts';
import { placeOf } from './names.ts';
import type { RawName } from './names.ts';
import type { Guarded, Touched } from './path-guard.ts';
import { blobOf, holds, isNewIn, refusedForSecrets, secretRefusal } from './secret-guard.ts';
import type { SecretSource } from './secret-guard.ts';
import type { Staged } from './staging.ts';
import type { Refusal } from './types.ts';
import { entriesOf } from './zero-point.ts';

type Place = Pick<WorktreeFolders, 'mirror' | 'git' | 'tree' | 'index'>;

/** What passes, and the ids that git gives to what was looked through. A file with a secret never becomes an object. */
export async function withoutSecrets(
  place: Place,
  guarded: Guarded,
): Promise<{ readonly guarded: Guarded; readonly looked: ReadonlySet<string> }> {
  const source = sourceOf(place);
  const gone = guarded.passed.filter(({ kind }) => kind === 'gone').map(({ name }) => name);
  const looked = new Set<string>();
  const refused: Refusal[] = [];
  const passed: Touched[] = [];
  for (const touched of guarded.passed) {
    const { name, kind } = touched;
    const bytes = kind === 'gone' ? undefined : await contentOf(place.tree, name);
    if (bytes !== undefined) looked.add(idOf(bytes));
    const secrets = source.redactor.secretsIn(bytes ?? Buffer.alloc(0));
    const isLeak =
      (kind === 'new' && holds(source.redactor, name)) ||
      (secrets.size > 0 && (await isNewIn(source, secrets, await blobsAt(place, [name, ...gone]))));
    if (isLeak) refused.push(secretRefusal(source.redactor, name));
    else passed.push(touched);
  }
  return { guarded: { ...guarded, passed, refused: [...guarded.refused, ...refused] }, looked };
}

/** What git stores otherwise than it lay there, and what changed in between. */
export async function refusedAsStored(
  place: Place,
  staged: Staged,
  looked: ReadonlySet<string>,
): Promise<readonly Refusal[]> {
  if ([...staged].every(([, { mode, id }]) => blobOf(mode, id) === undefined || looked.has(id))) return [];
  const changes = [...staged].map(([name, { mode, id, before }]) => ({
    name,
    isNew: before === undefined,
    after: blobOf(mode, id),
    before: before === undefined ? [] : [before],
  }));
  return refusedForSecrets(sourceOf(place), [changes]);
}

function sourceOf({ mirror, git }: Place): SecretSource {
  return { redactor: mirror.redactor, run: git };
}

async function blobsAt({ git, index }: Place, names: readonly RawName[]): Promise<readonly string[]> {
  const entries = await entriesOf(git, index);
  return names.flatMap((name) => {
    const { mode = '', id = '' } = entries.get(name) ?? {};
    return blobOf(mode, id) ?? [];
  });
}

/** The file, or where the link leads. The guard has measured it. */
async function contentOf(tree: string, name: RawName): Promise<Buffer | undefined> {
  const path = placeOf(tree, name);
  const stat = await lstat(path).catch(() => undefined);
  if (stat?.isSymbolicLink() === true) return readlink(path, 'buffer');
  return stat?.isFile() === true ? readFile(path) : undefined;
}

function idOf(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
