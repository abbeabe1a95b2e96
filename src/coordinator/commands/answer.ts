// `/troupe answer`: what a step asked the people here.
import { findStep } from '../controls/find-step.ts';
import { answerOf, waitingFor } from '../controls/people.ts';
import { controlCommand } from './control-command.ts';

/** Answers a question. */
export const answerCommand = controlCommand({
  verb: 'answer',
  aliases: ['reply'],
  usage: 'answer [step] <text or JSON> [run]',
  summary: 'answers the step that asked; lines below belong to the answer',
  example: '/troupe answer Use PostgreSQL 17',
  wish({ args, text }, run) {
    const [first] = args;
    const found = first === undefined ? undefined : findStep(run.state, first);
    const waits =
      found !== undefined && !('problem' in found)
        ? waitingFor(run, 'answer').find(({ path }) => path === found.state.path)
        : undefined;
    if (waits === undefined) return { value: answerOf(text) };
    return { step: waits.path, value: answerOf(text.replace(/^\S+\s*/, '')) };
  },
});
