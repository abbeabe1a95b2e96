// `troupe workflows`: what can be run here, the repository's own and the built-in ones, what starts each, how its runs went. Runs nothing.
import type { Command } from 'commander';
import { isAsleep, otherStarters } from '../../coordinator/index.ts';
import { endStatuses, listAll } from '../../engine/index.ts';
import { deskCatalogue } from '../../host/index.ts';
import type { DeskCatalogue } from '../../host/index.ts';
import { oneLine, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import { hasStore } from '../../store/index.ts';
import { dataDirOf, dataDirOption, storeIn, withReader } from '../common/data-dir.ts';
import { findingLines } from '../common/findings.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { workflowMessages } from '../common/messages-records.ts';
import { jsonOption } from '../common/options.ts';
import { printJson } from '../common/print-json.ts';
import { rootAround } from '../common/repository-of.ts';
import { newestOf, statsOf } from '../common/workflow-stats.ts';
import type { NewestRun, WorkflowStats } from '../common/workflow-stats.ts';

interface Options {
  readonly config?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe workflows`. */
export function registerWorkflows(program: Command, io: Io): void {
  program
    .command('workflows')
    .description('list the workflows of this repository and the built-in ones: what starts each, how its runs went')
    .option('--config <file>', 'the server file with the providers')
    .option(...dataDirOption)
    .option(...jsonOption('workflows'))
    .addHelpText('after', '\nExample:\n  troupe workflows')
    .action((options: Options) => listWorkflows(options, io));
}

async function listWorkflows(options: Options, io: Io): Promise<void> {
  const { serverFile, providers } = readConfiguration(io, {
    here: false,
    ...defined({ config: options.config }),
  });
  const catalogue = await deskCatalogue({ path: rootAround(io.cwd), serverFile, providers });
  const { candidates, settings, settingsFindings, personaFindings } = catalogue;
  const elsewhere = [...settingsFindings, ...personaFindings];
  const stats = await statsIn(dataDirOf(io, options.dataDir));
  if (options.json === true) {
    const findings = [...elsewhere, ...candidates.flatMap((candidate) => candidate.findings)];
    printJson<'workflows'>(io, {
      workflows: candidates.map(({ id, path, builtIn, workflow }) => ({
        id,
        path,
        builtIn,
        stats: stats.get(id) ?? null,
        ...(workflow === undefined
          ? {}
          : {
              name: workflow.name,
              description: workflow.description,
              trigger: triggerOf(workflow.trigger, isAsleep({ id, builtIn }, settings.workflows.enable)),
              inputs: Object.keys(workflow.inputs),
            }),
      })),
      findings,
    });
  } else {
    for (const line of candidates.flatMap((candidate) => linesOf(candidate, settings, stats.get(candidate.id))))
      io.out(line);
    for (const line of findingLines(elsewhere)) io.out(line);
  }
  const isRight =
    elsewhere.every(({ severity }) => severity === 'warning') &&
    candidates.every(({ workflow }) => workflow !== undefined);
  io.exit(isRight ? exitCodes.ok : exitCodes.invalid);
}

type Candidate = DeskCatalogue['candidates'][number];
type Trigger = NonNullable<Candidate['workflow']>['trigger'];

/** Of the runs that are kept here, if there are any. */
async function statsIn(dataDir: string): Promise<ReadonlyMap<string, ToldStats>> {
  if (!(await hasStore(storeIn(dataDir)))) return new Map();
  return withReader(dataDir, async (journal) => {
    const runs = await listAll(journal, { status: endStatuses });
    const newest = new Map<string, NewestRun>();
    for (const { id, workflow, status, reason } of newestOf(runs)) {
      const given = Object.entries((await journal.spec(id))?.inputs ?? {}).filter(([, value]) => value !== null);
      const error = status === 'succeeded' || reason === undefined ? {} : { error: reason };
      newest.set(workflow, { id, inputs: Object.fromEntries(given), ...error });
    }
    return new Map(
      [...statsOf(runs)].flatMap(([workflow, stats]) => {
        const last = newest.get(workflow);
        return last === undefined ? [] : [[workflow, { ...stats, newest: last }]];
      }),
    );
  });
}

interface ToldStats extends WorkflowStats {
  readonly newest: NewestRun;
}

function linesOf(candidate: Candidate, settings: DeskCatalogue['settings'], stats: ToldStats | undefined): string[] {
  const { id, path, builtIn, workflow } = candidate;
  const where = builtIn ? workflowMessages.builtIn : path;
  if (workflow === undefined)
    return [workflowMessages.line(id, workflowMessages.mistakes, where), `    ✗ ${workflowMessages.validate(path)}`];
  const trigger = triggerOf(workflow.trigger, isAsleep(candidate, settings.workflows.enable));
  return [
    workflowMessages.line(id, oneLine(workflow.description, 90), where),
    `    ${workflowMessages.startedBy(id, otherStarters(id, trigger))}`,
    ...(stats === undefined
      ? []
      : [workflowMessages.stats(stats), ...workflowMessages.newest(stats.newest)].map((line) => `    ${line}`)),
  ];
}

function triggerOf(trigger: Trigger, asleep: boolean): Trigger {
  if (!asleep) return trigger;
  const { condition: _condition, schedule: _schedule, ...rest } = trigger;
  return { ...rest, labels: [], events: [], assignees: [] };
}
