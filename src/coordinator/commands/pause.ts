// `/troupe pause`: nothing new starts until `/troupe resume`.
import { controlCommand } from './control-command.ts';

/** Pauses runs. */
export const pauseCommand = controlCommand({
  verb: 'pause',
  aliases: ['hold'],
  usage: 'pause [run]',
  summary: 'lets what runs now end and starts nothing new; the label `troupe:paused` does the same',
  example: '/troupe pause',
});
