// `troupe run`: one workflow on a local working copy, from a task to a branch.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { isRunOver } from '../../engine/index.ts';
import { inspectWorkingCopy } from '../../git/index.ts';
import type { WorkingCopy } from '../../git/index.ts';
import { deskCatalogue } from '../../host/index.ts';
import { randomRunId } from '../../support/index.ts';
import { readConfiguration } from '../configuration.ts';
import { requireFolder } from '../data-folder.ts';
import { runIdFrom, stateOf, withReader } from '../data-dir.ts';
import { driveAtDesk } from '../desk/drive.ts';
import { planLines, planOf } from '../desk/dry-run.ts';
import { tellEnd } from '../desk/end.ts';
import { goOn } from '../desk/go-on.ts';
import { onFailureWords } from '../desk/on-failure.ts';
import { remember } from '../desk/remembered.ts';
import type { StartedWith } from '../desk/remembered.ts';
import { repeatLine } from '../desk/repeat-line.ts';
import { wantedRun } from '../desk/wanted-run.ts';
import type { WantedOptions } from '../desk/wanted-run.ts';
import type { Io } from '../io.ts';
import { jsonOption } from '../options.ts';
import { printJson } from '../print-json.ts';

interface Options extends WantedOptions {
  readonly config?: string;
  readonly answers?: string;
  readonly provider?: string;
  readonly resume?: string;
  readonly collectErrors?: boolean;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe run`. */
export function registerRun(program: Command, io: Io): void {
  program
    .command('run')
    .argument('[workflow]', 'the workflow id', 'project-loop')
    .description('run a workflow on this working copy: the work appears on a branch, your files stay as they are')
    .option('--task <title>', 'what is to be done; - reads it from standard input: first line title, then more')
    .option('--body <text>', 'more about it')
    .option(
      '--issue <file>',
      'the task as JSON (an issue of the API or of `gh issue view --json …`); - reads standard input',
    )
    .option(
      '--input <name=value>',
      'an input of the workflow; again for more',
      (value: string, all: readonly string[]) => [...all, value],
      [],
    )
    .option('--config <file>', 'the server file with providers and limits')
    .option('--provider <name>', 'the provider of personas that name none')
    .option('--answers <file>', 'rehearse: every persona answers from this file')
    .option('--offline', 'ask nobody over the network: refuse to start unless scripts give every answer')
    .option('--dry-run', 'only say what would be done; nothing is started or written')
    .option('--collect-errors', 'run independent steps on after a failure and report all of them')
    .addOption(
      new Option('--on-failure <word>', 'what every step does when it fails, whatever the file says').choices(
        onFailureWords,
      ),
    )
    .option('--output <name>', 'print only this output of the run on standard output')
    .option('--resume <run>', 'go on with an interrupted run, as `troupe resume` does')
    .option('--data-dir <folder>', 'where the run is kept (default: .troupe in the working copy)')
    .option(...jsonOption('run'))
    .addHelpText(
      'after',
      '\nExamples:\n  troupe run hotfix --task "Fix the rounding" --config troupe.config.yml\n  gh issue view 7 --json title,body,labels,number | troupe run feature --issue -',
    )
    .action((workflow: string, options: Options) => runWorkflow(workflow, options, io));
}

async function runWorkflow(workflowId: string, options: Options, io: Io): Promise<void> {
  if (options.resume !== undefined) return resumeRun(options.resume, options, io);
  const configuration = readConfiguration(io, { ...options, here: false });
  const copy = await inspectWorkingCopy(io.cwd, configuration.redactor);
  const { serverFile, providers, redactor } = configuration;
  const catalogue = await deskCatalogue({ path: copy.root, serverFile, providers });
  const wanted = await wantedRun(workflowId, options, { io, catalogue, configuration });
  if (options.dryRun === true) {
    const plan = planOf(wanted, providers.rehearsal ? 'rehearsal' : serverFile.defaultProvider);
    if (options.json === true) return printJson<'plan'>(io, plan);
    for (const line of planLines(plan)) io.out(line);
    return;
  }
  const dataDir = dataDirIn(copy, options, io);
  const run = randomRunId();
  const started = startedWith(options, io);
  hideFromGit(copy, dataDir);
  await driveAtDesk({
    io,
    configuration,
    copy,
    dataDir,
    run,
    workflow: workflowId,
    json: options.json === true,
    ...(options.output === undefined ? {} : { output: options.output }),
    ...(options.collectErrors === undefined ? {} : { collectErrors: options.collectErrors }),
    start(desk) {
      remember(dataDir, run, started);
      return desk.start({ id: run, workflowId, requester: copy.author.name, ...wanted }, catalogue);
    },
    again: (spec) =>
      repeatLine(spec, {
        ...started,
        ...(options.dataDir === undefined ? {} : { dataDir }),
        cwd: io.cwd,
        redactor,
      }),
  });
}

/** `run --resume`: an ended run is told again. */
async function resumeRun(named: string, options: Options, io: Io): Promise<void> {
  const copy = await inspectWorkingCopy(io.cwd, readConfiguration(io, { here: false }).redactor);
  const dataDir = dataDirIn(copy, options, io);
  const run = runIdFrom(named);
  const state = await withReader(dataDir, (journal) => stateOf(journal, run, dataDir));
  const json = options.json === true;
  if (isRunOver(state.status)) return tellEnd(state, { json, interrupted: false }, io);
  return goOn({ state, dataDir, io, json, given: startedWith(options, io) });
}

/** Paths are kept absolute: the run may be gone on with from elsewhere. */
function startedWith({ config, answers, provider, collectErrors, onFailure }: Options, io: Io): StartedWith {
  return {
    ...(config === undefined ? {} : { config: resolve(io.cwd, config) }),
    ...(answers === undefined ? {} : { answers: resolve(io.cwd, answers) }),
    ...(provider === undefined ? {} : { provider }),
    ...(collectErrors === undefined ? {} : { collectErrors }),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

function dataDirIn(copy: WorkingCopy, { dataDir }: Options, io: Io): string {
  return requireFolder(dataDir === undefined ? join(copy.root, '.troupe') : resolve(io.cwd, dataDir));
}

/** Keeps the run's folder out of `git status` without touching a tracked file. */
function hideFromGit(copy: WorkingCopy, dataDir: string): void {
  const exclude = join(copy.root, '.git', 'info', 'exclude');
  if (dataDir !== join(copy.root, '.troupe') || !existsSync(exclude)) return;
  if (!readFileSync(exclude, 'utf8').split('\n').includes('/.troupe/')) appendFileSync(exclude, '\n/.troupe/\n');
}
