// What an agent may not touch, decided from names alone. Reads no disk.
import { agentToolAt } from './agent-paths.ts';
import { isOnTheWay, isTooLong, matchesGlob } from './globs.ts';
import { foldedName, isText, looseText } from './names.ts';
import type { RawName } from './names.ts';
import type { PathPolicy, Refusal } from './types.ts';

/** Why a path was refused. */
export type RefusalReason = Refusal['reason'];

/** Files that grant authority wherever Troupe works. Those that agents obey stand in a table of their own: `agent-files.ts`. */
const alwaysProtected: readonly string[] = [
  '.github/workflows/**',
  '.github/actions/**',
  '.github/troupe*',
  '.github/troupe/**',
  'CODEOWNERS',
];

/** The default policy, with more protected globs of repository and operator. */
export function defaultPathPolicy(more: readonly string[] = []): PathPolicy {
  return { protectedPaths: [...alwaysProtected, ...more], maxFileBytes: 10 * 1024 * 1024, maxFiles: 500 };
}

/** Why the name alone is reason enough to refuse the path; undefined when it is not. A name that exists is nobody's fault. */
export function refusedByName(
  name: RawName,
  policy: PathPolicy,
  { isNew }: { readonly isNew: boolean },
): RefusalReason | undefined {
  const path = looseText(name);
  if (isNew && !isText(name)) return 'bytes';
  if (isNew && /[\p{Cc}\p{Zl}\p{Zp}\ufffd\\\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(path)) return 'name';
  const parts = path.split('/');
  if (path.startsWith('/') || parts.includes('..') || parts.includes('.') || parts.includes('')) return 'outside';
  if (parts.some(isGitName)) return 'git';
  if (isTooLong(path)) return isNew ? 'name' : 'protected';
  if (agentToolAt(path) !== undefined) return 'protected';
  const folded = parts.map(foldedName).join('/');
  for (const one of [path, folded]) {
    if (matchesGlob(one, policy.protectedPaths)) return 'protected';
    // A file or link in the place of `.github` would take all of `.github/workflows` away.
    if (isOnTheWay(one, policy.protectedPaths)) return 'protected';
  }
  return undefined;
}

/** Whether a name means `.git` on any disk: case, trailing dots and spaces, short names, streams, ignorable characters. */
export function isGitName(name: string): boolean {
  const plain = foldedName(name);
  return plain === '.git' || /^git~\d+$/.test(plain);
}

/** Whether a name means `.gitmodules` on any disk: git takes a file of that name, and no link. */
export function isModulesName(name: string): boolean {
  const plain = foldedName(name);
  return plain === '.gitmodules' || /^gi(tmod~\d+|7eba~\d+)$/.test(plain);
}
