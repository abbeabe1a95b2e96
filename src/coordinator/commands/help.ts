// `/troupe help`: made from what each command declares, and the workflows that can be started here.
import { helpText } from '../common/messages.ts';
import type { CommandContext, CommandAnswer, CommandType } from './types.ts';

/** Help for the given commands and itself. */
export function helpCommand(others: readonly CommandType[]): CommandType {
  const self: CommandType = {
    verb: 'help',
    aliases: ['commands', '?'],
    usage: 'help',
    summary: 'shows this',
    example: '/troupe help',
    who: 'anyone',
    decide: async (_command, { scene }: CommandContext): Promise<CommandAnswer> => {
      const { candidates, effective } = await scene.catalogue();
      return {
        accepted: true,
        lines: [helpText([...others, self], candidates, effective.permissions)],
        actions: [],
        why: [{ topic: 'command', subject: 'help', ok: true, detail: '' }],
      };
    },
  };
  return self;
}
