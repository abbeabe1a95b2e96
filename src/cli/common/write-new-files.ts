// Writes files that are not there into a repository: all of them or none. Never overwrites, and never writes outside of it.
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { isObject, TroupeError } from '../../support/index.ts';
import { newFileMessages as say } from './messages-new-files.ts';

/** What became of the files, by their paths. */
export interface NewFiles {
  readonly written: readonly string[];
  /** Were there. */
  readonly kept: readonly string[];
}

/** Writes them below the root. Throws `cli/cannot-write`, and then nothing was written. */
export function writeNewFiles(root: string, files: ReadonlyMap<string, string>): NewFiles {
  const kept: string[] = [];
  const missing: string[] = [];
  for (const path of files.keys()) (isThere(root, path) ? kept : missing).push(path);
  for (const path of missing) requirePlace(root, path);
  const made: string[] = [];
  try {
    for (const path of missing) {
      const file = join(root, path);
      const folder = mkdirSync(dirname(file), { recursive: true });
      if (folder !== undefined) made.push(folder);
      const handle = openSync(file, 'wx');
      made.push(file);
      try {
        writeFileSync(handle, files.get(path) ?? '');
      } finally {
        closeSync(handle);
      }
    }
  } catch (error) {
    for (const one of made.toReversed()) rmSync(one, { recursive: true, force: true });
    const code = isObject(error) ? String(error['code']) : '';
    throw refusal(root, { where: root, code }, error);
  }
  return { written: missing, kept };
}

/** A plain file of that name is there. Throws where anything else is. */
function isThere(root: string, path: string): boolean {
  const file = join(root, path);
  const about = attempt(() => lstatSync(file));
  if (about === undefined) return false;
  const leads = attempt(() => realpathSync(file));
  if (leads === undefined || !isInside(root, leads)) throw refusal(root, { where: file, code: 'link' });
  if (statSync(file).isFile()) return true;
  throw refusal(root, { where: file, code: 'EISDIR' });
}

/** Throws where the folders to it are none, lead out of the repository, or may not be written. */
function requirePlace(root: string, path: string): void {
  let at = root;
  for (const name of dirname(path).split('/')) {
    const next = join(at, name);
    if (attempt(() => lstatSync(next)) === undefined) break;
    const leads = attempt(() => realpathSync(next));
    if (leads === undefined || !isInside(root, leads)) throw refusal(root, { where: next, code: 'link' });
    if (!statSync(next).isDirectory()) throw refusal(root, { where: next, code: 'ENOTDIR' });
    at = next;
  }
  try {
    accessSync(at, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw refusal(root, { where: at, code: isObject(error) ? String(error['code']) : '' }, error);
  }
}

function isInside(root: string, path: string): boolean {
  const real = realpathSync(root);
  return path === real || path.startsWith(real.endsWith(sep) ? real : `${real}${sep}`);
}

function refusal(root: string, { where, code }: { where: string; code: string }, cause?: unknown): TroupeError {
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new TroupeError('cli/cannot-write', say.refused(root, where, code), {
    class: isFull ? 'failed' : 'config',
    hint: say.hint(code),
    cause,
  });
}

function attempt<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
