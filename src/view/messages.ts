// Sentences that only GitHub shows: pull request, notices, gates, buttons. Pure text; never decides what is said.
import { labels } from './shown/messages.ts';

/** Sentences on a head that somebody else pushed. */
export const strangerTexts = {
  title: 'Not judged: somebody else pushed',
  summary: (head: string, judged: string | undefined) =>
    `\`${head.slice(0, 7)}\` was pushed by somebody else.${judged === undefined ? '' : ` What was judged is \`${judged.slice(0, 7)}\`.`} ` +
    'Press **Judge again** to have this one judged, or look at it yourself.',
} as const;

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
  howToApprove: (approve: string, reject: string, onCheck: boolean) =>
    `Approve or reject it ${onCheck ? 'on its check, or ' : ''}with a comment: \`${approve}\` or \`${reject}\`.`,
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
