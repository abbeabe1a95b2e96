// Shapes that the files around a worktree share. Nothing outside of this folder sees them.
import type { GitCall, GitOutput } from './run-git.ts';

/** Runs git for one worktree: its own git directory, its tree as the current folder. */
export type InTree = (call: Omit<GitCall, 'gitDir' | 'workTree'>) => Promise<GitOutput>;
