// `/troupe explain`: why something ran here or did not. Decides again what would happen now, and tells what was decided before. Writes nothing.
import { explainIssue } from './explain-issue.ts';
import type { Command } from './parse.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';

/** Explains. */
export const explainCommand: CommandType = {
  verb: 'explain',
  aliases: ['why'],
  usage: 'explain',
  summary: 'tells why something ran here or did not',
  example: '/troupe explain',
  who: 'anyone',
  decide,
};

async function decide(_command: Command, context: CommandContext): Promise<CommandAnswer> {
  return {
    accepted: true,
    lines: [await explainIssue(context)],
    actions: [],
    why: [{ topic: 'command', subject: 'explain', ok: true, detail: '' }],
  };
}
