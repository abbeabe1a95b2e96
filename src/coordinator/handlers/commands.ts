// A comment with commands: decides each in order and puts the answers into one comment. Writes nothing.
import { nearest } from '../../support/index.ts';
import type { CommandAnswer, CommandBook, CommandContext } from '../commands/index.ts';
import { mayCall } from '../commands/looks.ts';
import type { Command } from '../commands/parse.ts';
import { ignored } from '../common/decisions.ts';
import { answers, reasons } from '../common/messages.ts';
import type { Subject } from '../common/payload.ts';
import { isAtLeast, isListedBot } from '../common/permission.ts';
import type { Action, Decision, Why } from '../common/types.ts';
import type { Handler, HandlerContext, Heard } from './types.ts';

/** More than this in one comment is not meant seriously. */
const mostCommands = 10;

type Commented = Heard & { readonly subject: Subject; readonly comment: NonNullable<Heard['comment']> };

/** The commands of a comment that are meant for us: a mention with an ordinary word after it is not. */
export async function commandsIn(
  comment: string,
  botLogin: string,
  { verbs }: Pick<CommandBook, 'verbs'>,
): Promise<readonly Command[]> {
  if (!mayCall(comment, botLogin)) return [];
  // most comments command nothing, and need no Markdown parser
  const { parseCommands } = await import('../commands/parse.ts');
  return parseCommands(comment, botLogin).filter((command) => !command.mention || verbs.includes(command.verb));
}

/** Does what the comment says, and answers below it. */
export const commands: Handler<Commented> = {
  name: 'commands',
  answersTo: 'a comment with commands',
  then: 'stop',
  isControl: true,
  matches: (happening): happening is Commented =>
    happening.name === 'issue_comment.created' &&
    happening.commands.length > 0 &&
    happening.comment !== undefined &&
    happening.subject !== undefined,
  decide,
};

async function decide(happening: Commented, context: HandlerContext): Promise<Decision> {
  const { comment, subject, commands: written } = happening;
  const { scene } = context;
  const { permissions } = (await scene.catalogue()).effective;
  if (comment.author.isBot && !isListedBot(comment.author.login, permissions))
    return ignored(happening, reasons.unlistedBot(comment.author.login));
  const answered: CommandAnswer[] = [];
  for (const command of written.slice(0, mostCommands))
    answered.push(await answerTo(command, { ...context, happening, subject }, context.commands));
  // several commands may be turned back with the same words
  const lines = [...new Set(answered.flatMap((answer) => answer.lines))];
  if (written.length > mostCommands) lines.push(answers.tooManyCommands(mostCommands));
  const refused = answered.some((answer) => !answer.accepted);
  const accepted = answered.some((answer) => answer.accepted);
  const started = answered.some(
    (answer) => answer.already !== undefined || answer.actions.some((action) => action.kind === 'start'),
  );
  const react = (content: 'eyes' | '+1' | 'confused'): Action => ({ kind: 'react', comment: comment.id, content });
  return {
    outcome: started ? 'started' : accepted ? 'acted' : 'refused',
    reason: reasons.commands(written.length),
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

async function answerTo(command: Command, context: CommandContext, book: CommandBook): Promise<CommandAnswer> {
  const type = book.of(command.verb);
  if (type === undefined) {
    const line = answers.unknownVerb(command.verb, nearest(command.verb, book.verbs));
    return refusedWith(line, note(command, false, line));
  }
  const { permissions } = (await context.scene.catalogue()).effective;
  const needed = type.who === 'anyone' ? 'read' : permissions[type.who];
  const { author } = context.happening.comment ?? { author: context.happening.sender };
  // what a command checks for itself (`run` and `cancel` know more) is left to it
  if (!author.isBot && !type.checksItself) {
    const has = await context.scene.permission(author.login);
    if (!isAtLeast(has, needed))
      return refusedWith(
        answers.commandRefused(type.verb, { login: author.login, needed, has }),
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
