// What the git operations are, and which keys mean something to each. Data only.
import type { GitOperation } from '../types.ts';

/** An operation as the language knows it. */
export interface OperationInfo {
  readonly keys: readonly string[];
  /** Keys it cannot do without. */
  readonly required?: readonly string[];
  /** Whether it changes the branch or the pull request. */
  readonly writes: boolean;
  readonly about: string;
}

const pullRequestKeys = ['title', 'body', 'labels', 'reviewers', 'base', 'allow_unverified'] as const;
const mergeKeys = ['merge_strategy', 'cleanup_branch', 'message'] as const;
/** What can only be done with a commit that is merged. */
export const mergedKeys = ['tag_release', 'immediate_deploy'] as const;
const endKeys = ['update_changelog', ...mergedKeys, 'notification'] as const;

/** All operations. `finalize` merges only with `merge: true`. */
export const gitOperations: Readonly<Record<GitOperation, OperationInfo>> = {
  'create-branch': {
    keys: ['branch', 'base'],
    writes: true,
    about: 'makes a branch of the run and works on it from now on',
  },
  checkout: { keys: ['branch'], writes: true, about: 'works on an existing branch from now on' },
  commit: { keys: ['message'], writes: true, about: 'commits what a step with `commit: none` left' },
  push: { keys: [], writes: true, about: "publishes the run's commits" },
  pull: { keys: [], writes: true, about: "takes over what others pushed to the run's branch" },
  fetch: { keys: [], writes: false, about: 'brings the copy of the repository up to date' },
  sync: { keys: ['base', 'strategy', 'message', 'conflicts'], writes: true, about: 'brings the base into the branch' },
  merge: { keys: ['branch', 'message', 'conflicts'], writes: true, about: "merges another branch into the run's" },
  rebase: { keys: ['base'], writes: true, about: "puts the run's commits on top of the base" },
  squash: { keys: ['message'], writes: true, about: "makes one commit of the run's commits" },
  tag: { keys: ['tag', 'message'], required: ['tag'], writes: true, about: 'tags the head of the branch' },
  revert: {
    keys: ['base', 'message'],
    required: ['base'],
    writes: true,
    about: 'takes the commit `base` back with a new commit; `"#12"`: what pull request 12 merged',
  },
  reset: { keys: ['base'], writes: true, about: "sets the run's own branch back to a commit" },
  diff: { keys: ['base'], writes: false, about: 'what the branch changes' },
  status: {
    keys: [],
    writes: false,
    about: 'how far the branch and its base are apart, and which verdicts new commits have overtaken (`stale`)',
  },
  'ensure-published': { keys: [], writes: true, about: "publishes the run's commits; nothing when they are there" },
  'verify-diff': {
    keys: ['paths'],
    writes: false,
    about: 'fails when the branch changes nothing, or anything outside `paths`',
  },
  'cleanup-branch': { keys: [], writes: true, about: "deletes the run's own branch" },
  'open-pull-request': {
    keys: [...pullRequestKeys, 'draft'],
    writes: true,
    about: 'writes the final text and marks the pull request ready',
  },
  'merge-pull-request': {
    keys: ['title', ...mergeKeys, 'allow_unverified'],
    writes: true,
    about: 'merges the pull request at the judged commit',
  },
  finalize: {
    keys: [...pullRequestKeys, 'draft', 'merge', ...mergeKeys, ...endKeys],
    writes: true,
    about:
      'finishes the pull request, and with `merge: true` merges it; only what is merged is tagged, released and deployed',
  },
  feature_complete: {
    keys: [...pullRequestKeys, ...mergeKeys, ...endKeys],
    writes: true,
    about: 'finishes the pull request and merges it',
  },
  hotfix_deploy: {
    keys: [...pullRequestKeys, ...mergeKeys, ...endKeys],
    writes: true,
    about: 'finishes the pull request and merges it',
  },
};

/** The operation of a name, for the compiler too. */
export function isGitOperation(name: string): name is GitOperation {
  return Object.hasOwn(gitOperations, name);
}

/** Whether a step with this operation merges the pull request. */
export function merges(operation: string, mergeKey: unknown): boolean {
  if (operation === 'finalize') return mergeKey === true;
  return operation === 'merge-pull-request' || operation === 'feature_complete' || operation === 'hotfix_deploy';
}

/** Keys of git steps that configure the operation, whatever it is. */
export const gitConfigKeys: readonly string[] = [...new Set(Object.values(gitOperations).flatMap(({ keys }) => keys))];
