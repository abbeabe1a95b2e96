// `/troupe status`: the runs of this issue, newest first. Reads only.
import { commandMessages } from '../command-messages.ts';
import { runsHere } from '../controls/choose-runs.ts';
import { answers } from '../messages.ts';
import { lineOf } from '../queue.ts';
import type { Command } from './parse.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';

const shown = 10;

/** Shows the runs of an issue or pull request. */
export const statusCommand: CommandType = {
  verb: 'status',
  aliases: ['runs'],
  usage: 'status',
  summary: 'shows the runs of this issue or pull request',
  example: '/troupe status',
  who: 'anyone',
  decide,
};

async function decide(_command: Command, { happening, subject, world, ports }: CommandContext): Promise<CommandAnswer> {
  const runs = await runsHere({ happening, subject, world, ports });
  const first = runs.slice(0, shown);
  const places = await lineOf(ports.journal, ports.operator.limits);
  const before = new Map(first.map(({ id }) => [id as string, commandMessages.inLine(places.get(id))]));
  const line =
    runs.length === 0
      ? answers.noRuns()
      : answers.status(first, { url: ports.runUrl, more: runs.length > shown, before });
  return {
    accepted: true,
    lines: [line],
    actions: [],
    why: [{ topic: 'command', subject: 'status', ok: true, detail: `${runs.length}` }],
  };
}
