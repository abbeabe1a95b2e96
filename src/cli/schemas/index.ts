// Every `--json` output by the command that prints it: the one source of the published schemas and of what the compiler lets a command print.
import { analyzeOutput } from './analyze.ts';
import { backupOutput, restoreOutput } from './archive.ts';
import { costOutput } from './cost.ts';
import { describeOutput, workflowsOutput } from './describe.ts';
import { demoOutput } from './demo.ts';
import { errorOutput } from './error.ts';
import {
  explainOutput,
  inboxListOutput,
  inboxRetryOutput,
  inboxShowOutput,
  logsOutput,
  queueOutput,
  runsOutput,
} from './lists.ts';
import {
  completionOutput,
  controlOutput,
  doctorOutput,
  graphOutput,
  haltOutput,
  initOutput,
  personasOutput,
  promptOutput,
  validateOutput,
} from './machine.ts';
import type { Printable } from './parts.ts';
import { planOutput } from './plan.ts';
import { artifactsOutput, inspectOutput, runOutput } from './run.ts';

/** Schema by name; published as schema/cli/<name>.schema.json. */
export const outputSchemas = {
  analyze: analyzeOutput,
  artifacts: artifactsOutput,
  backup: backupOutput,
  completion: completionOutput,
  control: controlOutput,
  cost: costOutput,
  demo: demoOutput,
  describe: describeOutput,
  doctor: doctorOutput,
  error: errorOutput,
  explain: explainOutput,
  graph: graphOutput,
  halt: haltOutput,
  'inbox-list': inboxListOutput,
  'inbox-retry': inboxRetryOutput,
  'inbox-show': inboxShowOutput,
  init: initOutput,
  inspect: inspectOutput,
  logs: logsOutput,
  personas: personasOutput,
  plan: planOutput,
  prompt: promptOutput,
  queue: queueOutput,
  restore: restoreOutput,
  run: runOutput,
  runs: runsOutput,
  validate: validateOutput,
  workflows: workflowsOutput,
};

/** The name of an output. */
export type OutputName = keyof typeof outputSchemas;
/** What a command prints under that name. */
export type Output<Name extends OutputName> = Printable<(typeof outputSchemas)[Name]>;
