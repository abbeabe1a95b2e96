// Every sentence of this folder that a person can read.

const hints: Readonly<Record<string, string>> = {
  'git/stale': 'Somebody else pushed to the branch. Fetch it, look at their commits, then run the step again.',
  'git/auth': 'Check the write access to contents: of the App on the repository, or under `permissions:` of the job.',
  'git/not-found': 'Check that the repository and the ref exist and that the App may see them.',
  'git/network': 'It is tried again. When it lasts, check the network and githubstatus.com.',
  'git/refused': 'The repository does not accept this. Check branch protection and rules.',
  'git/conflict': 'Resolve the conflict by hand in these files, then run the step again.',
  'git/failed': 'Look at the log for what git printed.',
};

/** The sentences. */
export const messages = {
  failed: (what: string, reason: string): string => `Cannot ${what}: ${reason}`,
  hint: (code: string): string => hints[code] ?? hints['git/failed'] ?? '',
  badRef: (name: string, reason: string): string => `Cannot use "${name}" as a ref name: ${reason}`,
  badRefHint: 'Use letters, digits, "-", "_", "." and "/".',
  noRefHint: 'Correct the name: no branch can be called that (`git check-ref-format --branch` says the same).',
  noWorkingCopy: (path: string): string =>
    `Cannot work in ${path}: it is not a git working copy with a commit and a branch`,
  noWorkingCopyHint: 'Go to a repository with at least one commit, on a branch (not a detached HEAD).',
  badUrl: (reason: string): string => `Cannot use the clone URL: ${reason}`,
  badPath: (path: string): string => `Cannot use "${path}" as a path in the repository: it leads outside`,
  refusedFiles: (files: readonly string[]): string => `Cannot commit: ${files.join('; ')}`,
  refusedReason: (reason: string): string => reasons[reason] ?? reason,
  changedMeanwhile: 'Cannot commit: the files changed while they were being staged',
  quota: (quota: number): string => `Mirrors are over their quota of ${quota} bytes; the oldest unused one is removed`,
};

const reasons: Readonly<Record<string, string>> = {
  outside: 'lies outside the worktree',
  link: 'is or goes through a link that leads outside or nowhere',
  git: 'belongs to git itself',
  protected: 'is protected',
  'too-large': 'is larger than allowed',
  'too-many': 'is one of more files than allowed',
  name: 'has a name with control characters',
};
