// Every sentence the coordinator says: result, reason, next step. Text that came from people is made harmless here.
import type { Finding } from '../../definition/index.ts';
import type { Permission } from '../../github/index.ts';
import type { RunSummary } from '../../engine/index.ts';
import { isoTime, oneLine, quotedName } from '../../support/index.ts';
import { cell, harmless } from './harmless.ts';
import { saidOf } from './said-of.ts';
import type { Lack } from './permission.ts';
import type { RateReached } from './rate.ts';
import type { Hindrance } from './types.ts';

/** Sentences about mistakes in `.github/troupe.yml`. */
export const fileMessages = {
  tooLarge: () => 'The file is larger than 256 KB.',
  syntax: (problem: string) => `The file is not valid YAML: ${oneLine(problem, 300)}`,
  value: (where: string, problem: string) => `${where === '' ? 'The file' : `\`${where}\``} ${problem}.`,
  unknownKey: (key: string, where: string) => `Unknown key ${code(key)}${where === '' ? '' : ` in \`${where}\``}.`,
  form: () => 'does not have the form it needs',
  plain: (problem: string) => `${oneLine(problem, 300)}.`,
  quotes: (written: string) => `Put quotes around it: "${oneLine(written, 60)}".`,
  twoSettings: (first: string, second: string) =>
    `${code(first)} and ${code(second)} are both there, so neither holds.`,
  keepOne: (first: string) => `Keep ${code(first)}, with everything in it.`,
  unread: (path: string) => `Nothing reads ${code(path)}.`,
  twinIsRead: (twin: string) => `${code(twin)} has the same id and is read instead: keep one of the two.`,
  belongsAt: (path: string) => `It may be meant as ${code(path)}.`,
  readHere: (places: readonly string[]) => `Troupe reads ${list(places)}, and what a job, settings or a workflow name.`,
  didYouMean: (near: string) => `Did you mean \`${near}\`?`,
};

/** What the runs of a day have cost, and may. `isAll`: every price is known. */
interface SpentDay {
  readonly of: 'server' | 'repository';
  readonly usd: number;
  readonly most: number;
  readonly isAll: boolean;
}

/** What the bot answers on an issue or pull request. */
export const answers = {
  labelRefused: (label: string, { login, needed, has }: Lack) =>
    `@${login}, the label ${code(label)} starts a run only when somebody with ${needed} permission puts it on; you have ${has} permission here. ` +
    'I took it off: please ask a maintainer to put it on.',
  plainLabelRefused: (label: string, { login, needed, has }: Lack) =>
    `@${login}, the label ${code(label)} starts a run only when somebody with ${needed} permission puts it on; you have ${has} permission here. ` +
    'Nothing was started: please ask a maintainer to take it off and put it on again.',
  commandRefused: (verb: string, { login, needed, has }: Lack) =>
    `@${login}, ${code(`/troupe ${verb}`)} needs ${needed} permission; you have ${has} permission here.`,
  unknownWorkflow: (id: string, near: string | undefined, known: readonly string[]) =>
    `There is no workflow ${code(id)} here.${near === undefined ? '' : ` Did you mean \`${near}\`?`} Known: ${list(known)}.`,
  switchedOff: (id: string) =>
    `The workflow ${code(id)} is switched off here: take it out of \`workflows: { disable: […] }\` in \`.github/troupe.yml\` on the default branch, or start another one.`,
  unknownVerb: (verb: string, near: string | undefined) =>
    `I don't know the command ${code(`/troupe ${verb}`)}.${near === undefined ? '' : ` Did you mean \`/troupe ${near}\`?`} \`/troupe help\` lists all of them.`,
  unclosedQuote: (verb: string) => `${code(`/troupe ${verb}`)} has a quote that is not closed. Nothing was started.`,
  tooManyCommands: (most: number) => `A comment may hold ${most} commands; the ones after that were not read.`,
  mistakes: (files: readonly string[], findings: readonly Finding[], again: string) =>
    `Nothing was started: ${list(files)} ${files.length === 1 ? 'has' : 'have'} ${count(findings.length, 'mistake')}.\n\n` +
    `${findings.slice(0, 20).map(findingLine).join('\n')}` +
    `${findings.length > 20 ? `\n- and ${findings.length - 20} more` : ''}\n\n` +
    `Correct ${files.length === 1 ? 'it' : 'them'} on the default branch, then ${again}.`,
  tie: (ids: readonly string[], paths: readonly string[], isStep: boolean) =>
    `Nothing was started: ${list(paths)} answer to this with the same priority. ` +
    `Give one of them a higher \`trigger.priority\`, or say which one you mean: \`${isStep ? `workflow: ${ids[0] ?? ''}` : `/troupe run ${ids[0] ?? ''}`}\`${isStep ? ' in the step of the job' : ''}.`,
  nothingMatches: (known: readonly string[]) =>
    `No workflow answers to this issue as it is. Say which one you mean: \`/troupe run <workflow>\`. Known: ${list(known)}.`,
  badInputs: (workflow: string, problems: readonly string[]) =>
    `\`${workflow}\` was not started.\n\n${problems.map((one) => `- ${harmless(one)}`).join('\n')}\n\nWrite \`/troupe run ${workflow} key=value\`.`,
  hindered: (workflow: string, found: readonly Hindrance[]) => {
    const head = `\`${workflow}\` was not started, and nothing was spent: `;
    const again = 'Then start it again.';
    if (found.length !== 1)
      return `${head}${found.length} things stand against it.\n\n${found.map((one) => `- ${hindranceText(one)}`).join('\n')}\n\n${again}`;
    const text = found.map(hindranceText).join('');
    return `${head}${text}${text.endsWith('```') ? '\n\n' : ' '}${again}`;
  },
  fork: (workflow: string) =>
    `\`${workflow}\` was not started: this pull request comes from a fork, where only workflows with \`branch: false\` may run.`,
  closedTask: (workflow: string) => `\`${workflow}\` was not started: this is closed. Reopen it first.`,
  busy: (workflow: string, runs: readonly string[]) =>
    `\`${workflow}\` was not started: ${list(runs)} ${runs.length === 1 ? 'is' : 'are'} still going on here. \`/troupe cancel\` ends ${runs.length === 1 ? 'it' : 'them'}.`,
  rate: (workflow: string, { limit, most, of, within, freeAt }: RateReached) =>
    `\`${workflow}\` was not started: ${of === 'person' ? 'you have' : 'this repository has'} started the ${most === 1 ? 'one run' : `${most} runs`} that the operator of this server allows in ${within === 'hour' ? 'an hour' : 'a day'} (\`limits.${limit}\`). The next one can be started from ${isoTime(freeAt)} on.`,
  spentDay: (workflow: string, most: number, of: 'server' | 'repository') =>
    of === 'server'
      ? `\`${workflow}\` was not started: the runs of the last 24 hours have cost the $${most} that the operator of this server allows for a day. Try again later, or ask the operator for a higher \`limits.cost_usd_per_day\`.`
      : `\`${workflow}\` was not started: the runs of the last 24 hours have cost the $${most} that this repository may cost in a day. Try again later, or raise \`budget.cost_usd_per_day\` of .github/troupe.yml up to what the operator allows (\`limits.cost_usd_per_repository_day\`).`,
  badGroup: (workflow: string, problem: string) =>
    `\`${workflow}\` was not started: its \`concurrency.group\` has no value here (${harmless(problem)}).`,
  checksFailed: (app: string, checks: readonly string[], line: string) =>
    `Checks of ${code(app)} failed on the head of this pull request: ${list(checks)}. ${line}`,
  exhausted: (most: number) =>
    `The checks have failed again after ${most} tries in a row, so I stop trying. Look at them, then say what is to be done: \`/troupe followup <text>\`.`,
  started: (workflow: string, run: string, url: string | undefined) =>
    `Started \`${workflow}\` as ${runName(run, url)}.`,
  noRuns: () => 'No run yet on this one. `/troupe run <workflow>` starts one.',
  status: (
    runs: readonly RunSummary[],
    {
      url,
      more,
      before,
    }: {
      readonly url: ((run: string) => string | undefined) | undefined;
      readonly more: boolean;
      /** What a run waits for, by its id. */
      readonly before: ReadonlyMap<string, string>;
    },
  ) =>
    [
      '| run | workflow | state | now at | pull request |',
      '|---|---|---|---|---|',
      ...runs.map(
        (run) =>
          `| ${runName(run.id, url?.(run.id))} | ${cell(run.workflowName)} | ${run.status}${run.reason === undefined ? '' : `: ${cell(run.reason)}`}${before.get(run.id) ?? ''} | ` +
          `${run.currentSteps.map(cell).join(', ') || '–'} | ${run.pullRequestUrl ?? '–'} |`,
      ),
      ...(more ? ['', 'Older runs are left out.'] : []),
    ].join('\n'),
};

/** Titles of tasks that nobody wrote. */
export const plainTasks = {
  push: (branch: string) => `Push to ${branch}`,
  dispatch: (type: string) => `Event ${type}`,
  run: (workflow: string) => `Run ${workflow}`,
};

/** Descriptions of the labels Troupe creates. */
export const labelMessages = {
  description: (workflow: string, description: string) =>
    oneLine(description === '' ? `Starts Troupe's workflow ${workflow}` : `Troupe: ${description}`, 100),
};

/** Reasons as `explain` and the log give them. Never shown with a mention. */
export const reasons = {
  malformed: () => 'the payload is not of an event that an App receives',
  unsupported: (name: string) => `${name} starts nothing`,
  own: () => 'it was done by Troupe itself',
  ownMarker: () => 'the comment is one of Troupe’s own',
  notAllowed: (repository: string) => `${repository} is not in the operator's repositories.allow`,
  archived: () => 'the repository is archived',
  reservedLabel: (label: string) => `${label} is one of Troupe's own marks and starts nothing`,
  labelGone: (label: string) => `the label ${label} is not there any more`,
  unlistedBot: (login: string) => `the bot ${login} is not in permissions.bots`,
  permission: (login: string, has: Permission, needed: Permission) =>
    `${login} has ${has} permission, ${needed} is needed`,
  allowed: (login: string, needed: Permission) => `${login} has at least ${needed} permission, or is a listed bot`,
  noMatch: () => 'no workflow answers to it',
  unknownWorkflow: (id: string) => `there is no workflow ${id}`,
  switchedOff: (id: string) => `the workflow ${id} is switched off in .github/troupe.yml`,
  mistakes: (files: readonly string[]) => `${files.join(', ')} has mistakes`,
  tie: (ids: readonly string[]) => `${ids.join(' and ')} tie`,
  inputs: (workflow: string) => `inputs of ${workflow} are missing or wrong`,
  fork: () => 'the pull request comes from a fork and the workflow writes',
  closedTask: () => 'the issue or pull request is closed',
  busy: (workflow: string) => `${workflow} is rejected while another run goes on`,
  rate: ({ limit, most, freeAt }: RateReached) =>
    `limits.${limit} is ${most}, and that many runs were started; free again at ${isoTime(freeAt)}`,
  spentDay: ({ of, usd, most, isAll }: SpentDay) =>
    `the runs of the last 24 hours ${of === 'server' ? '' : 'here '}have cost ${isAll ? '' : 'at least '}$${usd.toFixed(2)}, and ${of === 'server' ? 'limits.cost_usd_per_day' : 'the limit of a day in this repository'} is $${most}`,
  hindered: (found: readonly Hindrance[]) =>
    `it could not go on: ${found.map(({ message, mend }) => [message, mend].filter((one) => one !== undefined).join('. ')).join('; ')}`,
  badGroup: (workflow: string) => `concurrency.group of ${workflow} has no value`,
  started: (workflow: string) => `${workflow} was started`,
  alreadyStarted: (run: string) => `the same event started ${run} before`,
  commands: (count: number) => (count === 1 ? 'one command was read' : `${count} commands were read`),
  labels: (count: number) => `${count} labels are there`,
  taskClosed: (by: string) => `closed by ${by}`,
  closedByOwnPullRequest: () => 'closed by the run’s own pull request',
  pullRequestClosed: (by: string) => `pull request closed by ${by}`,
  merged: (by: string) => `merged by ${by}`,
  replaced: (workflow: string) => `replaced by a new run of ${workflow}`,
  noLiveRun: () => 'no run is going on for it',
  notOurCheck: () => 'the check is not of a run of this Troupe',
  unknownButton: (button: string) => `there is no button ${button}`,
  noLiveRunOfBranch: (branch: string) => `no run works on ${bare(branch)}`,
  branchDeleted: (branch: string, by: string) => `the branch ${bare(branch)} was deleted by ${by}`,
  baseForcePushed: (branch: string, by: string) => `${bare(branch)} was force-pushed by ${by}`,
  strangerPushed: (by: string, sha: string) => `${by} pushed ${sha.slice(0, 7)}, which nobody judged`,
  stillGoesOn: (run: string) => `${run} still goes on`,
  nobodyJudges: () => 'no step of the run judges its commits',
  suiteIsFine: () => 'the checks did not fail, or are of no branch',
  notOurHead: (sha: string) => `${sha.slice(0, 7)} is not the head that the run left`,
  noRework: (workflow: string) => `${workflow} does not name check_suite.completed in its trigger`,
  exhausted: (most: number) => `failing checks started ${most} runs in a row`,
  removed: () => 'the App was removed from the repository',
  renamed: () => 'runs are kept by the repository’s id: a new name changes nothing',
  pausedLabel: () => 'the label troupe:paused is on',
  pausedBy: (label: string) => `the label ${label} was put on`,
  notOurReview: () => 'the review is not of a pull request of ours, or asks for no changes',
  matched: (how: string) => `matches by ${how}`,
  builtInAsleep: () => 'built in: answers to its own label and command only, unless workflows.enable names it',
  /** Behind `builtInAsleep`: a label that is on the issue, or was just put on, and that the workflow would answer to. */
  labelAsleep: (label: string, id: string) =>
    `; the label ${label} starts it only where .github/troupe.yml says workflows: { enable: [${id}] }; the label troupe:${id} and /troupe run ${id} do now`,
  lowerPriority: (winner: string) => `${winner} has the higher priority or the more specific trigger`,
  fallback: () => 'it is the default_workflow',
};

/** Text of people in a code span: no line breaks, backticks, HTML or our own marks. */
function code(text: string): string {
  return `\`${oneLine(text.replaceAll(/[`<>]/g, ''), 80).trim() || ' '}\``;
}

function findingLine(finding: Finding): string {
  return `- \`${finding.file}\` line ${finding.line}, column ${finding.column}: ${saidOf(finding, harmless)}`;
}

/** Inside a list, too: what is to be added is indented under its item. */
function hindranceText({ message, mend, lines = [] }: Hindrance): string {
  const said = [message, mend].filter((one) => one !== undefined).map((one) => harmless(one));
  if (lines.length === 0) return `${said.join('. ')}.`;
  return `${said.join('. ')}:\n\n${['```', ...lines, '```'].map((line) => `  ${line}`).join('\n')}`;
}

function runName(run: string, url: string | undefined): string {
  return url === undefined ? `\`${run}\`` : `[\`${run}\`](${url})`;
}

function list(names: readonly string[]): string {
  const quoted = names.map((name) => code(name));
  if (quoted.length === 0) return 'none';
  if (quoted.length === 1) return quoted[0] ?? '';
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

function count(many: number, word: string): string {
  return many === 1 ? `a ${word}` : `${many} ${word}s`;
}

/** The answer to `/troupe help`: every command as it declares itself, and the workflows of the repository. */
export function helpText(
  commands: readonly {
    readonly usage: string;
    readonly summary: string;
    readonly example: string;
    readonly who: 'anyone' | 'trigger' | 'control' | 'approve';
  }[],
  workflows: readonly { readonly id: string; readonly workflow?: { readonly description: string } | undefined }[],
  permissions: Readonly<Record<'trigger' | 'control' | 'approve', Permission>>,
): string {
  return [
    '| command | what it does | who may | example |',
    '|---|---|---|---|',
    ...commands.map(
      (command) =>
        `| \`/troupe ${command.usage}\` | ${cell(command.summary)} | ${command.who === 'anyone' ? 'anyone' : permissions[command.who]} | \`${command.example}\` |`,
    ),
    '',
    'Workflows here, each started by its label `troupe:<workflow>` or by `/troupe run <workflow>`:',
    '',
    ...workflows.map(
      (one) =>
        `- ${code(one.id)}${one.workflow === undefined ? ' (has mistakes)' : describedAs(one.workflow.description)}`,
    ),
  ].join('\n');
}

function describedAs(description: string): string {
  return description === '' ? '' : `: ${harmless(description)}`;
}

/** A branch's name inside a sentence, as code only where Markdown would read something into it. */
function bare(branch: string): string {
  return quotedName(branch).replace(/^"(.*)"$/, '$1');
}
