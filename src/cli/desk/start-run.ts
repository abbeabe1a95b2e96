// Starts a run at the desk: what is wanted is checked, the working copy looked at, then it is driven. Shared by the commands that start one.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startedWorkflow } from '../../coordinator/index.ts';
import type { GivenWorkflow } from '../../coordinator/index.ts';
import { inspectWorkingCopy } from '../../git/index.ts';
import type { WorkingCopy } from '../../git/index.ts';
import { deskCatalogue } from '../../host/index.ts';
import { randomRunId, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import { settingsIn } from '../common/environment-option.ts';
import { requireFolder } from '../common/data-folder.ts';
import type { Io } from '../common/io.ts';
import { printJson } from '../common/print-json.ts';
import { driveAtDesk } from './drive.ts';
import { planLines, planOf } from './dry-run.ts';
import { remember } from './remembered.ts';
import type { StartedWith } from './remembered.ts';
import { repeatLine } from './repeat-line.ts';
import { wantedRun } from './wanted-run.ts';
import type { WantedOptions } from './wanted-run.ts';

/** The options of a command that starts a run. */
export interface StartOptions extends WantedOptions {
  readonly config?: string;
  readonly answers?: string;
  readonly provider?: string;
  readonly collectErrors?: boolean;
  readonly environment?: string;
  readonly autoApprove?: boolean;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** What is to be run. */
export interface Chosen {
  readonly workflowId: string;
  /** Absent: the repository has it, or it is built in. */
  readonly given?: GivenWorkflow;
  /** How it was chosen, for the line that repeats it. */
  readonly words?: Pick<StartedWith, 'file' | 'step'>;
}

/** Starts and drives it, or tells what would be done. Throws what is wrong before anything is started. */
export async function startRun({ workflowId, given, words }: Chosen, options: StartOptions, io: Io): Promise<void> {
  const configuration = readConfiguration(io, { ...options, here: false });
  const copy = await inspectWorkingCopy(io.cwd, configuration.redactor);
  const { serverFile, providers, redactor } = configuration;
  const from = { path: copy.root, serverFile, providers };
  const found = await deskCatalogue(from, given === undefined ? [] : [given]);
  const settings = settingsIn(found.effective.settings, options.environment);
  const looked = { ...found, effective: { ...found.effective, settings } };
  const wanted = await wantedRun(workflowId, options, { io, catalogue: looked, configuration });
  const settled = { ...settings, defaultProvider: wanted.usual };
  const catalogue = { ...looked, effective: { ...looked.effective, settings: settled } };
  if (options.dryRun === true) {
    const { workflow, task, inputs } = wanted;
    const plan = planOf({
      ...wanted,
      workflow: startedWorkflow(workflow, { task, inputs, event: {}, settings: settled }),
    });
    if (options.json === true) return printJson<'plan'>(io, plan);
    for (const line of planLines(plan)) io.out(line);
    return;
  }
  const dataDir = deskDataDir(copy, options, io);
  const run = randomRunId();
  const step = words?.step?.map((word) => redactor.text(word));
  const started = { ...startedWith(options, io), ...words, ...defined({ step }) };
  hideFromGit(copy, dataDir);
  await driveAtDesk({
    io,
    configuration,
    copy,
    dataDir,
    run,
    workflow: workflowId,
    json: options.json === true,
    ...defined({ output: options.output, collectErrors: options.collectErrors, autoApprove: options.autoApprove }),
    start(desk) {
      remember(dataDir, run, started);
      const { workflow, task, inputs } = wanted;
      return desk.start({ id: run, workflowId, workflow, task, inputs, requester: copy.author.name }, catalogue);
    },
    again: (spec) =>
      repeatLine(spec, {
        ...started,
        ...defined({ autoApprove: options.autoApprove }),
        ...(options.dataDir === undefined ? {} : { dataDir }),
        cwd: io.cwd,
        redactor,
      }),
  });
}

/** Paths are kept absolute: the run may be gone on with from elsewhere. */
export function startedWith(
  { config, answers, provider, collectErrors, environment, onFailure }: Partial<StartOptions>,
  io: Io,
): StartedWith {
  return {
    ...(config === undefined ? {} : { config: resolve(io.cwd, config) }),
    ...(answers === undefined ? {} : { answers: resolve(io.cwd, answers) }),
    ...defined({ provider, collectErrors, environment, onFailure }),
  };
}

/** Where the runs of a working copy are. Throws `cli/bad-data-dir`. */
export function deskDataDir(copy: WorkingCopy, { dataDir }: Pick<StartOptions, 'dataDir'>, io: Io): string {
  return requireFolder(dataDir === undefined ? join(copy.root, '.troupe') : resolve(io.cwd, dataDir), 'write');
}

/** Keeps the run's folder out of `git status` without touching a tracked file. */
function hideFromGit(copy: WorkingCopy, dataDir: string): void {
  const exclude = join(copy.root, '.git', 'info', 'exclude');
  if (dataDir !== join(copy.root, '.troupe') || !existsSync(exclude)) return;
  if (!readFileSync(exclude, 'utf8').split('\n').includes('/.troupe/')) appendFileSync(exclude, '\n/.troupe/\n');
}
