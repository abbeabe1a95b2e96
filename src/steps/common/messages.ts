// What steps say to people. Text only, no logic.
import { inQuotes } from '../../git/index.ts';
import type { Limit } from '../../engine/index.ts';
import { signalMeaning } from '../../personas/index.ts';
import { oneLine, quotedName } from '../../support/index.ts';

/** Sentences of steps that ask a persona. */
export const personaStepMessages = {
  goOn: (step: string): string => `go on with step "${step}"`,
  valueBelow: (name: string): string => `(the value of \`${name}\` below)`,
  badPrompt: (persona: string, problem: string): string =>
    `The prompt of persona "${persona}" reads a value that is not there: ${problem}`,
  unknownType: (type: string) => `This version of Troupe has no step type "${type}"`,
  unknownTypeHint: (known: readonly string[]) => `It has: ${known.join(', ')}`,
  unknownPersona: (id: string) => `The run knows no persona "${id}"`,
  unknownPersonaHint: () =>
    'Add the file under .github/troupe/personas/ on the default branch, or name a built-in persona; then start a new run',
  wantsAnother: (persona: string, summary: string) => `Persona "${persona}" asks for another attempt: ${summary}`,
  leavesNothingOut: (persona: string) => `${persona} would leave out what comes next, but nothing comes right after it`,
  mayNotLeaveOut: (persona: string, names: readonly string[]) =>
    `${persona} would leave out ${listed(names)}, which runs all the same: only steps with \`advisory: true\`, or \`on_failure: continue\` where no verdict is waited for, may be left out`,
  mayNotStop: (persona: string, why: string, reason: string) =>
    `${persona} would end the run here (${reason}), but it goes on: ${why}`,
  notPassed: 'its verdict is no pass',
  hasChanged: 'the branch differs from its base, and what follows has to judge that',
  isPullRequest: 'the task is a pull request, which is there to be judged',
  worksBeside: 'other steps work beside it',
  endsAnyway: 'its step belongs to the end of the run, or to what was done about a failure',
  overspent: (persona: string, costUsd: string, mostUsd: number) =>
    `It cost $${costUsd}; the file of ${persona} says at most $${mostUsd} for an attempt`,
  budget: ({ which, limit, used, atLeast }: Limit) =>
    `Budget reached: ${which} ${atLeast === true ? 'at least ' : ''}${used} of ${limit}`,
  budgetHint: (persona: string) =>
    `Raise \`x-troupe.max_cost_usd\` in the file of ${persona}: it is what one attempt may cost, all its requests together`,
  unknownProfile: (profile: string, persona: string, known: readonly string[]) =>
    `Persona "${persona}" has no profile "${profile}"${known.length === 0 ? '' : `; it has ${known.join(', ')}`}`,
  unknownProvider: (name: string) => `There is no provider "${name}"`,
  unknownProviderHint: (known: readonly string[]) =>
    known.length === 0
      ? 'Add one under `providers:` in the server file'
      : `Known are: ${known.join(', ')}. Providers stand in the server file`,
  unknownSkill: (id: string) => `There is no skill "${id}"`,
  unknownSkillHint: (id: string) =>
    `Add .github/troupe/skills/${id}.md or .claude/skills/${id}/SKILL.md on the default branch`,
  outsider: (persona: string) =>
    `Persona "${persona}" can change files or has commands run, and the task was written by somebody without write permission: on this machine nothing keeps such a persona away from Troupe's own secrets`,
  outsiderLogIn: (persona: string) =>
    `Persona "${persona}" is played with somebody's own log-in, and the task was written by somebody without write permission: on this machine nothing keeps the agent away from it`,
  outsiderHint: () =>
    'Install bubblewrap where Troupe runs (`troupe doctor` says how), or set `sandbox: off` in the server file if this machine holds nothing to protect',
  noCommit: () => 'The step has no commit to work on: neither a branch nor a base is known',
  asking: (persona: string, provider: string) => `Asking ${persona} (${provider})`,
  limited: (limit: string, said: string) => `${limit}. ${said}`,
  answered: (persona: string) => `${persona} answered`,
  answerOf: (login: string) => `Answer of ${login} to your question`,
  foundAnswer: (persona: string) => `${persona} had answered when the process of its request ended`,
  answerGone: 'its answer is not there any more',
  nothingKept: 'nothing of its session was kept',
  treeReset: 'its worktree is not as it left it',
  anew: (why: string) => `Cannot go on where it was when its process ended, because ${why}: begins anew`,
  givesFiles: (persona: string, files: readonly string[]) =>
    `${persona} is asked again with ${files
      .slice(0, 3)
      .map((file) => oneLine(file, 60))
      .join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}`,
  askedTooOften: (persona: string, most: number) =>
    most === 0
      ? `Persona "${persona}" asks for files instead of answering, and may not`
      : `Persona "${persona}" asks for files once more, after ${most === 1 ? 'the one time' : `the ${most} times`} that it may`,
  askedTooOftenHint: () =>
    'Give it the tool `read`, or let it ask more often: `x-troupe: { info_requests: 5 }` in its file.',
  waitsFor: (provider: string) => `Waits for the answer of ${provider}`,
  expired: (provider: string) => `${provider} did not answer in time`,
  replyLost: (provider: string) => `The answer of ${provider} was kept and is not there any more`,
  replyLostHint:
    'Look at the disk of the data directory. A retry sends another request; whether the provider takes money for it again is up to the provider',
  needsAnswer: () => 'The persona needs an answer before it can go on',
  cut: (what: string) => `The prompt was cut to fit: ${what}. The whole of it is among the run's artifacts`,
  nearlyFull: (bytes: number, budget: number) =>
    `The prompt takes ${Math.floor((bytes * 100) / budget)} % of the ${budget} bytes that fit the model: what grows next is cut, the largest part first`,
  noThread: (number: number, why: string) =>
    `The persona worked without the conversation on #${number}, which could not be read: ${why}`,
  discarded: (persona: string, files: readonly string[]) =>
    `Persona "${persona}" may not edit: its changes were thrown away (${listed(files)})`,
  mayNotSend: (persona: string, kind: 'patch' | 'bundle' | 'branch') =>
    `Persona "${persona}" may not edit: the ${kind} that it sent was thrown away`,
  noSuchBranch: (name: string) => `There is no branch ${quotedName(name)} in this repository`,
  foreignBranch: (name: string) =>
    `${quotedName(name)} names a branch of another repository: push it to this one, or hand in a patch`,
  runsBranch: (name: string) => `${quotedName(name)} is the run's own branch: push your work to another one`,
  runsBase: (name: string) => `${quotedName(name)} is the branch that the work is for: push your work to another one`,
  unrelatedBranch: (name: string, at: string) =>
    `The branch ${quotedName(name)} has no commit in common with ${at.slice(0, 7)}, which you were asked about`,
  emptyBranch: (name: string, at: string) =>
    `The branch ${quotedName(name)} holds no change since ${at.slice(0, 7)}, which you were asked about`,
  tooLargeBranch: (name: string, most: number) =>
    `The change of the branch ${quotedName(name)} takes more than ${most} bytes that are allowed`,
  tookBranch: (name: string, head: string) => `Took over the branch ${quotedName(name)} at ${head.slice(0, 7)}`,
  handInAgain: (problem: string) =>
    `What you handed in cannot be used: ${problem.replace(/\.$/, '')}. Nothing of it was taken over. Answer once more with your verdict and what you hand in`,
  leftOut: (files: readonly string[]) =>
    `Was sent and is no change here, because it is ignored or means the same: ${listed(files)}`,
  noBranch: (files: readonly string[]) =>
    `The workflow writes to no branch: changes were thrown away (${listed(files)})`,
  notCommitted: (files: readonly string[]) => `Left uncommitted, as the step asks: ${listed(files)}`,
  refused: (step: string, refused: string) => `Cannot commit the work of "${step}": ${refused}`,
  sentRefused: (step: string, refused: string) => `Cannot take in what was sent for "${step}": ${refused}`,
  refusedHint: () => 'Nothing was committed or pushed. If the change is wanted, a person has to make it',
  commit: (step: string, number: number | undefined) => (number === undefined ? step : `${step} for #${number}`),
  push: (sha: string, branch: string) => `Push ${sha.slice(0, 7)} to ${branch}`,
  overtaken: {
    pushed: (branch: string, kept: string) =>
      `Cannot push branch ${quotedName(branch)}: somebody else pushed to it while this step worked. ${kept}`,
    rewritten: (branch: string, kept: string) =>
      `Cannot push branch ${quotedName(branch)}: somebody else rewrote it while this step worked. ${kept}`,
    deleted: (branch: string, kept: string) =>
      `Cannot push branch ${quotedName(branch)}: somebody deleted it while this step worked. ${kept}`,
  },
  keptOn: (kept: string | undefined, sha: string) =>
    kept === undefined
      ? `The step's commit ${sha.slice(0, 7)} is on no branch: the server took none for it`
      : `What the step made is kept on branch ${quotedName(kept)}`,
  keptHint: (kept: string) =>
    `Look at both, and merge ${quotedName(kept)} into the branch or delete it; then start again: the next run goes on from what is there.`,
  overtakenHint: 'Look at what is on the branch now, then start again: the next run goes on from what is there.',
  keeping: (sha: string, branch: string) => `Keep ${sha.slice(0, 7)} on ${branch}`,
  notOvertaken: (branch: string) =>
    `Cannot go on with branch ${quotedName(branch)}: somebody else moved it, so the persona was not asked`,
  conflict: (branch: string, files: readonly string[]) =>
    `The work conflicts with what another step pushed to ${quotedName(branch)} meanwhile: ${listed(files)}`,
  conflictHint: () => 'Let the steps run one after the other with `dependencies`, or give them different files',
  persona: (persona: string, message: string) => `Persona "${persona}": ${message}`,
};

/** Sentences of steps that wait. */
export const waitMessages = {
  until: (time: string) => `Until ${time}`,
  waited: (time: string) => `Waited until ${time}`,
  badTime: (step: string, value: string) => `"${step}" cannot wait: ${value} is no time`,
  badTimeHint: () => 'Write a duration such as "30m", or a time such as 2026-12-01T08:00:00Z',
  answered: (login: string) => (login === '' ? 'Answered' : `Answered by ${login}`),
};

/** Sentences of `setup` and `verify`. */
export const commandMessages = {
  settingUp: (command: string) => `Setting up: ${command}`,
  verifying: (command: string) => `Verifying: ${command}`,
  could: (what: 'verify' | 'run', command: string) => `Could not ${what}: \`${command}\``,
  running: (command: string) => `Running: ${command}`,
  commandFailed: (command: string, code: number, tail: string) =>
    `\`${command}\` exited with ${code}${tail === '' ? '' : `. It said: ${tail}`}`,
  commandFailedHint: (step: string) =>
    `Correct what "${step}" found, or its \`commands\`; all that was said is among the run's artifacts`,
  commandsRan: (commands: readonly string[]) => `Ran ${commands.map((command) => `\`${command}\``).join(', ')}`,
  outsidersCommands: () =>
    "Who started the run may not push here, and nothing on this machine keeps commands away from Troupe's own secrets",
  untrusted: (what: 'setup' | 'verify' | 'run') =>
    `The repository declares \`${what}\` commands, and nothing on this machine keeps them away from Troupe's own secrets`,
  untrustedHint: () =>
    'Install bubblewrap where Troupe runs (`troupe doctor` says how), or list the repository under `repositories.trusted` in the server file and start a new run. What comes from a fork needs the sandbox',
  setupFailed: (command: string, how: string, tail: string) =>
    `Setup failed: \`${command}\` ${how}${tail === '' ? '' : `. It said: ${tail}`}`,
  setupHint: () => "Correct `setup.run` in .github/troupe.yml; the whole output is among the run's artifacts",
  exited: (code: number | null) => (code === null ? 'was ended by a signal' : `exited with ${code}`),
  killed: (signal: string, code: number | null) => {
    const meaning = signalMeaning(signal);
    const told = code === null ? '' : ` (exit code ${code})`;
    return `was ended by ${signal}${told}${meaning === undefined ? '' : `: ${meaning}`}`;
  },
  killedHint: () =>
    'Nothing is said about the work itself. Look at the memory and the processes of the machine, then run the step again',
  ended: (begins: string, how: string, tail: string) => `${begins} ${how}${tail === '' ? '' : `. It said: ${tail}`}`,
  timedOutHint: (what: 'verify' | 'run') => `Raise \`timeout\` of the step, or ${what} less`,
  timedOut: (duration: string) => `did not finish within ${duration}`,
  badCache: (path: string) => `\`setup.cache\` names "${path}", which is not a folder inside the repository`,
};

/** Why a verdict is not what the persona said, or why the step failed. */
export const verdictMessages = {
  red: (command: string, code: number, said: string) =>
    `Troupe ran \`${command}\`: it exited with ${code}${said === 'pass' ? ', although the persona said pass' : ''}`,
  failedTests: (command: string, failed: number) =>
    `Troupe ran \`${command}\`: ${failed} ${failed === 1 ? 'test' : 'tests'} failed, although it exited with 0`,
  noTestsRan: (command: string) => `Troupe ran \`${command}\`: no test ran, so nothing is proven`,
  notVerified: () =>
    'Nobody but the persona has run the tests. Set `verify: [[npm, test]]` in .github/troupe.yml or on the step, and Troupe runs them on the judged commit',
  unknownWord: () => 'The persona said neither pass nor fail',
  asks: (questions: readonly string[]) =>
    `The persona asks: ${questions.length === 0 ? 'it needs an answer before it can go on' : questions.join(' ')}`,
  noChanges: (step: string) => `"${step}" should change files and changed none`,
  noChangesHint: () => 'If nothing had to change, the persona must say why in `noop`',
  noOutputs: (step: string) => `"${step}" should hand over outputs and handed over none`,
  noComment: (step: string) => `"${step}" should say something in its summary and said nothing`,
  noopButChanged: () =>
    'The persona declared that nothing had to change, but it changed files: the declaration does not count',
};

function listed(files: readonly string[]): string {
  const shown = files.slice(0, 5).map(inQuotes);
  return files.length <= 5 ? shown.join(', ') : `${shown.join(', ')} and ${files.length - 5} more`;
}
