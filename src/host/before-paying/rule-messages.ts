// What is said of permissions and rules that stand against a run, and what is to be done about each. Sentences without their full stop. Pure text.
import type { RunSpec } from '../../engine/index.ts';
import { codeSpan, oneLine, quotedName } from '../../support/index.ts';
import type { Hindrance } from './types.ts';

type Host = RunSpec['host'];
type Parameters = Readonly<Record<string, unknown>>;

/** Whoever pushes, by where the run is at work. */
function bypass(host: Host): string {
  return host === 'action'
    ? 'give `github-token` the token of a GitHub App that is on its bypass list'
    : "put Troupe's App on its bypass list";
}

/** Rules stand on one page, old protection on another. */
const where = 'Settings → Rules (or Settings → Branches)';

function leaveOut(host: Host): string {
  return `Leave the branches of Troupe out of the rule under ${where}, or ${bypass(host)}`;
}

/** The pattern that a rule holds against a text. */
function pattern({ operator, pattern: text, negate }: Parameters): string {
  const words: Readonly<Record<string, string>> = {
    starts_with: 'begins with',
    ends_with: 'ends with',
    contains: 'contains',
    regex: 'matches',
  };
  const not = negate === true ? 'nothing that ' : 'only what ';
  return `${not}${words[String(operator)] ?? String(operator)} ${codeSpan(oneLine(String(text), 200))}`;
}

/** Each finding, with what mends it on its host. */
export const ruleMessages = {
  needs: {
    push: (branch: string, repository: string): string => `push branch ${branch} to ${repository}`,
    open: (branch: string, repository: string): string => `open a pull request of ${branch} in ${repository}`,
    talk: (number: number, repository: string): string => `comment on ${repository}#${number}`,
    write: (repository: string): string => `change issues of ${repository}`,
    deploy: (repository: string): string => `make a deployment in ${repository}`,
  },
  locked: {
    message:
      'The conversation here is locked, and this workflow asks or answers people in it, which GitHub would not take',
    mend: 'Unlock it (below the labels of the issue), then start again',
  } satisfies Hindrance,
  creation: (branch: string, host: Host): Hindrance => ({
    message: `A rule of the repository does not let Troupe create its branch ${quotedName(branch)}`,
    mend: `${leaveOut(host)}; or give the workflow a \`branch.name\` that the rule leaves alone`,
  }),
  update: (branch: string, host: Host): Hindrance => ({
    message: `A rule of the repository does not let Troupe push to its branch ${quotedName(branch)}`,
    mend: leaveOut(host),
  }),
  signatures: (branch: string, host: Host): Hindrance => ({
    message: `A rule of the repository wants signed commits on ${quotedName(branch)}, and those of Troupe are not signed`,
    mend: leaveOut(host),
  }),
  onlyPullRequests: (branch: string, host: Host): Hindrance => ({
    message: `A rule of the repository lets nobody push to ${quotedName(branch)}: what comes there has to come through a pull request`,
    mend: `${leaveOut(host)}; a rule that is meant for the default branch should name only that`,
  }),
  branchName: (branch: string, rule: Parameters, host: Host): Hindrance => ({
    message: `A rule of the repository takes as the name of a branch ${pattern(rule)}, and the run's would be ${quotedName(branch)}`,
    mend: `Give the workflow a \`branch.name\` that fits, or ${bypass(host)}`,
  }),
  message: (message: string, rule: Parameters, host: Host): Hindrance => ({
    message: `A rule of the repository takes as the message of a commit ${pattern(rule)}, and the run's first one would be ${quotedName(message)}`,
    mend: leaveOut(host),
  }),
  email: (email: string, rule: Parameters, host: Host): Hindrance => ({
    message: `A rule of the repository takes as the address of an author ${pattern(rule)}, and Troupe's is ${quotedName(email)}`,
    mend: leaveOut(host),
  }),
  baseUpdate: (base: string, host: Host): Hindrance => ({
    message: `A rule of the repository does not let Troupe merge into ${quotedName(base)}`,
    mend: `Let a person merge (leave the step that merges out), or ${bypass(host)}`,
  }),
  mergeQueue: (base: string, host: Host): Hindrance => ({
    message: `What comes to ${quotedName(base)} has to come through its merge queue, and Troupe merges by itself`,
    mend: `Let a person put the pull request into the queue (leave the step that merges out), or ${bypass(host)}`,
  }),
  linear: (base: string, host: Host): Hindrance => ({
    message: `A rule of the repository wants a linear history on ${quotedName(base)}, and the workflow makes a merge commit`,
    mend: `Write \`merge_strategy: squash\` or \`rebase\` at the step that merges, or ${bypass(host)}`,
  }),
  baseSignatures: (base: string, host: Host): Hindrance => ({
    message: `A rule of the repository wants signed commits on ${quotedName(base)}, and those of Troupe are not signed`,
    mend: `Write \`merge_strategy: squash\` at the step that merges (GitHub signs that commit), or ${bypass(host)}`,
  }),
  method: (method: string, offered: readonly string[]): Hindrance => ({
    message: `The workflow merges by ${codeSpan(method)}, and the repository takes ${offered.length === 0 ? 'none of the ways' : `only ${offered.map((one) => codeSpan(one)).join(' and ')}`}`,
    mend: 'Write another `merge_strategy` at the step that merges, or let the repository take this one (Settings → General → Pull Requests, or its rules)',
  }),
};
