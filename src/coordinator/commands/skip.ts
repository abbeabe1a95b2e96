// `/troupe skip`: leaves out a step that need not be done.
import { controlCommand } from './control-command.ts';

/** Skips an optional step. */
export const skipCommand = controlCommand({
  verb: 'skip',
  usage: 'skip <step> [run]',
  summary: 'leaves out an optional step (`advisory: true` or `on_failure: continue`)',
  example: '/troupe skip docs',
  wish: ({ args: [step] }) => (step === undefined ? {} : { step }),
});
