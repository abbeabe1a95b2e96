// `/troupe resume`: a paused run goes on.
import { controlCommand } from './control-command.ts';
import { alsoForAll } from './everything.ts';

/** Resumes runs. */
export const resumeCommand = alsoForAll(
  controlCommand({
    verb: 'resume',
    aliases: ['continue', 'unpause', 'proceed'],
    usage: 'resume [run or all]',
    summary: 'lets a paused run go on; `all`, by an operator, everything that was paused with `pause all`',
    example: '/troupe resume',
  }),
  'resume',
);
