// `/troupe pause`: nothing new starts until `/troupe resume`.
import { controlCommand } from './control-command.ts';
import { alsoForAll } from './everything.ts';

/** Pauses runs. */
export const pauseCommand = alsoForAll(
  controlCommand({
    verb: 'pause',
    aliases: ['hold'],
    usage: 'pause [run or all]',
    summary:
      'lets what runs now end and starts nothing new; the label `troupe:paused` does the same; `all`, by an operator, stops everything on this server at once',
    example: '/troupe pause',
  }),
  'pause',
);
