// `troupe analyze`: what a workflow comes to before it runs, and with --history how its steps went. Runs nothing.
import type { Command } from 'commander';
import { analyzeWorkflow } from '../../definition/index.ts';
import { endStatuses, foldRun } from '../../engine/index.ts';
import { dataDirOf, dataDirOption, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { analysisLines, historyLines } from '../common/messages-analysis.ts';
import { namedWorkflow, workflowArgument } from '../common/named-workflow.ts';
import { jsonOption } from '../common/options.ts';
import { printJson } from '../common/print-json.ts';
import { stepHistory } from '../common/step-history.ts';
import type { StepHistory } from '../common/step-history.ts';

interface Options {
  readonly history?: boolean;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const mostRuns = 100;

/** Registers `troupe analyze`. */
export function registerAnalyze(program: Command, io: Io): void {
  program
    .command('analyze')
    .argument(...workflowArgument)
    .description('tell the longest chain of a workflow, how long it may take, and what may go wrong')
    .option('--history', 'also how its steps went: slow, flaky and never-run ones')
    .option(...dataDirOption)
    .option(...jsonOption('analyze'))
    .addHelpText('after', '\nExample:\n  troupe analyze project-loop --history')
    .action((name: string, options: Options) => analyze(name, options, io));
}

async function analyze(name: string, options: Options, io: Io): Promise<void> {
  const { workflow, personas } = await namedWorkflow(name, io);
  const analysis = analyzeWorkflow(workflow, personas);
  const history = options.history === true ? await historyOf(workflow.id, dataDirOf(io, options.dataDir)) : undefined;
  if (options.json === true) {
    return printJson<'analyze'>(io, { workflow: workflow.id, ...analysis, history: history ?? null });
  }
  for (const line of analysisLines(workflow, analysis)) io.out(line);
  if (history !== undefined) for (const line of historyLines(history)) io.out(line);
}

/** Of the newest runs that have ended. */
async function historyOf(
  workflow: string,
  dataDir: string,
): Promise<{ readonly runs: number; readonly repositories: number; readonly steps: readonly StepHistory[] }> {
  return withReader(dataDir, async (journal) => {
    const { items: ended } = await journal.list({ workflow, status: endStatuses, limit: mostRuns });
    const states = [];
    for (const { id } of ended) states.push(foldRun(await journal.read(id)));
    const repositories = new Set(ended.map(({ repository }) => repository)).size;
    return { runs: states.length, repositories, steps: stepHistory(states) };
  });
}
