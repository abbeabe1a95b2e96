// `/troupe approve`: lets a run that waits for a person go on, bound to the commit the person has seen (decision 36).
import { defined } from '../../support/index.ts';
import { controlCommand } from './control-command.ts';

const commit = /^@?[0-9a-f]{7,40}$/i;

/** Approves. */
export const approveCommand = controlCommand({
  verb: 'approve',
  aliases: ['accept', 'lgtm'],
  usage: 'approve [step] [@sha] [run]',
  summary: 'lets the step that waits for an approval go on',
  example: '/troupe approve merge @1a2b3c4',
  wish({ args }) {
    // a step may be called like a commit: the one with an @ counts first
    const sha =
      args.find((word) => word.startsWith('@') && commit.test(word)) ?? args.find((word) => commit.test(word));
    const step = args.find((word) => word !== sha);
    return {
      ...defined({ step }),
      ...(sha === undefined ? {} : { sha: sha.replace('@', '').toLowerCase() }),
    };
  },
});
