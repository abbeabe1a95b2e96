// Reads and writes the bare repositories, the only truth for refs, commits, trees and files. Keeps in memory only what cannot change.
export { commitFiles, createBare, fetchFrom } from './bare.ts';
export { changedFiles, filePatch, listTree, objectType, readBlob, writeBlob } from './files.ts';
export { gitOnce } from './git-once.ts';
export { git, startGit } from './git-process.ts';
export { commitTree, countCommits, isAncestor, log, mergeBase, mergeTrees, readCommit } from './history.ts';
export { isRefName, listRefs, resolveCommit, resolveRef, updateRef } from './refs.ts';
export { zeroSha } from './shapes.ts';
export type { CommitData, FileChange, Signature, TreeEntry } from './shapes.ts';
