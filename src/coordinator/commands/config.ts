// `/troupe config`: the settings that hold here, merged from the operator's and the repository's. Reads only; holds no secrets.
import { commandMessages } from './messages.ts';
import type { Command } from './parse.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';

/** Shows the effective configuration. */
export const configCommand: CommandType = {
  verb: 'config',
  aliases: ['settings'],
  usage: 'config',
  summary: 'shows the settings that hold here',
  example: '/troupe config',
  who: 'trigger',
  decide,
};

async function decide(_command: Command, { scene, ports }: CommandContext): Promise<CommandAnswer> {
  const catalogue = await scene.catalogue();
  const { effective, settingsFindings } = catalogue;
  const findings = [...settingsFindings, ...(await catalogue.unread())];
  return {
    accepted: true,
    lines: [commandMessages.config(effective, ports.operator.limits, findings)],
    actions: [],
    why: [{ topic: 'command', subject: 'config', ok: true, detail: '' }],
  };
}
