// Every sentence of this folder that a person can read.
import { quotedName } from '../support/index.ts';
import { agentToolAt } from './agent-paths.ts';
import { inQuotes, unquoted } from './names.ts';
import type { Refusal } from './types.ts';

/** The oldest git that can do what Troupe asks of it: merges without a work tree. */
export const oldestGit = [2, 38] as const;

const hints: Readonly<Record<string, string>> = {
  'git/stale': 'Somebody else pushed to the branch. Fetch it, look at their commits, then run the step again.',
  'git/auth': 'Check the write access to contents: of the App on the repository, or under `permissions:` of the job.',
  'git/not-found': 'Check that the repository and the ref exist and that the App may see them.',
  'git/mirror': 'The copy of the repository on this machine is made again. Where it lasts, check the disk.',
  'git/network': 'It is tried again. When it lasts, check the network and githubstatus.com.',
  'git/refused': 'The repository does not accept this. Check branch protection and rules.',
  'git/conflict': 'Resolve the conflict by hand in these files, then run the step again.',
  'git/changes':
    'Ask again: what is sent must be a patch (`git format-patch`, `git diff --binary`) or a bundle (`git bundle create`) on top of the commit that the request names.',
  'git/missing': `Install git ${oldestGit.join('.')} or newer (\`sudo apt-get install git\`, or your system's way). It is looked for where systems keep it, in /usr/bin, /usr/local/bin and /opt/homebrew/bin.`,
  'git/failed': 'Look at the log for what git printed.',
};

/** The sentences. */
export const messages = {
  failed: (what: string, reason: string): string => `Cannot ${what}: ${reason}`,
  missing: 'git is not installed',
  damaged: 'the copy of the repository on this machine is damaged',
  madeAgain:
    'The copy of a repository is damaged or gone: it is made again. What was committed and neither pushed nor kept by a checkpoint may be lost',
  tooOld: (version: string): string => `Cannot work with git ${version}: it is too old`,
  tooOldHint: `Install git ${oldestGit.join('.')} or newer: merges without a work tree need it.`,
  hint: (code: string): string => hints[code] ?? hints['git/failed'] ?? '',
  obeyedThrough: (link: string): string => `agents obey it as ${inQuotes(link)}, which leads there`,
  badGlob: (glob: string | undefined, problem: string): string =>
    glob === undefined
      ? `Cannot use these globs: the list ${problem}`
      : `Cannot use the glob ${quotedName(glob)}: it ${problem}`,
  badGlobHint: 'Write shorter globs, or several of them, where the workflow or `.github/troupe.yml` names these files.',
  badRef: (name: string, reason: string): string => `Cannot use "${name}" as a ref name: ${reason}`,
  stale: 'somebody else pushed to it meanwhile',
  inTheWay: (name: string, other: string, remote: string): string =>
    `Cannot make branch ${quotedName(name)} on ${remote}: the branch ${quotedName(other)} stands in its way`,
  inTheWayHint: (other: string): string =>
    `A branch cannot be a folder of branches as well. Rename or delete ${quotedName(other)}, or give the workflow another \`branch.name\`; then start again.`,
  sisterHint: (other: string): string =>
    `This server does not tell capitals apart. Rename or delete ${quotedName(other)}, or give the workflow another \`branch.name\`; then start again.`,
  refusedFor: {
    secret:
      'The server found a secret in the change. Take it out (and renew it), then run the step again; a false alarm is allowed by a person at the address in those lines.',
    lfs: 'A file of Git LFS came without its content. Let a person push it, let the operator allow the filter (`git.filters: [lfs]` in the server file), or keep that file out of the change.',
    size: 'A file is larger than the server takes. Keep it out of the change (`.gitignore` helps), then run the step again.',
    signature:
      'The repository wants signed commits, and those of Troupe are not signed. Let its App bypass the rule for its branches (Settings → Rules → Bypass list), or leave its branches out of the rule.',
    workflows:
      'Files under .github/workflows need one more permission. Grant the App “Workflows: write”, or let a person make that change.',
    message:
      'The repository has a pattern for commit messages. Give the step a `message` that fits it, or leave the branches of Troupe out of the rule.',
    email:
      'The repository has a rule for addresses of authors. Let the App bypass it (Settings → Rules → Bypass list), or leave the branches of Troupe out of the rule.',
    path: 'The repository forbids such files. Keep them out of the change, then run the step again.',
    branchName:
      'The repository has a rule for names of branches. Give the workflow a `branch.name` that fits it, or let the App bypass the rule (Settings → Rules → Bypass list).',
    protected:
      'The branch is protected, and Troupe never goes around that. Leave its branches out of the protection, or give the workflow another `branch.name`.',
    history:
      'The repository does not let this branch be deleted or rewritten. Let the App bypass the rule for its branches, or do it by hand.',
    rule: 'A rule of the repository forbids it. Change what the lines above name, or let the App bypass the rule (Settings → Rules → Bypass list); then run the step again.',
    hook: 'A hook of the server forbids it. Change what its lines above name, then run the step again.',
  },
  badRefHint: 'Use letters, digits, "-", "_", "." and "/".',
  noRefHint: 'Correct the name: no branch can be called that (`git check-ref-format --branch` says the same).',
  /** Behind `Cannot work in <folder>: `. */
  unusable: {
    none: { what: 'it is not in a git working copy', hint: 'Go to a repository with at least one commit.' },
    noCommit: {
      what: 'the repository has no commit yet',
      hint: "Make the first one: `git commit --allow-empty -m 'Start'`.",
    },
    bare: {
      what: 'it is a bare repository, without files to work on',
      hint: 'Make a working copy of it (`git clone` or `git worktree add`) and go there.',
    },
    gitDir: { what: 'it is the inside of a `.git` folder', hint: 'Go to the folder around it.' },
    otherFormat: {
      what: 'its objects are named by SHA-256, which neither Troupe nor GitHub reads',
      hint: 'Work in a repository with the usual object format (`git init --object-format=sha1`).',
    },
    otherOwner: {
      what: 'it belongs to another user of this machine, and git trusts no such repository',
      hint: 'Run as its owner, or make it yours (`chown`); `safe.directory` is a setting that Troupe does not read.',
    },
  },
  badUrl: (reason: string): string => `Cannot use the clone URL: ${reason}`,
  badPath: (path: string): string => `Cannot use "${path}" as a path in the repository: it leads outside`,
  refusedFiles: (files: string): string => `Cannot commit: ${files}`,
  nameOfFile: 'the name of a file',
  nameOfBranch: 'the name of the branch',
  nameOfTag: 'the tag or its message',
  aState: 'the state of a run',
  shallow: 'this copy of the repository has a part of the history only',
  shallowHint: 'Fetch the rest: `git fetch --unshallow`.',
  aMessage: 'the message or the author of a commit',
  secretName: 'a file whose name is a secret',
  holdsSecret: (what: string): string => `Cannot publish: ${what} holds a secret that Troupe knows`,
  secretHint:
    'Nothing was pushed. Take the secret out of the change, and renew it if somebody else may have read it; then run the step again.',
  notRead: (id: string): string => `Cannot look through what changed: git does not have ${inQuotes(id)}`,
  changedMeanwhile: 'Cannot commit: the files changed while they were being staged',
  submodule: {
    unreadable: 'names the submodules, and git cannot read it',
    gone: 'is a submodule whose folder is gone while .gitmodules still names it: remove both, or neither',
    stillThere:
      'is a submodule that .gitmodules names no more while its repository is still there: remove both, or neither',
    moved: 'is a submodule that stands on another commit: a person has to change that, after pushing the commit',
    filled: 'is a submodule and holds files that cannot be committed here',
    added: 'is named as a new submodule in .gitmodules: a person has to add it',
  },
  changes: {
    cannot: (reason: string): string => `Cannot take in the changes that were sent: ${reason}`,
    noPatch: 'they are no patch that git can read',
    noBundle: 'they are no bundle that git can read',
    badBundle: (reason: string): string => `git refuses the bundle: ${reason}`,
    manyTips: (count: number): string =>
      `the bundle names ${count} commits and does not say which one is meant (its \`HEAD\` would)`,
    manyObjects: (count: number, most: number): string =>
      `the bundle holds ${count} objects, more than ${most} that are allowed`,
    tooLarge: (bytes: number, most: number): string => `they take ${bytes} bytes, more than ${most} that are allowed`,
    largerThan: (most: number): string => `they take more than ${most} bytes that are allowed`,
    noBase: (base: string): string => `they were made on ${base}, which is not known here`,
    lacksBase: (base: string): string => `the bundle needs commits that ${base} does not have`,
    notOnBase: (tip: string, base: string): string => `the bundle's commit ${tip} is not on top of ${base}`,
    notApplied: (reason: string): string => `they do not apply: ${reason}`,
    conflict: (files: readonly string[]): string =>
      `they were made on another commit and conflict with this one in ${files.slice(0, 10).map(inQuotes).join(', ')}${files.length > 10 ? ` and ${files.length - 10} more` : ''}`,
    changedHere: 'files were changed here as well, so nobody can tell which are meant',
    submodule: 'is a submodule: a person has to change that',
  },
  quota: (quota: number): string => `Mirrors are over their quota of ${quota} bytes; the oldest unused one is removed`,
};

/** Paths that may not be committed, each with the reason: what a person has to know to mend it. */
export function describeRefusals(refused: readonly Refusal[], most: number): string {
  const named = refused
    .slice(0, most)
    .map(({ path, reason, detail = '' }) => `${inQuotes(path)} ${reasons[reason](detail, path)}`);
  const more = refused.length > named.length ? [`and ${refused.length - named.length} more`] : [];
  return [...named, ...more].join('; ');
}

const reasons: Readonly<Record<Refusal['reason'], (detail: string, path: string) => string>> = {
  outside: () => 'lies outside the worktree',
  link: () => 'goes through a link that leads outside or nowhere',
  git: () => "belongs to git's own files, or is a repository of its own",
  protected: (detail, path) => `is protected: ${detail === '' ? whyProtected(path) : detail}`,
  'too-large': () => 'is larger than allowed',
  'too-many': () => 'is one of more files than allowed',
  name: () => 'has a name with control or invisible characters or a backslash',
  bytes: () => 'has a name that is not UTF-8',
  special: () => 'is neither a file, a folder nor a link',
  filter: (filter) =>
    `is under the filter ${inQuotes(filter)}, which is not run here: it would be committed unfiltered`,
  pointer: () => 'is a pointer of Git LFS to content that is not here',
  encoding: (encoding) => `cannot be stored as ${inQuotes(encoding)}, the encoding that .gitattributes gives it`,
  submodule: (detail) => detail,
  secret: () =>
    'holds a secret that Troupe knows (a key, a token or a log-in): take it out, and name its variable instead',
};

function whyProtected(path: string): string {
  const tool = agentToolAt(unquoted(path));
  return tool === undefined ? 'it decides what runs or who may do what' : `agents obey it (${tool})`;
}
