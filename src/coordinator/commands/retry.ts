// `/troupe retry`: what failed, once more.
import { controlCommand } from './control-command.ts';

/** Retries failed steps. */
export const retryCommand = controlCommand({
  verb: 'retry',
  aliases: ['again', 'retest'],
  usage: 'retry [step] [run]',
  summary: 'runs what failed once more; what was done well is kept',
  example: '/troupe retry qa',
  wish: ({ args: [step] }) => (step === undefined ? {} : { step }),
});
