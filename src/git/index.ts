// The only place that runs git.
export type * from './types.ts';
export { agentFiles } from './agent-files.ts';
export { createGitStore } from './store.ts';
export { branchNameOf, checkBranchName, checkTagName, existingBranchName, numberedBranch } from './arguments.ts';
export { matchesPath } from './globs.ts';
export { describeRefusals } from './messages.ts';
export { inQuotes } from './names.ts';
export { defaultPathPolicy } from './path-policy.ts';
export { copyRepository, detachedCommit, gitLfsVersion, inspectWorkingCopy, requireGit } from './working-copy.ts';
export type { WorkingCopy } from './working-copy.ts';
export { bundleIn } from './source-bundle.ts';
export { isPackName, packUnpushed } from './unpushed.ts';
