// `troupe report`: one run as a page for people or a document for machines. Reads beside a running bot.
import type { Command } from 'commander';
import type { RunState } from '../../engine/index.ts';
import { codeSpan, formatDuration, isoTime } from '../../support/index.ts';
import { billTable, showRun } from '../../view/index.ts';
import type { ShownRow } from '../../view/index.ts';
import { dataDirOf, dataDirOption, stateOf, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { costText } from '../common/messages.ts';
import { printJson } from '../common/print-json.ts';
import { runAsJson } from '../common/run-as-json.ts';
import { jsonOption } from '../common/options.ts';

interface Options {
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe report`. */
export function registerReport(program: Command, io: Io): void {
  program
    .command('report')
    .argument('<run>', 'the run id')
    .description('print a report of a run in Markdown: steps, verdicts, evidence, cost')
    .option(...dataDirOption)
    .option(...jsonOption('run'))
    .addHelpText('after', '\nExample:\n  troupe report rabcdefghijklmno > report.md')
    .action(async (run: string, options: Options) => {
      const dataDir = dataDirOf(io, options.dataDir);
      const state = await withReader(dataDir, (journal) => stateOf(journal, run, dataDir));
      if (options.json === true) printJson<'run'>(io, runAsJson(state));
      else io.out(reportPage(state));
    });
}

/** The report as Markdown. */
export function reportPage(state: RunState): string {
  const { task, workflow, requester } = state.spec;
  const run = showRun({ state });
  const { personaRuns, tokens } = run.amounts;
  return [
    `# ${workflow.name}: ${task.number === undefined ? '' : `#${task.number} `}${task.title}`,
    '',
    `**${state.status}**${state.reason === undefined ? '' : ` — ${state.reason}`}`,
    '',
    `- run \`${state.id}\`, requested by ${requester.login}, started ${isoTime(state.createdAt)}`,
    ...(state.finishedAt === undefined ? [] : [`- took ${formatDuration(state.finishedAt - state.createdAt)}`]),
    ...(run.links.pullRequest === undefined ? [] : [`- pull request ${run.links.pullRequest.url}`]),
    ...(run.branch === undefined ? [] : [`- branch ${codeSpan(run.branch.name)}`]),
    `- ${personaRuns === 1 ? '1 agent run' : `${personaRuns} agent runs`}, ${tokens}${costText(run)}`,
    '',
    '| step | status | verdict | attempts | duration | cost |',
    '|---|---|---|---|---|---|',
    ...run.rows.map(
      ({ name, status, verdict = '', attempts, took, exactCost }) =>
        `| ${name} | ${status} | ${verdict} | ${attempts} | ${took} | ${exactCost} |`,
    ),
    ...(run.bill === undefined ? [] : ['', billTable(run.bill)]),
    ...run.rows.flatMap(detailsOf),
  ].join('\n');
}

function detailsOf({ name, why, told }: ShownRow): string[] {
  const evidence = told.evidence.map(
    ({ by, command, exitCode }) =>
      `- ${by === 'troupe' ? 'Troupe ran' : 'the persona says it ran'} \`${command}\`: exit ${exitCode}`,
  );
  const said = told.summary ?? why;
  if (said === '' && evidence.length === 0) return [];
  return [
    '',
    `## ${name}`,
    '',
    ...said.split('\n').map((line) => `> ${line}`),
    ...(evidence.length === 0 ? [] : ['', ...evidence]),
  ];
}
