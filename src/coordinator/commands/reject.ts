// `/troupe reject`: the step that waits for an approval does not get it.
import { findStep } from '../controls/find-step.ts';
import { controlCommand } from './control-command.ts';

/** Rejects. */
export const rejectCommand = controlCommand({
  verb: 'reject',
  aliases: ['deny', 'decline'],
  usage: 'reject [step] [reason] [run]',
  summary: 'says no to the step that waits for an approval',
  example: '/troupe reject merge "The changelog is missing"',
  wish({ args, text }, run) {
    const [first] = args;
    if (first === undefined) return {};
    // the first word is a step, or the reason begins with it
    if ('problem' in findStep(run.state, first)) return { text: unquoted(text) };
    return { step: first, text: unquoted(text.replace(/^("[^"]*"|'[^']*'|\S+)\s*/, '')) };
  },
});

function unquoted(text: string): string {
  return text.replace(/^"([^"]*)"$/, '$1').trim();
}
