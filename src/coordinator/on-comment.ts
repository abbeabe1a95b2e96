// A comment with commands: decides each in order and puts the answers into one comment. Writes nothing.
import { nearest } from '../support/index.ts';
import { mayCall } from './commands/looks.ts';
import { commandOf, verbs } from './commands/index.ts';
import type { CommandAnswer, CommandContext } from './commands/index.ts';
import type { Command } from './commands/parse.ts';
import { answers, reasons } from './messages.ts';
import { ignored } from './on-label.ts';
import type { Happening, Subject } from './payload.ts';
import { isAtLeast, isListedBot } from './permission.ts';
import type { Action, CoordinatorPorts, Decision, Why } from './types.ts';
import type { World } from './world.ts';

/** More than this in one comment is not meant seriously. */
const mostCommands = 10;

/** What happened, with the commands of its comment. */
export type Heard = Happening & { readonly commands: readonly Command[] };
type Commented = Heard & { readonly subject: Subject; readonly comment: NonNullable<Happening['comment']> };

/** The commands of a comment that are meant for us: a mention with an ordinary word after it is not. */
export async function commandsFor(comment: string, botLogin: string): Promise<readonly Command[]> {
  if (!mayCall(comment, botLogin)) return [];
  // most comments command nothing, and need no Markdown parser
  const { parseCommands } = await import('./commands/parse.ts');
  return parseCommands(comment, botLogin).filter((command) => !command.mention || verbs.includes(command.verb));
}

/** What to do about the comment. */
export async function onComment(happening: Commented, world: World, ports: CoordinatorPorts): Promise<Decision> {
  const { comment, subject, commands } = happening;
  const { permissions } = (await world.catalogue()).effective;
  if (comment.author.isBot && !isListedBot(comment.author.login, permissions))
    return ignored(happening, reasons.unlistedBot(comment.author.login));
  const answered: CommandAnswer[] = [];
  for (const command of commands.slice(0, mostCommands))
    answered.push(await answerTo(command, { happening, subject, world, ports }));
  const lines = answered.flatMap((answer) => answer.lines);
  if (commands.length > mostCommands) lines.push(answers.tooManyCommands(mostCommands));
  const refused = answered.some((answer) => !answer.accepted);
  const accepted = answered.some((answer) => answer.accepted);
  const started = answered.some(
    (answer) => answer.already !== undefined || answer.actions.some((action) => action.kind === 'start'),
  );
  const react = (content: 'eyes' | '+1' | 'confused'): Action => ({ kind: 'react', comment: comment.id, content });
  return {
    outcome: started ? 'started' : accepted ? 'acted' : 'refused',
    reason: reasons.commands(commands.length),
    why: answered.flatMap((answer) => answer.why),
    already: answered.flatMap((answer) => (answer.already === undefined ? [] : [answer.already])),
    actions: [
      ...(accepted ? [react('eyes')] : []),
      ...answered.flatMap((answer) => answer.actions),
      ...(lines.length === 0
        ? []
        : [{ kind: 'say' as const, issue: subject.number, marker: `answer-${comment.id}`, text: lines.join('\n\n') }]),
      ...(refused ? [react('confused')] : [react('+1')]),
    ],
  };
}

async function answerTo(command: Command, context: CommandContext): Promise<CommandAnswer> {
  const type = commandOf(command.verb);
  if (type === undefined) {
    const line = answers.unknownVerb(command.verb, nearest(command.verb, verbs));
    return refusedWith(line, note(command, false, line));
  }
  const { permissions } = (await context.world.catalogue()).effective;
  const needed = type.who === 'anyone' ? 'read' : permissions[type.who];
  const { author } = context.happening.comment ?? { author: context.happening.sender };
  // what a command checks for itself (`run` and `cancel` know more) is left to it
  if (!author.isBot && !type.checksItself) {
    const has = await context.world.permission(author.login);
    if (!isAtLeast(has, needed))
      return refusedWith(
        answers.commandRefused(author.login, type.verb, needed, has),
        note(command, false, reasons.permission(author.login, has, needed)),
      );
  }
  return type.decide(command, context);
}

function refusedWith(line: string, why: Why): CommandAnswer {
  return { accepted: false, lines: [line], actions: [], why: [why] };
}

function note(command: Command, ok: boolean, detail: string): Why {
  return { topic: 'command', subject: command.verb, ok, detail };
}
