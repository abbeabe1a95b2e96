// `/troupe rerun from`: a step and all that depends on it, once more.
import { controlCommand } from './control-command.ts';

/** Runs a step and what depends on it again. */
export const rerunCommand = controlCommand({
  verb: 'rerun',
  aliases: ['restart'],
  usage: 'rerun from <step> [run]',
  summary: 'runs a step and all that depends on it again; `rerun all` runs everything again',
  example: '/troupe rerun from qa',
  wish({ args }) {
    const [step] = args[0]?.toLowerCase() === 'from' ? args.slice(1) : args;
    return step === undefined ? {} : { step };
  },
});
