// What git steps and `github` steps say to people. Text only, no logic.
import { codeSpan, quotedName } from '../../support/index.ts';

/** Sentences of the steps that work on the branch, the pull request and the issue. */
export const gitMessages = {
  noBranch: (step: string): string => `Cannot run "${step}": the run has no branch`,
  noBranchHint: 'The workflow says `branch: false`, or the task is a pull request from a fork, which is read-only.',
  noRepository: (step: string): string => `Cannot run "${step}": a local working copy has no pull requests`,
  noPullRequest: (step: string): string => `Cannot run "${step}": the run has no pull request`,
  defaultBranch: (branch: string): string =>
    `Cannot push to ${quotedName(branch)}: Troupe never pushes to a base branch`,
  notOwnBranch: (branch: string, what: string): string =>
    `Cannot ${what} ${quotedName(branch)}: only a branch that this run made may be rewritten or deleted`,
  movedOn: (branch: string): string =>
    `Cannot push branch ${quotedName(branch)}: it has commits that the run does not know`,
  movedOnHint: 'Somebody else pushed. Look at their commits, then run the workflow again.',
  baseConflict: (branch: string, base: string, files: readonly string[]): string =>
    `${quotedName(base)} was force-pushed, and the commits of ${quotedName(branch)} do not fit onto it${files.length === 0 ? '' : `: ${files.slice(0, 20).join(', ')}`}`,
  baseGone: (branch: string, base: string): string =>
    `${quotedName(base)} was force-pushed and is gone: ${quotedName(branch)} has nothing to stand on`,
  baseMoved: (branch: string, base: string, files: readonly string[]): string =>
    `"${base}" has moved on, and "${branch}" conflicts with it in ${listed(files)}`,
  baseMovedHint: (base: string): string =>
    `Merge "${base}" into the branch by hand and push it, then have it judged again.`,
  baseConflictHint: 'Rebase the branch by hand and push it, then have it judged again.',
  paused: 'Paused: the label troupe:paused is on the issue',
  pushing: (branch: string, sha: string): string => `push ${sha.slice(0, 7)} to ${branch}`,
  ordering: (branch: string): string => `put the commits of ${branch} into the order of their steps`,
  openingPullRequest: (branch: string): string => `open the pull request of ${branch}`,
  finishingPullRequest: (number: number): string => `write the final text of pull request #${number}`,
  markingReady: (number: number): string => `mark pull request #${number} ready for review`,
  closingPullRequest: (number: number): string => `close pull request #${number}`,
  deletingBranch: (branch: string): string => `delete branch ${branch}`,
  askingForReview: (number: number, logins: readonly string[]): string =>
    `ask ${logins.join(', ')} to review pull request #${number}`,
  merging: (number: number): string => `merge pull request #${number}`,
  tagging: (name: string): string => `tag ${name}`,
  taggingNext: (sha: string): string => `tag ${sha.slice(0, 7)} as the next version`,
  releasing: (tag: string): string => `release ${tag}`,
  deploying: (sha: string, environment: string): string => `deploy ${sha.slice(0, 7)} to ${environment}`,
  mayNotOpen: (branch: string): string =>
    `GitHub does not let Troupe open pull requests here; the branch ${quotedName(branch)} is pushed and the run goes on without one.`,
  // at most 140 characters: a commit status shows no more
  notOpened: (what: string): string => `Branch pushed, but no pull request. ${what.replace(/\.$/, '')}`,
  notReady: (number: number): string =>
    `GitHub did not let Troupe mark pull request #${number} ready for review; please press "Ready for review".`,
  keepsItsWords: (number: number): string =>
    `Pull request #${number} was there before the run: it keeps its title and its text, so \`title:\` and \`body:\` of the step are left out.`,
  staysTheirDraft: (number: number): string =>
    `Pull request #${number} is a draft of the person who opened it, and stays one until they mark it ready.`,
  reviewRefused: (logins: readonly string[], reason: string): string =>
    `Review could not be requested from ${logins.join(', ')}: ${reason}`,

  startCommit: (number: number | undefined, title: string): string =>
    number === undefined ? `Start: ${title}` : `Start work on #${number}: ${title}`,
  noBaseBranch: (base: string): string => `Cannot start: the repository has no branch ${quotedName(base)}`,
  noBaseBranchHint: 'Check `branch.base` of the workflow; an empty repository needs a first commit.',
  badTemplate: (what: string, reason: string): string => `Cannot evaluate ${what}: ${reason}`,
  noFreeBranch: (branch: string): string =>
    `Cannot find a free branch name: ${quotedName(branch)} and its numbered followers exist`,
  branchExists: (branch: string): string => `Cannot make branch ${quotedName(branch)}: it exists and is not this run's`,
  branchExistsHint: 'Give the step another `branch`, or let it work on the branch with the operation `checkout`.',
  prepared: (branch: string, { base, sha }: { base: string; sha: string }, pullRequest: number | undefined): string =>
    `Branch ${codeSpan(branch)} from ${codeSpan(baseName(base))} at ${sha.slice(0, 7)}${pullRequest === undefined ? '' : `, pull request #${pullRequest}`}`,
  readOnly: (base: string, sha: string): string => `Read-only at ${sha.slice(0, 7)}, base ${codeSpan(baseName(base))}`,
  supersedes: (branch: string): string =>
    `The branch ${codeSpan(branch)} of an earlier run exists and is left as it is.`,

  nothingToSettle: 'The run has no branch to settle',
  merged: 'The pull request is merged',
  leftOpen: (branch: string): string => `${codeSpan(branch)} is another person's branch and is left as it is`,
  noChange: (reason: string): string =>
    `Nothing to deliver: ${withoutStop(reason)}. Pull request closed, branch deleted.`,
  noChangeLocal: (reason: string): string => `Nothing to deliver: ${withoutStop(reason)}. Branch deleted.`,
  notTaken: 'the server did not take what a step had made',
  noDifference: 'the branch does not differ from its base',
  branchKept: (branch: string): string =>
    `The branch ${quotedName(branch)} was not deleted: somebody else pushed to it.`,
  leftToOthers: (branch: string, number: number | undefined): string =>
    `Somebody else pushed to ${codeSpan(branch)}: it${number === undefined ? '' : ` and pull request #${number}`} stay${number === undefined ? 's' : ''} as ${number === undefined ? 'it is' : 'they are'}`,
  branchGone: (branch: string): string => `Somebody deleted the branch ${quotedName(branch)}: nothing brings it back`,
  branchGoneHint: 'Restore the branch on GitHub if its commits are still wanted, or start the workflow again.',
  staysDraft: (branch: string): string =>
    `The work so far stays on ${codeSpan(branch)}; the pull request stays a draft`,
  staysLocal: (branch: string): string => `The work so far stays on ${codeSpan(branch)}`,
  notCleaned: (branch: string, why: string): string => `The branch ${codeSpan(branch)} was not deleted: ${why}`,
  notMerged: (number: number): string => `Cannot revert pull request #${number}: it is not merged`,
  noSuchPull: (number: number): string => `Cannot revert pull request #${number}: there is no such pull request`,
  isReady: (number: number): string => `Pull request #${number} is ready for review`,
  branchReady: (branch: string): string => `The work is on ${codeSpan(branch)}`,

  nothingDelivered: 'Nothing delivered: the branch does not differ from its base',
  nothingDeliveredHint:
    'A step should have changed files. If nothing had to change, its persona must declare a no-op with a reason.',
  nothingOfOurs: (branch: string): string =>
    `Nothing delivered: this run changed nothing, and somebody else pushed to ${codeSpan(branch)}`,
  nothingOfOursHint:
    'Their commits stay. Finish the pull request by hand, or start again: the next run goes on from what is there.',
  against: (step: string, verdicts: readonly string[]): string => `Cannot run "${step}": ${verdicts.join('; ')}`,
  againstHint:
    'Correct what the verdicts say and run the steps again; `allow_unverified: true` in the workflow lifts this.',
  judgedBefore: 'The base branch was force-pushed: what was judged stands on another base now',
  outdatedHint:
    'Have it judged again: what was judged before is judged on the branch as it is now. Files that need no judgement (documentation) stand under `unjudged` of the step that judges: `unjudged: ["docs/**", "*.md"]`.',
  verdictOf: {
    fail: (name: string): string => `"${name}" says fail`,
    unknown: (name: string): string => `"${name}" gave no clear verdict`,
    skipped: (name: string): string => `"${name}" was skipped because of an earlier verdict`,
    stale: (name: string, changed: readonly string[]): string =>
      `"${name}" judged other files than the branch has now${changed.length === 0 ? '' : ` (since then changed: ${listed(changed)})`}`,
  },
  unverified: (verdicts: readonly string[]): string =>
    `Went on unverified, as the workflow allows: ${verdicts.join('; ')}`,
  continued: (branch: string, run: string, pull: number | undefined): string =>
    `Goes on with branch ${codeSpan(branch)}${pull === undefined ? '' : ` and pull request #${pull}`}, after run ${run}`,
  rollingBack: (branch: string, sha: string): string => `Take ${codeSpan(branch)} back to ${sha.slice(0, 7)}`,
  takenBack: (branch: string, sha: string): string =>
    `Rolled back: ${codeSpan(branch)} is at ${sha.slice(0, 7)} again, as before the step.`,
  reverseCommitted: (branch: string, sha: string): string =>
    `Rolled back with ${sha.slice(0, 7)}: steps beside it had pushed to ${codeSpan(branch)} meanwhile.`,
  notTakenBack: (branch: string, why: string): string =>
    `Not rolled back, ${codeSpan(branch)} is as the step left it: ${why}.`,
  notOursBranch: 'only what this run made may be rewritten',
  othersOnTop: 'somebody else has pushed since',
  othersDependOnIt: 'steps beside it have changed the same lines since',
  noAutoMerge: (number: number): string => `Cannot merge pull request #${number}: nobody approved the merge`,
  approvedOther: (number: number, head: string): string =>
    `Cannot merge pull request #${number}: the approval was for another commit than ${head.slice(0, 7)}`,
  noAutoMergeHint: 'Give the step an `approval`, or let the operator list the repository under `allow_auto_merge`.',
  mergedInto: (number: number, base: string, sha: string): string =>
    `Pull request #${number} merged into ${codeSpan(base)} as ${sha.slice(0, 7)}`,
  conflict: (what: string, files: readonly string[]): string => `Cannot ${what}: conflict in ${listed(files)}`,
  conflictHint: 'Merge the base branch into the branch by hand, then run the step again.',
  pullHint: 'Somebody pushed to the branch meanwhile. Bring both together by hand, then run the workflow again.',
  missingKey: (operation: string, key: string): string => `Cannot run ${operation}: \`${key}\` is missing`,
  unknownBranch: (branch: string): string =>
    `Cannot check out ${quotedName(branch)}: the repository has no such branch`,
  unsupported: (operation: string): string => `This version has no operation "${operation}"`,
  outsidePaths: (files: readonly string[]): string =>
    `Files outside the expected paths changed: ${files.slice(0, 10).join(', ')}`,
  refusedFiles: (files: string): string => `Not committed, because it is not allowed: ${files}`,

  changelogCommit: (path: string): string => `Add an entry to ${path}`,
  tagTaken: (name: string): string => `Cannot tag the merge as ${quotedName(name)}: the tag exists`,
  tagTakenHint:
    'Nothing was merged. Name a tag that is not there yet, or write `tag_release: true` for the next version; published tags are never moved.',
  released: (tag: string): string => `Released as ${codeSpan(tag)}`,
  deployed: (environment: string): string => `Deployment to ${codeSpan(environment)} requested`,
  deploymentOf: (run: string, title: string): string => `${title} (${run})`,
  mergedBut: (number: number, why: string): string => `Pull request #${number} is merged. ${why}`,
  restByHand: 'The merge and what was done after it stay; do what is left by hand.',
  leftOut: (keys: readonly string[]): string =>
    `Nothing was merged, so this was left out: ${keys.map(codeSpan).join(', ')}`,
  toldNobody: 'The notification was left out: there is no issue or pull request to comment on',
  releaseNotes: (number: number, title: string, text: string): string => `${title} (#${number})\n\n${text}`,

  created: (branch: string): string => `Branch ${codeSpan(branch)} is there`,
  checkedOut: (branch: string, sha: string): string => `On ${codeSpan(branch)} at ${sha.slice(0, 7)}`,
  wouldConflict: (branch: string, base: string, files: readonly string[]): string =>
    `${codeSpan(branch)} conflicts with ${codeSpan(base)} in ${listed(files)}`,
  committed: (sha: string, count: number): string =>
    `Committed ${count} ${count === 1 ? 'file' : 'files'} as ${sha.slice(0, 7)}`,
  nothingToCommit: 'Nothing to commit',
  pushed: (branch: string): string => `Pushed ${codeSpan(branch)}`,
  upToDate: (branch: string): string => `${codeSpan(branch)} is up to date`,
  fetched: 'Fetched',
  mergedBranch: (from: string, into: string): string => `Merged ${codeSpan(from)} into ${codeSpan(into)}`,
  resolved: (files: readonly string[]): string =>
    `Taken from one side, as the step says for generated files: ${listed(files)}. Make them anew where both sides count.`,
  mergeCommit: (from: string, into: string): string => `Merge ${from} into ${into}`,
  rebased: (branch: string, base: string): string => `Rebased ${codeSpan(branch)} onto ${codeSpan(base)}`,
  squashed: (branch: string): string => `All commits of ${codeSpan(branch)} are one now`,
  reverted: (sha: string): string => `Reverted ${sha.slice(0, 7)}`,
  revertCommit: (sha: string): string => `Revert ${sha.slice(0, 7)}`,
  reset: (branch: string, sha: string): string => `${codeSpan(branch)} is back at ${sha.slice(0, 7)}`,
  tagged: (name: string, sha: string): string => `Tagged ${sha.slice(0, 7)} as ${name}`,
  deleted: (branch: string): string => `Branch ${codeSpan(branch)} deleted`,
  diffOf: (files: number, added: number, removed: number): string =>
    `${files} ${files === 1 ? 'file' : 'files'} changed, +${added} −${removed}`,

  needsNumber: (action: string): string => `Cannot run \`${action}\`: the task has no issue or pull request`,
  needsGitHub: (action: string): string => `Cannot run \`${action}\`: there is no GitHub here`,
  unknownAction: (action: string): string => `This version has no \`github\` action "${action}"`,
  tooMany: (what: string, most: number): string => `Cannot go on: more than ${most} ${what} in one step`,
  reservedLabel: (label: string): string =>
    `Cannot change the label "${label}": labels that start with \`troupe:\` are commands`,
  commented: 'Commented',
  labelled: (labels: readonly string[]): string => `Labels added: ${labels.join(', ')}`,
  unlabelled: (labels: readonly string[]): string => `Labels removed: ${labels.join(', ')}`,
  assigned: (logins: readonly string[]): string => `Assigned: ${logins.join(', ')}`,
  issueCreated: (number: number): string => `Issue #${number} created`,
  issueClosed: (number: number): string => `Issue #${number} closed`,
} as const;

function listed(files: readonly string[]): string {
  return `${files.slice(0, 10).join(', ')}${files.length > 10 ? ` and ${files.length - 10} more` : ''}`;
}

/** `HEAD@` and a whole commit, where no branch was checked out: as long as people read it. */
function baseName(base: string): string {
  return base.replace(/^(HEAD@[0-9a-f]{7})[0-9a-f]{33}$/, '$1');
}

/** A reason in the middle of a sentence: its own full stop goes. */
function withoutStop(reason: string): string {
  return reason.trimEnd().replace(/\.$/, '');
}
