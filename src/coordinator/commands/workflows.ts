// `/troupe workflows`: what can be started here and how. Reads only.
import { commandMessages } from './messages.ts';
import type { Command } from './parse.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';

/** Lists the workflows of the repository. */
export const workflowsCommand: CommandType = {
  verb: 'workflows',
  aliases: ['list'],
  usage: 'workflows',
  summary: 'lists what can be started here, and what starts it',
  example: '/troupe workflows',
  who: 'anyone',
  decide,
};

async function decide(_command: Command, { scene }: CommandContext): Promise<CommandAnswer> {
  const { candidates, effective } = await scene.catalogue();
  return {
    accepted: true,
    lines: [commandMessages.workflows(candidates, effective.file.workflows.enable)],
    actions: [],
    why: [{ topic: 'command', subject: 'workflows', ok: true, detail: `${candidates.length}` }],
  };
}
