// `troupe workflows`: what can be run here, the repository's own and the built-in ones, and what starts each. Runs nothing.
import type { Command } from 'commander';
import { deskCatalogue } from '../../host/index.ts';
import type { DeskCatalogue } from '../../host/index.ts';
import { oneLine } from '../../support/index.ts';
import { readConfiguration } from '../configuration.ts';
import { findingLines } from '../findings.ts';
import { exitCodes } from '../io.ts';
import type { Io } from '../io.ts';
import { workflowMessages } from '../messages-records.ts';
import { jsonOption } from '../options.ts';
import { printJson } from '../print-json.ts';
import { rootAround } from '../repository-of.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

/** Registers `troupe workflows`. */
export function registerWorkflows(program: Command, io: Io): void {
  program
    .command('workflows')
    .description('list the workflows of this repository and the built-in ones, and what starts each')
    .option('--config <file>', 'the server file with the providers')
    .option(...jsonOption('workflows'))
    .addHelpText('after', '\nExample:\n  troupe workflows')
    .action((options: Options) => listWorkflows(options, io));
}

async function listWorkflows(options: Options, io: Io): Promise<void> {
  const { serverFile, providers } = readConfiguration(io, {
    here: false,
    ...(options.config === undefined ? {} : { config: options.config }),
  });
  const catalogue = await deskCatalogue({ path: rootAround(io.cwd), serverFile, providers });
  const { candidates, settings, settingsFindings } = catalogue;
  if (options.json === true) {
    const findings = [...settingsFindings, ...candidates.flatMap((candidate) => candidate.findings)];
    printJson<'workflows'>(io, {
      workflows: candidates.map(({ id, path, builtIn, workflow }) => ({
        id,
        path,
        builtIn,
        ...(workflow === undefined
          ? {}
          : {
              name: workflow.name,
              description: workflow.description,
              trigger: triggerOf(workflow.trigger, isAsleep({ id, builtIn }, settings)),
              inputs: Object.keys(workflow.inputs),
            }),
      })),
      findings,
    });
  } else {
    for (const line of candidates.flatMap((candidate) => linesOf(candidate, settings))) io.out(line);
    for (const line of findingLines(settingsFindings)) io.out(line);
  }
  const isRight = settingsFindings.length === 0 && candidates.every(({ workflow }) => workflow !== undefined);
  io.exit(isRight ? exitCodes.ok : exitCodes.invalid);
}

type Candidate = DeskCatalogue['candidates'][number];
type Trigger = NonNullable<Candidate['workflow']>['trigger'];

function linesOf(candidate: Candidate, settings: DeskCatalogue['settings']): string[] {
  const { id, path, builtIn, workflow } = candidate;
  const where = builtIn ? workflowMessages.builtIn : path;
  if (workflow === undefined)
    return [workflowMessages.line(id, workflowMessages.mistakes, where), `    ✗ ${workflowMessages.validate(path)}`];
  const trigger = triggerOf(workflow.trigger, isAsleep(candidate, settings));
  return [
    workflowMessages.line(id, oneLine(workflow.description, 90), where),
    `    ${workflowMessages.startedBy(id, trigger)}`,
  ];
}

/** A built-in workflow answers to its own label and command only, unless the settings enable it. */
function isAsleep(
  { id, builtIn }: Pick<Candidate, 'id' | 'builtIn'>,
  { workflows }: DeskCatalogue['settings'],
): boolean {
  return builtIn && !workflows.enable.includes(id);
}

function triggerOf(trigger: Trigger, asleep: boolean): Trigger {
  if (!asleep) return trigger;
  const { condition: _condition, schedule: _schedule, ...rest } = trigger;
  return { ...rest, labels: [], events: [], assignees: [] };
}
