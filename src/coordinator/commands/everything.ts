// `/troupe pause all` and `/troupe resume all`: an operator's word for everything on the server, whatever the issue it is said on. Decides only.
import { controlRefusals, haltLines } from '../controls/messages.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';
import type { Command } from './parse.ts';

/** The command; with the word `all` it is about everything. */
export function alsoForAll(command: CommandType, verb: 'pause' | 'resume'): CommandType {
  return {
    ...command,
    decide: (said, context) =>
      said.args[0]?.toLowerCase() === 'all' ? decideAll(verb, said, context) : command.decide(said, context),
  };
}

async function decideAll(
  verb: 'pause' | 'resume',
  { args }: Command,
  { happening, ports }: CommandContext,
): Promise<CommandAnswer> {
  const { login } = happening.comment?.author ?? happening.sender;
  const subject = `${verb} all`;
  const refused = (line: string): CommandAnswer => ({
    accepted: false,
    lines: [line],
    actions: [],
    why: [{ topic: 'command', subject, ok: false, detail: line }],
  });
  if (ports.halting === undefined) return refused(controlRefusals.notForAllHere());
  const { operators = [] } = ports.operator;
  if (!operators.some((one) => one.toLowerCase() === login.toLowerCase()))
    return refused(controlRefusals.noOperator(verb, operators.length > 0));
  const halted = verb === 'pause';
  const isSo = ((await ports.halting.now()) !== undefined) === halted;
  const reason = args.slice(1).join(' ');
  const line = isSo ? haltLines.isSo(halted) : haltLines.done(halted);
  return {
    accepted: true,
    lines: [line],
    // also where it is so already: whoever died on the way is followed
    actions: [{ kind: 'halt', halted, login, reason: reason === '' ? null : reason }],
    why: [{ topic: 'command', subject, ok: true, detail: line }],
  };
}
