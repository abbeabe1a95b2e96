// `troupe graph` and `troupe describe`: a workflow as a Mermaid graph, or as a page for people.
import type { Command } from 'commander';
import { describeWorkflow, workflowGraph } from '../../definition/index.ts';
import type { Io } from '../io.ts';
import { printJson } from '../print-json.ts';
import { jsonOption } from '../options.ts';
import { namedWorkflow, workflowArgument } from '../named-workflow.ts';

interface Options {
  readonly json?: boolean;
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
    .option(...jsonOption('describe'))
    .addHelpText('after', '\nExample:\n  troupe describe feature')
    .action(async (name: string, options: Options) => {
      const { workflow } = await namedWorkflow(name, io);
      if (options.json === true) printJson<'describe'>(io, workflow);
      else io.out(describeWorkflow(workflow));
    });
}
