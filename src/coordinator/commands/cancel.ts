// `/troupe cancel`: asks the runs of this issue to stop at once. The one who asked for a run may cancel it too.
import { controlCommand } from './control-command.ts';

/** Cancels runs. */
export const cancelCommand = controlCommand({
  verb: 'cancel',
  aliases: ['abort', 'kill'],
  usage: 'cancel [run]',
  summary: 'ends the runs that are going on here, at once; whoever asked for a run may end it too',
  example: '/troupe cancel',
});
