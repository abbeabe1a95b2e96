// `/troupe resume`: a paused run goes on.
import { controlCommand } from './control-command.ts';

/** Resumes runs. */
export const resumeCommand = controlCommand({
  verb: 'resume',
  aliases: ['continue', 'unpause', 'proceed'],
  usage: 'resume [run]',
  summary: 'lets a paused run go on',
  example: '/troupe resume',
});
