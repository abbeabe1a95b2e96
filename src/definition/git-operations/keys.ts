// Keys that several git operations share. An operation picks those that mean something to it; one of its own stands in its file.
import Type from 'typebox';
import type { PostedAs } from '../../support/index.ts';
import { flag, flagOrText, text, texts, word } from '../source/fragments.ts';

/** The keys, in the order of the language page. */
export const gitKeys = {
  branch: Type.Optional(text('the branch it is about')),
  base: Type.Optional(text('the branch or commit to compare with or start from')),
  message: Type.Optional(text('commit or merge message')),
  title: Type.Optional(text('title of the pull request')),
  body: Type.Optional(text('text of the pull request')),
  draft: Type.Optional(flag('leave the pull request a draft')),
  labels: Type.Optional(texts('labels of the pull request')),
  reviewers: Type.Optional(texts('people and teams asked to review')),
  paths: Type.Optional(texts('globs of files')),
  strategy: Type.Optional(word(['merge', 'rebase', 'squash'], 'how branches come together')),
  merge_strategy: Type.Optional(
    word(['merge', 'rebase', 'squash', 'merge_commit'], 'how the pull request is merged; `merge_commit` is `merge`'),
  ),
  merge: Type.Optional(flag('whether `finalize` also merges; default false')),
  cleanup_branch: Type.Optional(flag('delete the branch after the merge')),
  conflicts: Type.Optional(
    Type.Record(Type.String(), word(['base', 'branch'], 'whose version is taken'), {
      description: 'globs of generated files, and whose version a merge takes where both changed them',
    }),
  ),
  tag: Type.Optional(text('the name of the tag')),
  tag_release: Type.Optional(
    flagOrText(
      'tag the merged commit and make a GitHub release of it, with the text of the pull request as notes; `true`: the patch after the newest `v1.2.3`',
    ),
  ),
  update_changelog: Type.Optional(
    flagOrText(
      'enter the title of the task under "Unreleased" of this file, on the branch, after everything was judged; `true`: `CHANGELOG.md`',
    ),
  ),
  immediate_deploy: Type.Optional(
    flagOrText(
      'make a deployment of the merged commit to this environment, without waiting for its checks; `true`: `production`. Needs the permission `deployments: write`',
    ),
  ),
  notification: Type.Optional(
    flagOrText('comment on the task with this text at the end; `true`: what the step has done'),
  ),
  allow_unverified: Type.Optional(flag('go on although a verdict is missing or against it; the run says so')),
};

type Key = keyof typeof gitKeys;

/** Keys whose texts are templates. */
export const templatedKeys: readonly Key[] = [
  'branch',
  'base',
  'message',
  'title',
  'body',
  'labels',
  'reviewers',
  'paths',
  'tag',
  'tag_release',
  'immediate_deploy',
  'notification',
];

/** Keys that become texts which people read. */
export const postedKeys: Readonly<Partial<Record<Key, PostedAs>>> = {
  message: 'message',
  title: 'line',
  body: 'text',
  notification: 'text',
};

/** Keys that become names in git. */
export const namingKeys: readonly Key[] = ['branch', 'base', 'paths', 'tag'];

/** Keys of operations that finish a pull request. */
export const pullRequestKeys = ['title', 'body', 'labels', 'reviewers', 'base', 'allow_unverified'] as const;
/** Keys of operations that merge it. */
export const mergeKeys = ['merge_strategy', 'cleanup_branch', 'message'] as const;
/** Keys for what can only be done with a commit that is merged. */
export const mergedKeys = ['tag_release', 'immediate_deploy'] as const;
/** Keys for what is done at the end of a run. */
export const endKeys = ['update_changelog', ...mergedKeys, 'notification'] as const;

/** Some of them. */
export function pick<const Names extends readonly Key[]>(...names: Names): Pick<typeof gitKeys, Names[number]> {
  // each name is a key, and no other is picked
  return Object.fromEntries(names.map((name) => [name, gitKeys[name]])) as Pick<typeof gitKeys, Names[number]>;
}
