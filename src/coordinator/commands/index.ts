// The registry of commands: one line each.
import { answerCommand } from './answer.ts';
import { approveCommand } from './approve.ts';
import { budgetCommand } from './budget.ts';
import { cancelCommand } from './cancel.ts';
import { configCommand } from './config.ts';
import { explainCommand } from './explain.ts';
import { followupCommand } from './followup.ts';
import { helpCommand } from './help.ts';
import { pauseCommand } from './pause.ts';
import { planCommand } from './plan.ts';
import { rejectCommand } from './reject.ts';
import { rerunCommand } from './rerun.ts';
import { resumeCommand } from './resume.ts';
import { retryCommand } from './retry.ts';
import { runCommand } from './run.ts';
import { skipCommand } from './skip.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';
import type { CommandType } from './types.ts';
import { workflowsCommand } from './workflows.ts';

export type { CommandAnswer, CommandContext, CommandType } from './types.ts';

const registry: readonly CommandType[] = [
  runCommand,
  statusCommand,
  explainCommand,
  pauseCommand,
  resumeCommand,
  cancelCommand,
  stopCommand,
  retryCommand,
  rerunCommand,
  skipCommand,
  approveCommand,
  rejectCommand,
  answerCommand,
  followupCommand,
  budgetCommand,
  planCommand,
  configCommand,
  workflowsCommand,
];

/** All commands, in the order help shows them. */
export const commandTypes: readonly CommandType[] = [...registry, helpCommand(registry)];

/** The verbs that can be used now. */
export const verbs: readonly string[] = commandTypes.map((type) => type.verb);

/** The command of a verb or of another word for it. */
export function commandOf(verb: string): CommandType | undefined {
  return (
    commandTypes.find((type) => type.verb === verb) ??
    commandTypes.find((type) => type.aliases?.includes(verb) === true)
  );
}
