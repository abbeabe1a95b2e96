// Sentences and words about a run and its steps, wherever they are shown: result, reason, next step. Pure text; never decides what is said.
import type { PlaceInLine } from '../../engine/index.ts';
import { formatDuration } from '../../support/index.ts';
import type { Reach } from './reach.ts';

/** Sentences about a run. Names and reasons come in disarmed. */
export const runTexts = {
  rehearsal: (text: string) => `Rehearsal: ${text}`,
  queued: (workflow: string) => `${workflow} is queued`,
  running: (workflow: string, steps: string) =>
    steps === '' ? `${workflow} is running` : `${workflow} is running: ${steps}`,
  paused: (workflow: string, by: string) => `${workflow} is paused by ${by}`,
  halted: (workflow: string, by: string) => `${workflow} is paused, as is everything on this server, by ${by}`,
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
  moreMoney: (command: string) =>
    `Comment \`${command}\`, or another amount that it may cost in all: it goes on from here, and nothing that is paid is done again.`,
  moreMoneyByHand: (command: string) =>
    `\`${command}\` lets it go on from here with more: nothing that is paid is done again.`,
  operatorsLimit: (which: string) =>
    `Only the operator of this server can raise \`limits.${which}\`; then \`/troupe retry\` goes on from here.`,
  laterToday: (which: string) =>
    `\`/troupe retry\` goes on from here when the runs of the last 24 hours have cost less than \`${which}\`, or when that is raised.`,
  raiseLimit: (which: string) =>
    `Raise \`${which}\` where it is set, then start again: work that is on the branch is kept.`,
  moreTime: (again: string, whose: string) =>
    `${again}: it goes on from here with as much time again, and what is done is not done again. Where that is too little, raise ${whose} and start anew.`,
  moreTimeOfJob: (run: string) =>
    `Run the job again in Actions: it goes on from here with as much time again, and what is done is not done again. A job with \`resume-run: ${run}\` and a higher \`timeout-minutes\` gives it more.`,
  byJob: 'Run the job again in Actions',
  byComment: (command: string) => `Comment \`${command}\``,
  byCommand: (command: string) => `\`${command}\``,
  keptWork: (pull: string) => `The work so far is kept in ${pull}.`,
  approve: (gate: GateNamed, reach: Reach): string => {
    const { step, run, path, sha } = gate;
    switch (reach) {
      case 'checks':
        return `Approve or reject **${step}** on its check, or comment \`/troupe approve\`.`;
      case 'comments':
        return `Decide about **${step}** with a comment: \`/troupe approve ${path}${sha === undefined ? '' : ` @${sha}`}\` or \`/troupe reject ${path}\`.`;
      case 'terminal':
        return `Decide about **${step}** with \`troupe approve ${run} ${path}\` or \`troupe reject ${run} ${path}\`.`;
      case 'nowhere':
        return nowhere(`approve **${step}**`);
    }
  },
  judgeAgain: (reach: Reach): string =>
    `${reach === 'checks' ? 'Press **Judge again** on the roll-up check' : capital(again(reach))}: what was judged before is judged on the branch as it is now. Files that need no judgement stand under \`unjudged\` of the step that judges.`,
  baseConflict: (reach: Reach): string =>
    `Rebase the branch by hand, or merge its base into it, and push it; then ${pressOr(reach, 'Judge again', ' on its check')}.`,
  conflict: (reach: Reach): string =>
    `Resolve the conflict in these files by hand and push the branch, then ${pressOr(reach, 'Judge again', ' on its check')}: what was judged is judged on the branch as it is then.`,
  notMergeable: (reach: Reach): string =>
    `Look at the pull request: GitHub says there what is missing (a review, a check, a rule). Then ${pressOr(reach, 'Rerun all', '')}, or merge it yourself.`,
  answer: (gate: GateNamed, reach: Reach): string => {
    const { step, run } = gate;
    if (reach === 'terminal') return `Answer **${step}** with \`troupe answer ${run}\`.`;
    return reach === 'nowhere'
      ? nowhere(`answer **${step}**`)
      : `Answer **${step}** with a comment that begins with \`/troupe answer\`.`;
  },
  halted: 'It goes on from where it was once an operator says `/troupe resume all` or `troupe resume --all`.',
  wait: 'Nothing needs to be done: this comment is kept up to date.',
} as const;

/** A gate, as sentences name it. */
interface GateNamed {
  readonly step: string;
  readonly run: string;
  readonly path: string;
  /** The commit that an approval is about. */
  readonly sha?: string | undefined;
}

function nowhere(what: string): string {
  return `Nobody can ${what} here: the run is about no issue or pull request. Start it again with the input \`issue-number\`.`;
}

function pressOr(reach: Reach, button: string, where: string): string {
  return reach === 'checks' ? `press **${button}**${where}` : again(reach);
}

/** What starts again what failed, where there is no button. */
function again(reach: Reach): string {
  if (reach === 'terminal') return 'start it again with `troupe retry`';
  return reach === 'nowhere' ? 'run the job again in Actions' : 'comment `/troupe retry`';
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

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
  awaits: ({ who, since, how, until, attempt }: AwaitedWords) =>
    [
      `asked ${who}${since === undefined ? '' : ` at ${since}`}${attempt > 1 ? ` (attempt ${attempt})` : ''}`,
      how,
      until === undefined ? 'for as long as it takes' : `until ${until} at the latest`,
    ].join(', '),
  arrives: {
    poll: (from: string | undefined) =>
      from === undefined ? 'its answer is looked for' : `its answer is looked for from ${from} on`,
    callback: () => 'it calls back',
    stream: () => 'a worker answers',
    people: () => 'people answer here',
  },
  said: (who: string, what: string) => `${who} ${what}`,
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
  twin: {
    title: 'Shown again in a newer check',
    summary:
      'GitHub made this check after it had been given up and made anew. The newer one of the same name is the one that counts.',
  },
  superseded: (head: string) => `Superseded: the branch moved on to ${head}`,
  supersededSummary: (head: string) =>
    `This check was open when the branch moved on. What became of the step is shown on ${head}.`,
  verdict: { pass: 'pass', fail: 'fail', unknown: 'none' },
  transcript: (command: string) => `What it did, line by line: \`${command}\``,
  reused: (run: string) => `Taken over from run ${run}`,
} as const;

/** A request that is answered later, in words: times as people read them. */
interface AwaitedWords {
  readonly who: string;
  readonly since: string | undefined;
  readonly how: string;
  readonly until: string | undefined;
  readonly attempt: number;
}

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
  about: (amount: string) => `about ${amount}`,
  under: (amount: string) => `under ${amount}`,
  since: (time: string) => `since ${time}`,
  moreFiles: (count: number) => `… and ${count} more`,
  moreFindings: (count: number) => `${count} remarks are shown beside the code.`,
} as const;

/** The bill below the receipt: who was asked, what it took, and who says so. */
export const billTexts = {
  title: 'What each step took',
  heads: ['Step', 'Who', 'Read', 'Written', 'From caches', 'Cost', 'Says who'],
  source: {
    gateway: 'counted by Troupe',
    provider: 'the agent',
    estimated: 'its tokens, at the price of its model',
    none: 'nobody',
  },
  atLeast: (amount: string) => `at least ${amount}`,
  cached: (gave: string, took: string) => `${gave} (${took} put in)`,
  agentSays: (cost: string) => `the agent says ${cost}`,
  agentCounts: (tokens: number) => `the agent says ${tokens.toLocaleString('en-US')} tokens`,
  items: (name: string, count: number) => `${name}: ${count} items`,
  more: (count: number) => `… and ${count} more steps.`,
  limit: (usd: number) => ` · limit $${usd}`,
  task: (runs: number, cost: string, limit: number | undefined) =>
    ` · all ${runs} runs of this task: ${cost}${limit === undefined ? '' : ` of $${limit}`}`,
} as const;

/** The receipt's line. */
export function receiptText(receipt: {
  readonly runs: number;
  readonly tokens: string;
  readonly cost: string;
  readonly ms: number;
  /** Its limit, and what the whole task took; empty where there is nothing to say. */
  readonly more: string;
}): string {
  const runs = receipt.runs === 1 ? '1 agent run' : `${receipt.runs} agent runs`;
  return `**${labels.receipt}**: ${runs} · ${receipt.tokens} · ${receipt.cost} · ${formatDuration(receipt.ms)}${receipt.more}`;
}
