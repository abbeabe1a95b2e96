// `/troupe followup`: more work on the branch of a run that has ended.
import { controlCommand } from './control-command.ts';

/** Starts a linked run. */
export const followupCommand = controlCommand({
  verb: 'followup',
  aliases: ['follow-up'],
  usage: 'followup <text> [run]',
  summary: 'goes on with the same branch and pull request; lines below belong to the text',
  example: '/troupe followup Use the existing date helper',
  wish: ({ text }) => ({ text }),
});
