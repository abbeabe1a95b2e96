// `troupe graph` and `troupe describe`: a workflow as a Mermaid graph, or as a page for people.
import type { Command } from 'commander';
import { describeWorkflow, workflowGraph } from '../../definition/index.ts';
import type { Workflow } from '../../definition/index.ts';
import { deskCatalogue } from '../../host/index.ts';
import type { Io } from '../common/io.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';
import { environmentOption, settingsIn } from '../common/environment-option.ts';
import { namedWorkflow, workflowArgument } from '../common/named-workflow.ts';
import { readConfiguration } from '../common/configuration.ts';
import { rootAround } from '../common/repository-of.ts';

interface Options {
  readonly json?: boolean;
  readonly environment?: string;
}

/** Registers `troupe graph`. */
export function registerGraph(program: Command, io: Io): void {
  program
    .command('graph')
    .argument(...workflowArgument)
    .description('print a workflow as a Mermaid graph')
    .option(...jsonOption('graph'))
    .addHelpText('after', '\nExample:\n  troupe graph project-loop')
    .action(async (name: string, options: Options) => {
      const graph = workflowGraph((await namedWorkflow(name, io)).workflow);
      if (options.json === true) printJson<'graph'>(io, { mermaid: graph });
      else io.out(graph);
    });
}

/** Registers `troupe describe`. */
export function registerDescribe(program: Command, io: Io): void {
  program
    .command('describe')
    .argument(...workflowArgument)
    .description('print a page about a workflow: what starts it, its steps, its inputs')
    .option(...environmentOption)
    .option(...jsonOption('describe'))
    .addHelpText('after', '\nExamples:\n  troupe describe feature\n  troupe describe feature --environment staging')
    .action(async (name: string, options: Options) => {
      const found = (await namedWorkflow(name, io)).workflow;
      const workflow = options.environment === undefined ? found : await inEnvironment(found, options.environment, io);
      if (options.json === true) printJson<'describe'>(io, workflow);
      else io.out(describeWorkflow(workflow));
    });
}

/** The workflow with the values that its variables have in an environment of the settings here. */
async function inEnvironment(workflow: Workflow, name: string, io: Io): Promise<Workflow> {
  const { serverFile, providers } = readConfiguration(io, { here: false });
  const { effective } = await deskCatalogue({ path: rootAround(io.cwd), serverFile, providers });
  return { ...workflow, variables: { ...workflow.variables, ...settingsIn(effective.settings, name).variables } };
}
