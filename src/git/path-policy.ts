// What an agent may not touch, decided from names alone. Reads no disk.
import { withoutEnd } from '../support/index.ts';
import { isOnTheWay, isTooLong, matchesGlob } from './globs.ts';
import { isText, looseText } from './names.ts';
import type { RawName } from './names.ts';
import type { PathPolicy, Refusal } from './types.ts';

/** Why a path was refused. */
export type RefusalReason = Refusal['reason'];

/** Files that make agents run something or that grant authority, wherever Troupe works. */
const alwaysProtected: readonly string[] = [
  '.github/workflows/**',
  '.github/actions/**',
  '.github/troupe*',
  '.github/troupe/**',
  '.github/agents/**',
  '.github/hooks/**',
  '.github/copilot-instructions.md',
  'CODEOWNERS',
  '.claude/**',
  '.codex/**',
  '.opencode/**',
  '.gemini/**',
  '.grok/**',
  '.qwen/**',
  '.cursor/**',
  '.mcp.json',
  'opencode.json',
  'opencode.jsonc',
  'AGENTS.md',
  'CLAUDE.md',
  'GEMINI.md',
];

/** What agents obey before any prompt: configuration that runs code, and notes that they take for orders. Masked for untrusted refs. */
export const agentConfiguration: readonly string[] = [
  '.claude',
  '.codex',
  '.opencode',
  '.gemini',
  '.grok',
  '.qwen',
  '.cursor',
  '.github/hooks/**',
  '.vscode/mcp.json',
  '.mcp.json',
  // agents read it as their own: it would name another address for their model, and the key would go there
  '.env',
  'opencode.json',
  'opencode.jsonc',
  'AGENTS.md',
  'AGENTS.override.md',
  'CLAUDE.md',
  'CLAUDE.local.md',
  'GEMINI.md',
  'QWEN.md',
  '.github/copilot-instructions.md',
  '.github/instructions/**',
  '.clinerules',
  '.cursorrules',
  '.windsurfrules',
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
  if (matchesGlob(path, policy.protectedPaths)) return 'protected';
  // A file or link in the place of `.github` would take all of `.github/workflows` away.
  if (isOnTheWay(path, policy.protectedPaths)) return 'protected';
  return undefined;
}

/** Whether a name means `.git` on any disk: case, trailing dots and spaces, short names, streams, ignorable characters. */
export function isGitName(name: string): boolean {
  const plain = plainOf(name);
  return plain === '.git' || /^git~\d+$/.test(plain);
}

/** Whether a name means `.gitmodules` on any disk: git takes a file of that name, and no link. */
export function isModulesName(name: string): boolean {
  const plain = plainOf(name);
  return plain === '.gitmodules' || /^gi(tmod~\d+|7eba~\d+)$/.test(plain);
}

function plainOf(name: string): string {
  const [plain = ''] = name
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .split(':', 1);
  return withoutEnd(plain, '. ');
}
