// Going on with an answer that was given and not gone on with before a death: from the journal, or from where it was handed in. Asks nobody.
import type { Worktree } from '../git/index.ts';
import { defined } from '../support/index.ts';
import { stepTrailer } from './common/commit-message.ts';
import { personaStepMessages } from './common/messages.ts';
import { givenBefore, keepArtifacts, readHandedIn } from './persona-answer.ts';
import type { Given, HandedIn } from './persona-answer.ts';
import { findHandedIn } from './persona-ask.ts';
import { asOf, ended, keptPrompt, openTree } from './persona-exchange.ts';
import type { Assignment, Exchanged } from './persona-exchange.ts';
import { readUnderWay } from './persona-session.ts';
import type { OpenTicket } from './persona-ticket.ts';
import { answersOf } from './question.ts';

/**
 * What comes of the answer; undefined: none was given, or what it is about is not there any more. It counts for the commit that it was
 * given on: steps beside it may have moved the branch since, and the push brings it to them.
 */
export async function goOnGiven(assignment: Assignment): Promise<Exchanged | undefined> {
  const { context, choice } = assignment;
  const answers = answersOf(context).length;
  const handedIn = readHandedIn(context.resumed, choice);
  const open = handedIn ?? readUnderWay(context.resumed, choice);
  if (open === undefined || open.answers !== answers) return undefined;
  const asBefore = await asOf(assignment, open.base);
  if (asBefore === undefined) return undefined;
  return handedIn === undefined ? goOnFound(asBefore, open) : goOnKept(asBefore, handedIn);
}

/** With what the journal keeps. */
async function goOnKept(assignment: Assignment, handedIn: HandedIn): Promise<Exchanged | undefined> {
  const { context, services } = assignment;
  const given = await givenBefore(services, handedIn);
  if (given === undefined) return anew(assignment, personaStepMessages.answerGone);
  const worktree = await treeOf(assignment, given);
  if (worktree === undefined) return anew(assignment, personaStepMessages.treeReset);
  await keepArtifacts(assignment, given);
  const { answer, changes } = given;
  context.progress(personaStepMessages.foundAnswer(assignment.choice.persona.name));
  const asked = { answer, ticket: handedIn.ticket, ...defined({ changes }) };
  return ended(assignment, { asked, worktree, warnings: [] });
}

/** With what lies on the desk of a request, and nobody has taken. */
async function goOnFound(assignment: Assignment, underWay: OpenTicket): Promise<Exchanged | undefined> {
  const { context, services, choice, at } = assignment;
  const worktree = await openTree(assignment, { keepChanges: true });
  const prompt = await keptPrompt(services, underWay);
  if (prompt === undefined || (choice.mayEdit && worktree.isKept !== true)) return undefined;
  const asked = await findHandedIn({ context, services, choice, worktree, head: at.head, prompt }, underWay);
  return asked === undefined ? undefined : ended(assignment, { asked, worktree, warnings: [] });
}

/** The tree as the persona left it, or with the commit that was made of it; undefined where it is needed and not there any more. */
async function treeOf(assignment: Assignment, { changes }: Given): Promise<Worktree | undefined> {
  const { context, choice, workplace } = assignment;
  if (!choice.mayEdit || changes !== undefined) return openTree(assignment);
  const worktree = await openTree(assignment, { keepChanges: true, keepCommit: true });
  const { made, isKept } = worktree;
  if (made === undefined) return isKept === true ? worktree : undefined;
  const { [stepTrailer]: steps = [] } = await workplace.repository.trailers(made);
  return steps.includes(context.path) ? worktree : undefined;
}

function anew({ context }: Assignment, why: string): undefined {
  context.progress(personaStepMessages.anew(why));
}
