// `/troupe stop`: ends a run in order, its last steps included.
import { controlCommand } from './control-command.ts';

/** Stops runs. */
export const stopCommand = controlCommand({
  verb: 'stop',
  aliases: ['end'],
  usage: 'stop [run]',
  summary: 'starts nothing new, then runs the last steps; whoever asked for a run may stop it too',
  example: '/troupe stop',
});
