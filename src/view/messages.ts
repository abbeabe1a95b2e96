// Every sentence the view says: result, reason, next step, link. Pure text; never decides what is said.
import type { PlaceInLine } from '../engine/index.ts';
import { formatDuration } from '../support/index.ts';

/** Sentences about a run. Names and reasons come in disarmed. */
export const runTexts = {
  rehearsal: (text: string) => `Rehearsal: ${text}`,
  queued: (workflow: string) => `${workflow} is queued`,
  running: (workflow: string, steps: string) =>
    steps === '' ? `${workflow} is running` : `${workflow} is running: ${steps}`,
  paused: (workflow: string, by: string) => `${workflow} is paused by ${by}`,
  waiting: (workflow: string, steps: string) => `${workflow} waits: ${steps}`,
  waitingForPerson: (workflow: string, steps: string) => `${workflow} needs you: ${steps}`,
  succeeded: (workflow: string) => `${workflow} is done`,
  succeededWithPull: (workflow: string, pull: string) => `${workflow} is done: ${pull} is ready for review`,
  succeededMerged: (workflow: string, pull: string) => `${workflow} is done: ${pull} is merged`,
  nothingToDo: (workflow: string, step: string) => `${workflow} has nothing to do: ${step} ended it early`,
  degraded: (workflow: string) => `${workflow} is done, but not all of it`,
  failed: (workflow: string, step: string) => (step === '' ? `${workflow} failed` : `${workflow} failed at ${step}`),
  cancelled: (workflow: string) => `${workflow} was cancelled`,
  timedOut: (workflow: string, step: string) =>
    step === '' ? `${workflow} ran out of time` : `${workflow} ran out of time at ${step}`,
} as const;

/** Sentences on a head that somebody else pushed. */
export const strangerTexts = {
  title: 'Not judged: somebody else pushed',
  summary: (head: string, judged: string | undefined) =>
    `\`${head.slice(0, 7)}\` was pushed by somebody else.${judged === undefined ? '' : ` What was judged is \`${judged.slice(0, 7)}\`.`} ` +
    'Press **Judge again** to have this one judged, or look at it yourself.',
} as const;

/** Sentences about a run that waits to begin. */
export const lineTexts = {
  queued: (workflow: string, position: number) => `${workflow} is queued: number ${position} in line`,
  waits: (place: PlaceInLine) => {
    if (place.waitsFor !== 'runs')
      return place.waitsFor === 'repository'
        ? `It waits for its turn: ${atOnce(place.limit)} in this repository.`
        : `It waits for its turn: ${atOnce(place.limit)} on this server.`;
    const named = place.runs
      .slice(0, 3)
      .map(({ id, taskNumber }) => `\`${id}\`${taskNumber === undefined ? '' : ` (#${taskNumber})`}`);
    const more = place.runs.length - named.length;
    return `It waits for ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}: one run of its group at a time.`;
  },
} as const;

function atOnce(limit: number): string {
  return limit === 1 ? 'one run works at a time' : `${limit} runs work at once`;
}

/** What the reader does next. */
export const nextTexts = {
  review: (pull: string) => `Review ${pull} and merge it.`,
  openYourself: (url: string) => `[Open the pull request yourself](${url}).`,
  nothing: 'Nothing needs to be done.',
  rerun: (label: string) => `Read what the step says, then put the label \`${label}\` back to start again.`,
  rerunJob: 'Read what the step says, then run the job again in Actions: finished steps are kept.',
  rerunByHand: (command: string) => `Read what the step says, then start again with \`${command}\`.`,
  keptWork: (pull: string) => `The work so far is kept in ${pull}.`,
  approve: (step: string) => `Approve or reject **${step}** on its check, or comment \`/troupe approve\`.`,
  judgeAgain:
    'Press **Judge again** on the roll-up check: what was judged before is judged on the branch as it is now. Files that need no judgement stand under `unjudged` of the step that judges.',
  baseConflict:
    'Rebase the branch by hand, or merge its base into it, and push it; then press **Judge again** on its check.',
  conflict:
    'Resolve the conflict in these files by hand and push the branch, then press **Judge again** on its check: what was judged is judged on the branch as it is then.',
  notMergeable:
    'Look at the pull request: GitHub says there what is missing (a review, a check, a rule). Then press **Rerun all**, or merge it yourself.',
  answer: (step: string) => `Answer **${step}** with a comment that begins with \`/troupe answer\`.`,
  wait: 'Nothing needs to be done: this comment is kept up to date.',
} as const;

/** A step's state in a word or two, for tables and titles. */
export const stepTexts = {
  pending: 'not started',
  running: 'running',
  retrying: 'tries again',
  waiting: 'waiting',
  approval: 'waiting for approval',
  answer: 'waiting for an answer',
  paused: 'paused',
  passed: 'passed',
  done: 'done',
  rejected: 'says no',
  unjudged: 'no verdict',
  noop: 'nothing to do',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
  timed_out: 'timed out',
} as const;

/** One mark per status, the same in every terminal and log. */
const marks: Readonly<Record<string, string>> = {
  pending: '·',
  ready: '·',
  running: '▸',
  waiting: '◔',
  paused: '⏸',
  queued: '·',
  succeeded: '✓',
  degraded: '◐',
  failed: '✗',
  skipped: '–',
  cancelled: '⊘',
  timed_out: '⌛',
};

/** The mark of a status of a run or a step. */
export function markOf(status: string): string {
  return marks[status] ?? '?';
}

/** A step's state in a terminal. */
export const plainTexts = {
  passed: (status: string) => `${status} (pass)`,
  verdict: (verdict: string) => `verdict ${verdict}`,
  conditionFalse: 'its condition is false',
  noop: (why: string) => `nothing to do: ${why}`,
} as const;

/** Sentences about a step. */
export const stepSentences = {
  runningFor: (minutes: number) => (minutes < 1 ? 'Running' : `Running for ${minutes} min`),
  attempt: (attempt: number) => `attempt ${attempt}`,
  items: ({ total, done }: { readonly total: number; readonly done: number }, failed: readonly string[]) => {
    const all = `${done.toLocaleString('en')} of ${total === 1 ? '1 item' : `${total.toLocaleString('en')} items`} done`;
    if (failed.length === 0) return all;
    const named = failed.slice(0, 10).map((index) => `[${index}]`);
    return `${all}, ${failed.length.toLocaleString('en')} failed: ${named.join(' ')}${failed.length > 10 ? ' …' : ''}`;
  },
  retryAt: (time: string) => `Tries again at ${time}`,
  skippedBecause: {
    condition: 'its condition is false',
    dependency: 'what it depends on did not finish',
    branch: 'the other branch was taken',
    run_failed: 'the run ended before',
    person: 'a person skipped it',
    persona: 'a persona before it said that it is not needed',
  },
  cancelledBecause: { cancelled: 'cancelled', superseded: 'another step was faster', timed_out: 'out of time' },
  superseded: (head: string) => `Superseded: the branch moved on to ${head}`,
  supersededSummary: (head: string) =>
    `This check was open when the branch moved on. What became of the step is shown on ${head}.`,
  verdict: { pass: 'pass', fail: 'fail', unknown: 'none' },
  reused: (run: string) => `Taken over from run ${run}`,
} as const;

/** Headings and small words of tables. */
export const labels = {
  stepTable: ['', 'Step', 'State', 'Duration', 'Cost'],
  evidenceTable: ['Command', 'Exit code', 'Tests', 'Run by'],
  verifiedBy: { troupe: 'Troupe', persona: 'the persona (not counted)' },
  summary: 'What it said',
  evidence: 'Evidence',
  files: 'Files changed',
  findings: 'Findings',
  error: 'Error',
  serverSaid: 'The server said:',
  verdict: 'Verdict',
  next: 'Next',
  warnings: 'Warnings',
  graph: 'Graph',
  details: 'What each step said',
  receipt: 'Receipt',
  pull: 'pull request',
  checks: 'checks',
  run: 'run',
  unknownCost: 'cost unknown',
  unknownTokens: 'tokens unknown',
  tokens: (count: number) => `${count.toLocaleString('en-US')} tokens`,
  atLeast: (amount: string) => `at least ${amount}`,
  under: (amount: string) => `under ${amount}`,
  since: (time: string) => `since ${time}`,
  moreFiles: (count: number) => `… and ${count} more`,
  moreFindings: (count: number) => `${count} remarks are shown beside the code.`,
} as const;

/** The receipt's line. */
export function receiptText(receipt: {
  readonly runs: number;
  readonly tokens: string;
  readonly cost: string;
  readonly ms: number;
}): string {
  const runs = receipt.runs === 1 ? '1 agent run' : `${receipt.runs} agent runs`;
  return `**${labels.receipt}**: ${runs} · ${receipt.tokens} · ${receipt.cost} · ${formatDuration(receipt.ms)}`;
}

/** Sentences of the pull request. */
export const pullTexts = {
  draft: (workflow: string) => `**${workflow}** is working on this. The pull request is a draft until it is done.`,
  final: (workflow: string) => `**${workflow}** worked on this; every step and what it found is below.`,
  closes: (issue: number) => `Closes #${issue}`,
  what: 'What was done',
  footer: (run: string, workflow: string, source: string) => `Run \`${run}\` of **${workflow}** (${source})`,
  personas: (names: string) => `personas: ${names}`,
  models: (names: string) => `models: ${names}`,
  cost: (cost: string) => (cost === labels.unknownCost ? cost : `cost: ${cost}`),
  requestedBy: (login: string) => `requested by ${login}`,
} as const;

/** The one new comment when a run fails. */
export const noticeTexts = {
  issueTitle: (workflow: string) => `Troupe: ${workflow} failed`,
  failed: (who: string, workflow: string, where: string) => `${who}**${workflow}** ${where}.`,
  where: {
    failed: (step: string) => (step === '' ? 'failed' : `failed at **${step}**`),
    timed_out: (step: string) => (step === '' ? 'ran out of time' : `ran out of time at **${step}**`),
  },
} as const;

/** The short comment of a gate. Who is mentioned ends with a space, or is empty. */
export const gateTexts = {
  approval: (who: string, workflow: string, step: string) => `${who}**${workflow}** needs your approval: **${step}**.`,
  howToApprove: (approve: string, reject: string) =>
    `Approve or reject it on its check, or with a comment: \`${approve}\` or \`${reject}\`.`,
  question: (who: string, workflow: string, step: string) => `${who}**${workflow}** asks you: **${step}**.`,
  howToAnswer: () => 'Answer with a comment that begins with `/troupe answer`.',
  decided: {
    yes: (step: string, who: string) => `**${step}** was approved by ${who}.`,
    no: (step: string, who: string) => `**${step}** was rejected by ${who}.`,
  },
  over: (step: string) => `**${step}** needs no decision any more.`,
  answered: (step: string) => `**${step}** waits for no answer any more.`,
  escalated: (who: string, workflow: string) => `${who}**${workflow}** needs a person.`,
} as const;

/** Buttons of checks. */
export const buttons = {
  approve: { label: 'Approve', description: 'Let the run go on', identifier: 'approve' },
  reject: { label: 'Reject', description: 'End the run here', identifier: 'reject' },
  judgeAgain: { label: 'Judge again', description: 'Judge the branch as it is now', identifier: 'judge-again' },
  retry: { label: 'Retry', description: 'Run what failed once more', identifier: 'retry' },
  rerunAll: { label: 'Rerun all', description: 'Run everything again', identifier: 'rerun-all' },
  cancel: { label: 'Cancel', description: 'End the run now', identifier: 'cancel' },
} as const;
