// Commits that git has told already. A commit never changes under its id, so none is asked for twice; never asks itself.
import type { CommitData } from './shapes.ts';

/** How many are kept. */
const most = 4_000;

const known = new Map<string, CommitData>();

/** A commit by its whole id, when it was told before. */
export function knownCommit(dir: string, sha: string): CommitData | undefined {
  return known.get(keyOf(dir, sha));
}

/** Keeps what git told. */
export function keepCommits(dir: string, commits: readonly CommitData[]): void {
  for (const commit of commits) known.set(keyOf(dir, commit.sha), commit);
  for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - most))) known.delete(oldest);
}

function keyOf(dir: string, sha: string): string {
  return `${dir}\0${sha}`;
}
