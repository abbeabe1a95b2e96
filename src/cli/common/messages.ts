// What the command line says. Result first, then reason, then what to do.
import type { RunEvent, RunSpec, RunSummary } from '../../engine/index.ts';
import { formatDuration, isoTime, oneLine, splitServerLines } from '../../support/index.ts';
import { exactCost, markOf } from '../../view/index.ts';
import type { ShownRow, ShownRun } from '../../view/index.ts';

/** A step as one line: mark, name, what it is at, how long it took. */
export function stepLine(row: ShownRow, now: number): string {
  const { mark, name, plain, startedAt, finishedAt, exactCost: cost, why } = row;
  const time = startedAt === undefined ? '' : `  ${formatDuration((finishedAt ?? now) - startedAt)}`;
  return `${mark} ${name}: ${plain}${time}${cost === '' ? '' : `  ${cost}`}${why === '' ? '' : ` — ${why}`}`;
}

/** A run as one line of `troupe runs`. */
export function runLine(run: RunSummary): string {
  const task =
    run.taskNumber === undefined ? oneLine(run.taskTitle, 50) : `#${run.taskNumber} ${oneLine(run.taskTitle, 44)}`;
  // A run at a desk is in the folder that one looks from.
  const where = run.repository === undefined || run.repository.startsWith('local/') ? '' : `${run.repository} `;
  const at = run.currentSteps.length === 0 ? '' : `  at ${run.currentSteps.join(', ')}`;
  const cost = exactCost({ known: run.costUsd ?? '0', complete: run.costComplete ?? true });
  return `${markOf(run.status)} ${run.id}  ${run.status.padEnd(9)}  ${isoTime(run.createdAt)}  ${run.workflow.padEnd(14)}  ${where}${task}${cost === '' ? '' : `  ${cost}`}${at}`;
}

/** A journal event as one line of `troupe logs`. */
export function eventLine(event: RunEvent): string {
  const step =
    event.step === undefined ? '' : ` ${event.step}${event.attempt === undefined ? '' : `#${event.attempt}`}`;
  return `${isoTime(event.at)} ${String(event.seq).padStart(4)} ${event.type}${step}${detail(event)}`;
}

/** How a run ended, in two or three lines. */
export function endLines(run: ShownRun): string[] {
  const { status, reason, branch, links } = run;
  const lines = [`${markOf(status)} ${status}${reason === undefined ? '' : `: ${reason}`}`];
  lines.push(...refusalLines(run));
  if (links.pullRequest !== undefined) lines.push(`  pull request  ${links.pullRequest.url}`);
  if (branch !== undefined && !branch.isDeleted)
    lines.push(`  branch        ${branch.name}${branch.head === undefined ? '' : ` at ${branch.head.slice(0, 10)}`}`);
  if (run.amounts.personaRuns > 0) lines.push(`  agent runs    ${run.amounts.personaRuns}${costText(run)}`);
  lines.push(...billLines(run));
  return lines;
}

/** Step by step: who was asked, what it took, what it cost and who says so. */
function billLines({ bill, rehearsal }: ShownRun): string[] {
  if (bill === undefined || rehearsal) return [];
  const lines = bill.lines.map(({ step, who, read, written, cached, cost, source }) => {
    const tokens = [
      read === '' ? '' : `${read} read`,
      cached === '' ? '' : `${cached} from caches`,
      written === '' ? '' : `${written} written`,
    ].filter((one) => one !== '');
    return `    ${[step, who, ...tokens, `${cost} (${source})`].filter((one) => one !== '').join(', ')}`;
  });
  return bill.more === 0 ? lines : [...lines, `    … and ${bill.more} more`];
}

/** What the server said to the step that failed, and what helps. */
function refusalLines({ status, rows }: ShownRun): string[] {
  if (status !== 'failed') return [];
  const error = rows.find((row) => row.status === 'failed' && row.told.error?.code.startsWith('git/'))?.told.error;
  if (error === undefined) return [];
  const { lines } = splitServerLines(error.message);
  return [...lines, ...(error.hint === undefined ? [] : [error.hint])].map((line) => `  ${line}`);
}

/** Where a run has its repository: its name on GitHub, or the folder of a run at a desk. */
export function placeOf({ repository, host }: Pick<RunSpec, 'repository' | 'host'>): string | undefined {
  if (repository === undefined) return undefined;
  return host === 'cli' ? repository.name : `${repository.owner}/${repository.name}`;
}

/** Sentences of errors and hints. */
export const cliMessages = {
  more: (count: number): string => `  … ${count} more`,
  noRun: (id: string, dataDir: string, near?: string): string =>
    `There is no run "${id}" in ${dataDir}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  noRunHint: 'List the runs with `troupe runs`; another data directory is named with --data-dir.',
  badRunId: (id: string): string => `"${id}" is not a run id: an r and 15 characters a–z, 2–7`,
  dataDirIsFile: (dataDir: string, file: string): string =>
    `Cannot use ${dataDir} as the data directory: ${file === dataDir ? 'it' : file} is a file`,
  dataDirDangling: (dataDir: string, link: string): string =>
    `Cannot use ${dataDir} as the data directory: ${link === dataDir ? 'it' : link} is a link that leads nowhere`,
  dataDirForbidden: (dataDir: string, folder: string, wish: 'read' | 'write'): string =>
    `Cannot use ${dataDir} as the data directory: this user may not ${wish === 'read' ? 'read' : 'write to'} ${folder === dataDir ? 'it' : folder}`,
  badDataDirHint: 'Name a folder with --data-dir or TROUPE_DATA_DIR; it is made when it is not there.',
  noData: (dataDir: string): string => `There are no runs yet in ${dataDir}`,
  noDataHint: 'Start one with `troupe run`, or name the data directory of the bot with --data-dir.',
  taskNeedsTitle: (): string => 'it has no `title`',
  taskNotJson: (problem: string): string => `it is not JSON (${problem})`,
  taskNotObject: (): string => 'it is not a JSON object',
  taskKey: (key: string, near: string): string => `it has a key \`${key}\`; did you mean \`${near}\`?`,
  taskHint:
    'A task is a JSON object with `title`, and perhaps `body`, `labels`, `number`; `gh issue view 7 --json title,body,labels,number` prints one.',
  noPrompt: (persona: string, why: string) => `Nothing would be sent to "${persona}": ${why}`,
  onlyLooked: 'Nobody was asked: this was a look at the prompt',
  noTask: 'There is no task: say what is to be done',
  noTaskHint:
    'Use --task "Fix the rounding", --issue issue.json, or `--task -` and `--issue -` to read it from standard input.',
  noConfig: (path: string): string => `There is no server file at ${path}`,
  noAnswers: (path: string): string => `There is no answers file at ${path}`,
  noEnvironment: (name: string, near: string | undefined): string =>
    `There is no environment "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  environmentsHint: (known: readonly string[]): string =>
    known.length === 0
      ? 'The settings name none: add `environments:` to .github/troupe.yml.'
      : `Environments here: ${known.join(', ')}.`,
  noWorkflow: (id: string, near: string | undefined): string =>
    `There is no workflow "${id}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  workflowsHint: (ids: readonly string[]): string => `Workflows here: ${ids.join(', ')}.`,
  workflowMistakes: (id: string): string => `The workflow "${id}" has mistakes:`,
  mistakesIn: (id: string, files: readonly string[]): string =>
    `Cannot run "${id}": ${files.length === 1 ? `${files[0]} has` : `${files.join(', ')} have`} mistakes:`,
  badInputs: (problems: readonly string[]): string => `The inputs do not fit: ${problems.join('; ')}`,
  inputShape: (text: string): string => `"${text}" is not an input: write --input name=value`,
  started: (run: string, workflow: string): string => `run ${run} of ${workflow}`,
  noProvider: (name: string, near?: string): string =>
    `Nothing executes personas here: there is no provider "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  noProviderHint: 'Name one in a server file (--config troupe.config.yml), or rehearse with --answers answers.yml.',
  noAgentHint: (page: string): string =>
    `\`troupe doctor\` looks at every agent that Troupe knows. Any other program: a server file (${page}); no agent at all: --answers answers.yml.`,
  rehearsal: 'Rehearsal: every answer comes from a script.',
  valid: (file: string, warnings: number): string =>
    `✓ ${file}${warnings === 0 ? '' : ` (${warnings} warning${warnings === 1 ? '' : 's'})`}`,
  findingsTotal: (errors: number, warnings: number): string =>
    `${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`,
  noFiles: 'No workflow files to check: name them, or run this in a repository with .github/troupe/workflows/',
  notThere: (path: string): string => `There is no file ${path}`,
  noRuns: (dataDir: string): string => `No runs in ${dataDir} match.`,
  badStatus: (status: string, near: string | undefined): string =>
    `There is no run status "${status}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  badLimit: (text: string): string => `"${text}" is no limit: \`--limit\` needs a whole number above 0`,
  badPort: (text: string): string => `"${text}" is no port: \`--port\` needs a number from 0 to 65535`,
  badSince: (text: string): string => `"${text}" is neither a duration (2d, 3h, 30m) nor a date (2026-11-20)`,
};

function detail(event: RunEvent): string {
  switch (event.type) {
    case 'step.failed':
      return `  ${event.data.error.class}: ${oneLine(event.data.error.message, 200)}`;
    case 'step.succeeded':
      return `  ${[event.data.result.verdict, oneLine(event.data.result.summary ?? '', 160)].filter(Boolean).join(' — ')}`;
    case 'step.skipped':
      return `  ${event.data.reason}${event.data.because === undefined ? '' : ` (${event.data.because})`}`;
    case 'step.progress':
      return `  ${oneLine(event.data.text, 160)}`;
    case 'step.retry_scheduled':
      return `  at ${isoTime(event.data.at)}: ${oneLine(event.data.reason, 160)}`;
    case 'effect.planned':
      return `  ${event.data.what}`;
    case 'usage.recorded':
      return `  ${event.data.usage.costUsd === undefined ? 'nobody knows the price' : `$${event.data.usage.costUsd}`}${event.data.late ? ', when nobody waited for it any more' : ''}`;
    case 'run.finished':
      return `  ${event.data.status}: ${oneLine(event.data.reason, 200)}`;
    case 'budget.exceeded':
      return `  ${event.data.which}: ${event.data.atLeast === true ? 'at least ' : ''}${event.data.used} of ${event.data.limit}`;
    default:
      return '';
  }
}

/** An unknown price is called unknown, never 0; a rehearsal costs nothing and says nothing about it. */
export function costText({ amounts: { exactCost: cost, complete }, rehearsal }: ShownRun): string {
  if (cost === '') return rehearsal ? '' : ', cost $0';
  if (complete) return `, cost ${cost}`;
  return cost.includes('$') ? `, cost ${cost} (some prices are unknown)` : `, ${cost}`;
}
