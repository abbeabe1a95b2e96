// What comes with an answer into the worktree: changes that were sent, or a branch that a person names. What cannot be taken from people is asked for again.
import type { StepContext, StepError, StepOutcome } from '../engine/index.ts';
import type { Worktree } from '../git/index.ts';
import type { PersonaResult, ResultChanges } from '../personas/index.ts';
import { stepThroughFaults } from './common/step-trouble.ts';
import { personaStepMessages as say } from './common/messages.ts';
import type { RunHead } from './common/run-head.ts';
import type { StepServices, Workplace } from './common/types.ts';
import { waitOn } from './persona-ask.ts';
import type { Question } from './persona-ask.ts';
import { changesOfBranch } from './persona-branch.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { mayAskPeople } from './persona-question.ts';
import { takeSent } from './persona-sent.ts';
import type { Sent } from './persona-sent.ts';
import type { OpenTicket } from './persona-ticket.ts';
import { answersOf } from './question.ts';

/** Where it is taken in. */
export interface HandInPlace {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
  readonly workplace: Workplace;
  readonly at: RunHead;
}

/** Takes it in, and waits while the machine refuses that. What was taken in by halves is thrown away first. */
export async function takeHandedIn(
  place: HandInPlace,
  worktree: Worktree,
  { answer, changes }: { readonly answer: PersonaResult; readonly changes?: ResultChanges | undefined },
): Promise<Sent> {
  const { context, services, choice } = place;
  const found = await handedIn(place, worktree, { branch: answer.branch, changes });
  if ('error' in found) return found;
  const { changes: given, warnings } = found;
  if (given === undefined) return { warnings };
  let isBegun = false;
  const sent = await stepThroughFaults(
    async () => {
      if (isBegun) await worktree.discard();
      isBegun = true;
      return takeSent({ context, services, choice }, worktree, given);
    },
    context,
    services,
  );
  return 'error' in sent ? sent : { ...sent, warnings: [...warnings, ...sent.warnings] };
}

type Found = { readonly changes?: ResultChanges; readonly warnings: readonly string[] } | { readonly error: StepError };

async function handedIn(
  { context, choice, workplace, at }: HandInPlace,
  worktree: Worktree,
  given: { readonly branch: string | undefined; readonly changes: ResultChanges | undefined },
): Promise<Found> {
  const { branch, changes } = given;
  if (branch === undefined) return { warnings: [], ...(changes === undefined ? {} : { changes }) };
  if (!choice.mayEdit) return { warnings: [say.mayNotSend(choice.persona.id, 'branch')] };
  const found = await changesOfBranch({ context, workplace, at, worktree }, branch);
  return 'error' in found ? found : { changes: found.changes, warnings: [found.note] };
}

/** Asks the person once more, of the same request, and says what was wrong; undefined: they were asked often enough. */
export async function askAgain(
  question: Question,
  open: OpenTicket,
  { message }: StepError,
): Promise<StepOutcome | undefined> {
  const { context } = question;
  const now = { ...open, answers: answersOf(context).length, attempt: context.attempt };
  return mayAskPeople(now.answers) ? waitOn(question, now, [say.handInAgain(message)]) : undefined;
}
