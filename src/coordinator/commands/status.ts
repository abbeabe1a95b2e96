// `/troupe status`: the runs of this issue, newest first, and whether everything is paused. Reads only.
import { commandMessages } from './messages.ts';
import { runsHere } from '../controls/choose-runs.ts';
import { driverLines, haltLines } from '../controls/messages.ts';
import { answers } from '../common/messages.ts';
import { lineOf } from '../common/queue.ts';
import type { RunId } from '../../support/index.ts';
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

async function decide(_command: Command, { happening, subject, scene, ports }: CommandContext): Promise<CommandAnswer> {
  const runs = await runsHere({ happening, subject, scene, ports });
  const first = runs.slice(0, shown);
  const places = await lineOf(ports.journal, ports.operator.limits);
  const before = new Map(first.map(({ id }) => [id as string, waitsFor(id)]));
  function waitsFor(id: RunId): string {
    const driver = ports.driver?.(id);
    return driver === undefined ? commandMessages.inLine(places.get(id)) : driverLines.inStatus(driver);
  }
  const halting = await ports.halting?.now();
  const line =
    runs.length === 0
      ? answers.noRuns()
      : answers.status(first, { url: ports.runUrl, more: runs.length > shown, before });
  return {
    accepted: true,
    lines: halting === undefined ? [line] : [haltLines.inStatus(halting), line],
    actions: [],
    why: [{ topic: 'command', subject: 'status', ok: true, detail: `${runs.length}` }],
  };
}
