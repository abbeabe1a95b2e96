// Every sentence that the Action says: result, reason, next step. Pure text.
import { oneLine } from '../support/index.ts';

/** Sentences about the inputs. */
export const inputMessages = {
  mistakes: (mistakes: readonly string[]): string =>
    mistakes.length === 1
      ? (mistakes[0] ?? '')
      : `The inputs have mistakes:\n${mistakes.map((one) => `- ${one}`).join('\n')}`,
  hint: 'docs/action.md describes every input.',
  noToken:
    'The input `github-token` is empty: leave it out to use the token of the job, or give the token of a GitHub App.',
  number: (name: string, text: string, whole: boolean): string =>
    `The input \`${name}\` needs a ${whole ? 'whole ' : ''}number above 0, not "${oneLine(text, 60)}".`,
  minutes: (name: string, text: string, problem: string): string =>
    `The input \`${name}\` needs minutes, such as 30, or a text such as "90s" or "1h": "${oneLine(text, 60)}" ${problem}.`,
  flag: (name: string, text: string): string =>
    `The input \`${name}\` needs true or false, not "${oneLine(text, 60)}".`,
  path: (name: string, text: string): string =>
    `The input \`${name}\` needs a path inside the repository, not "${oneLine(text, 120)}".`,
  run: (text: string): string => `The input \`resume-run\` needs the id of a run, not "${oneLine(text, 60)}".`,
  workflow: (text: string): string => `The input \`workflow\` needs the id of a workflow, not "${oneLine(text, 60)}".`,
  twoTasks: 'Only one of the inputs `task` and `issue-number` can say what is to be done.',
  standsAlone: (name: string): string =>
    `With the input \`persona-request\` the job answers one request and runs no workflow: leave \`${name}\` out.`,
  inputs: 'The input `inputs` needs a map in JSON or YAML, or lines of `name=value`.',
};

/** Sentences about what is read from the repository. */
export const fileMessages = {
  notThere: (name: string, path: string, ref: string): string =>
    `The input \`${name}\` names "${path}", and the repository has no such file at ${ref.slice(0, 12)}.`,
  notThereHint:
    'Files are read from the default branch (on push, schedule and dispatch: from the commit of the job), never from the workspace.',
  noProvider: (name: string): string => `There is no provider "${name}" to answer for the personas.`,
  noProviderHint:
    'Install an agent in a step before this one and give this step its key, give a server file with `config-path`, or rehearse with `answers`.',
};

/** Sentences about the event. */
export const eventMessages = {
  unsupported: (name: string): string =>
    `The event \`${name}\` names nothing to work for. Give the input \`issue-number\` or \`task\`.`,
  noTask: 'There is nothing to do: give the input `task` or `issue-number`.',
  noIssue: (number: number): string => `There is no issue or pull request #${number} here.`,
  skipped: (reason: string): string => `Nothing was started: ${reason.replace(/\.$/, '')}.`,
  reserved: (label: string): string =>
    `the label ${oneLine(label, 60)} is one of Troupe’s own marks and starts nothing`,
  notAnswered: 'The answer could not be written on the issue',
  noCommand: 'the comment holds no `/troupe` command, and no workflow answers to it',
  taskTitle: (workflow: string): string => `Run ${workflow}`,
  mayNot: (login: string, needed: string, has: string): string =>
    `${login} needs ${needed} permission for this and has ${has} permission here.`,
};

/** Sentences of the summary where nothing was started. */
export const nothingMessages = {
  title: {
    skipped: '### ➖ Nothing was started',
    failed: '### ❌ Nothing was started',
    left: '### ❌ This job stopped',
  },
  /** The heading says that nothing was started. */
  why: (message: string): string => {
    const why = message.replace(/^Nothing was started: /, '');
    return `${why.charAt(0).toUpperCase()}${why.slice(1)}`;
  },
  event: (name: string, actor: string): string =>
    `The job was started by the event \`${name}\`${actor === '' ? '' : `, caused by ${actor}`}.`,
  looked: 'The workflows here, and why none of them answers:',
  whatStarts: [
    'What starts a run:',
    '- the label `troupe:<workflow>` on an issue or pull request, where the job runs on `issues` or `pull_request` with `types: [labeled]`;',
    '- a comment `/troupe run <workflow>`, where the job runs on `issue_comment`;',
    '- an event that a workflow names under `trigger:`;',
    '- the input `workflow` of this step, with `issue-number` or `task` where the event is about no issue.',
  ].join('\n'),
} as const;

/** Sentences about runs. */
export const runMessages = {
  started: (run: string, workflow: string): string => `Run ${run} of ${workflow}`,
  resumed: (run: string, steps: number): string => `Going on with run ${run}: ${steps} steps are done already.`,
  cancelling: 'The job is being cancelled: ending the run.',
  again: 'the job was tried again',
  cancelReason: 'the job was cancelled',
  openHere: (url: string): string => `Open the pull request here: ${url}`,
  waiting: (run: string, isForPerson: boolean): string =>
    isForPerson
      ? 'This job ends here: the job of that comment goes on with the run.'
      : `The run waits for a time, and this job ends here: a job with \`resume-run: ${run}\` goes on with it.`,
  transcripts: (folder: string): string =>
    `What was done, line by line, lies in \`${folder}\` until the job ends; a step with \`actions/upload-artifact\` keeps it (the output \`transcripts\`, docs/action.md).`,
  noTranscript: 'A transcript could not be written beside the job',
  dryRun: (workflow: string): string => `This is what \`${workflow}\` would do. Nothing was started or written.`,
  noCheckRuns:
    'Check runs of the job’s token land in the suite of another workflow and have no buttons; the token of a GitHub App gives them a suite of their own.',
  readOnly: 'The pull request comes from a fork: nothing is written, the result is in this summary only.',
  sameWork: (run: string, url: string): string =>
    `nothing was started: \`${run}\` is at work on the same thing in [a job](${url}). Say it again when it waits or has ended; until then, cancelling that job cancels it.`,
  /** `gone`: that nobody drives the run, and what can be done. */
  vanished: (gone: string): string => `nothing was started. ${gone}`,
  atWork: (run: string, url: string): string => `Cannot go on with run ${run}: a job is at work on it, ${url}`,
  atWorkHint:
    'Wait until it has ended, or cancel that job. Should its runner have vanished, that shows within three minutes.',
  lost: (run: string): string => `Another job goes on with run ${run}; this one stops.`,
  lostHint: 'Look at the newest job of the same issue. The state of a run belongs to one job at a time.',
  noState: (run: string): string => `There is no run ${run} to go on with.`,
  unforeseen: (message: string): string => `Troupe itself failed: ${message}`,
  unforeseenHint:
    'This is a mistake in Troupe: please report it with the log of this job. Run the job again with debug logging to see where it happened.',
  noStateHint: 'A run is kept for 30 days after its end, and for 30 days while it waits.',
  notShown: 'GitHub did not take every comment or check in time; this summary has the whole result.',
  noStatus: 'The commit status cannot be shown',
  stateNotReached:
    'The state of the run could not be kept: GitHub did not answer. The next step tries again; until then another job sees the run as it was.',
  notClaimed: (run: string): string => `Cannot take run ${run} for this job: GitHub did not answer`,
  notClaimedHint: 'Nothing was started. Run the job again; see https://www.githubstatus.com.',
  mayNotPush: (workflow: string): string =>
    `Cannot run ${workflow}: it writes a branch, and GitHub does not let this job push. Nothing was started.`,
  mayNotPushHint: 'Give the job `permissions: contents: write`, or the token of a GitHub App that may write contents.',
  stateNotKept: 'The state of the run could not be kept, so no other job can go on with it',
};

/** Sentences about a request to a persona that the job answers. */
export const answerMessages = {
  noKey: 'The step cannot open its request: TROUPE_DISPATCH_SECRET is not set',
  noKeyHint:
    'Give the step `env: TROUPE_DISPATCH_SECRET: ${{ secrets.TROUPE_DISPATCH_SECRET }}`, with the value that the bot has.',
  taken: 'Nothing was done: another job has this request.',
  over: 'Nothing was done: nobody waits for the answer to this request any more.',
  noWayBack: 'The request names no place for its answer, so nobody would hear of it',
  asks: (persona: string, provider: string): string => `${persona} is played by ${provider}`,
  handedIn: (persona: string, status: string): string => `${persona} answered: ${status}`,
  tooLate: (persona: string): string => `${persona} answered too late: nobody waits for it any more`,
  cancelled: 'The job that had the request was cancelled',
  cancelling: 'The job is being cancelled: ending the work.',
  title: {
    succeeded: '### ✅ Request answered',
    failed: '### ❌ Request not answered',
    skipped: '### ➖ Nothing was done',
  },
} as const;

/** Sentences of the check of files. */
export const validateMessages = {
  noFolder: (folder: string): string =>
    `There is no folder \`${oneLine(folder, 120)}\` in the workspace: is \`actions/checkout\` missing?`,
  nothing: (folder: string, lookedFor: readonly string[]): string =>
    `There is nothing to check in ${folder === '.' ? 'the workspace' : `\`${oneLine(folder, 120)}\``}: no ${lookedFor.map((path) => `\`${path}\``).join(', no ')}. Is \`actions/checkout\` missing, or the input \`path\`?`,
  done: (files: number, errors: number, warnings: number): string =>
    `${count(files, 'workflow file')} checked: ${count(errors, 'mistake')}, ${count(warnings, 'warning')}.`,
};

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
