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

/** All commands but `help`, which is made from them; in the order help shows them. */
export const commands: readonly CommandType[] = [
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

/** Commands to look up. */
export interface CommandBook {
  /** All of them, `help` included. */
  readonly types: readonly CommandType[];
  /** The verbs that can be used. */
  readonly verbs: readonly string[];
  /** The command of a verb or of another word for it. */
  of(verb: string): CommandType | undefined;
}

/** The book of some commands, with `help` for them. */
export function commandBook(given: readonly CommandType[]): CommandBook {
  const types = [...given, helpCommand(given)];
  return {
    types,
    verbs: types.map((type) => type.verb),
    of: (verb) =>
      types.find((type) => type.verb === verb) ?? types.find((type) => type.aliases?.includes(verb) === true),
  };
}

/** Troupe's own commands, `help` included. */
export const commandTypes: readonly CommandType[] = commandBook(commands).types;
