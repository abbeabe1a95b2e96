// The five tool names of Troupe and what other tools call them. Knows no provider.
import { nearest } from '../../support/index.ts';
import type { PersonaTool } from '../types.ts';

const all: readonly PersonaTool[] = ['read', 'search', 'edit', 'execute', 'web'];

const names: Readonly<Record<string, PersonaTool>> = {
  read: 'read',
  notebookread: 'read',
  view: 'read',
  search: 'search',
  grep: 'search',
  glob: 'search',
  edit: 'edit',
  multiedit: 'edit',
  write: 'edit',
  create: 'edit',
  notebookedit: 'edit',
  execute: 'execute',
  shell: 'execute',
  bash: 'execute',
  powershell: 'execute',
  web: 'web',
  websearch: 'web',
  webfetch: 'web',
};

/** Our tools for a `tools:` value. Absent or `*` means all, as in GitHub's agent files. `unknown`: near misses of a name we know. */
export function readTools(value: string | readonly string[] | undefined): {
  readonly tools: readonly PersonaTool[];
  readonly unknown: readonly { readonly name: string; readonly near: string }[];
} {
  if (value === undefined) return { tools: all, unknown: [] };
  const listed = (typeof value === 'string' ? value.split(',') : value).map((name) => name.trim()).filter(Boolean);
  if (listed.includes('*')) return { tools: all, unknown: [] };
  const found = new Set<PersonaTool>();
  const unknown: { name: string; near: string }[] = [];
  for (const name of listed) {
    // `Bash(git diff:*)` limits a tool to some arguments
    const plain = name.replace(/\(.*\)$/, '').toLowerCase();
    const tool = names[plain];
    if (tool !== undefined) found.add(tool);
    // `server/tool` and names of other tools (todo, agent) are theirs to know
    else if (!plain.includes('/')) {
      const near = nearest(plain, all);
      if (near !== undefined) unknown.push({ name, near });
    }
  }
  return { tools: all.filter((tool) => found.has(tool)), unknown };
}
