// A remote with a few files, and worktrees of it as a run opens them: for tests of what an agent may leave in a tree.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createGitStore, defaultPathPolicy } from '../../src/git/index.ts';
import type { GitRepository, GitStore, NewCommit, Worktree, WorktreeRequest } from '../../src/git/index.ts';
import { createRedactor } from '../../src/support/index.ts';
import { makeGitWorld } from './git-world.ts';
import type { GitWorld } from './git-world.ts';

/** Protects `secrets/**` and what is always protected. */
export const policy = defaultPathPolicy(['secrets/**']);

/** What a commit of these tests says. */
export const newCommit: NewCommit = {
  message: 'Work',
  author: { name: 'troupe[bot]', email: 'bot@example.test' },
  trailers: [],
  date: Date.UTC(2026, 10, 20),
};

/** The remote, the store and the repository of one test. */
export interface Worktrees {
  world: GitWorld;
  store: GitStore;
  repository: GitRepository;
  /** Opens the tree of the run at the first commit, unless the request says otherwise. */
  open(request?: Partial<WorktreeRequest>): Promise<Worktree>;
}

/** Makes a new remote for each test of the file and takes it away afterwards. */
export function useWorktrees(): Worktrees {
  const used = {} as Worktrees; // true from the first test on: every field is set before it
  beforeEach(async () => {
    used.world = makeGitWorld({
      'README.md': '# Widgets\n',
      'src/a.js': 'one\n',
      'src/sub/b.js': 'b\n',
      '.gitignore': 'ignored/\n',
      '.github/workflows/ci.yml': 'on: push\n',
      '.claude/settings.json': '{"hooks":{}}\n',
      '.mcp.json': '{}\n',
    });
    used.store = createGitStore({ dir: join(used.world.dir, 'data'), redactor: createRedactor() });
    used.repository = await used.store.open({ key: '42', cloneUrl: used.world.remote });
    used.open = (request = {}) =>
      used.repository.worktree({ run: 'rabcdefghijklmno', name: 'main', at: used.world.first, ...request });
  });
  afterEach(() => used.world.remove());
  return used;
}

/** Writes a file of the tree, and the folders it lies in. */
export function put(tree: Worktree, path: string, text: string): void {
  mkdirSync(dirname(join(tree.path, path)), { recursive: true });
  writeFileSync(join(tree.path, path), text);
}
