// The exchange with whoever does the work: asks, or goes on with what was asked, and keeps the answer with its changes committed here.
import { ClaimLost, PaidFailure } from '../engine/index.ts';
import type { StepContext, StepOutcome } from '../engine/index.ts';
import type { Worktree } from '../git/index.ts';
import type { PersonaResult, Reply, Ticket } from '../personas/index.ts';
import { TroupeError, defined } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import { askThrough } from './circuit.ts';
import type { Circuits } from './circuit.ts';
import { ask, goOn } from './persona-ask.ts';
import type { Asked } from './persona-ask.ts';
import { observeChanges } from './persona-changes.ts';
import { toCheckpoint } from './common/persona-checkpoint.ts';
import type { Answered } from './common/persona-checkpoint.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { promptFor } from './persona-prompt.ts';
import { questionIn } from './persona-question.ts';
import type { OpenTicket } from './persona-ticket.ts';
import { answersOf } from './question.ts';
import type { RunHead } from './common/run-head.ts';
import { cacheFolders } from './setup.ts';
import type { Setup } from './setup.ts';
import type { StepServices, Workplace } from './common/types.ts';

/** What a persona step works with. */
export interface Work {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly setup: Setup;
  readonly circuits: Circuits;
}

/** With everything that is settled before anybody is asked. */
export interface Desk extends Work {
  readonly choice: PersonaChoice;
  readonly workplace: Workplace;
  readonly at: RunHead;
}

/** What came of an exchange. */
export type Exchanged = Answered | StepOutcome;

/** What came of asking, with the tree it was asked in. */
interface Got {
  readonly asked: Asked;
  readonly worktree: Worktree;
  readonly warnings: readonly string[];
}

/** Sends a request of its own. */
export async function askAnew(desk: Desk): Promise<Exchanged> {
  const { context, services, choice, workplace, at } = desk;
  await refuseUnusable(choice);
  const worktree = await openTree(desk);
  const prompt = await promptFor(context, choice, { repository: workplace.repository, at, worktree });
  const { sha256 } = await services.keepArtifact(
    context,
    `${context.path}.${context.attempt}.prompt.md`,
    'text/markdown',
    services.redactor.text(prompt.text),
  );
  await setUp(desk, worktree);
  const asked = await askThrough(circuitOf(desk), () =>
    ask({ context, services, choice, worktree, head: at.head, prompt: { text: prompt.text, sha256 } }),
  );
  const cut = prompt.cut.length === 0 ? [] : [personaStepMessages.cut(prompt.cut.join('; '))];
  return ended(desk, { asked, worktree, warnings: cut });
}

/** Goes on with a request of before: the same tree, the same text. */
export async function goOnAt(desk: Desk, open: OpenTicket, reply: Reply | undefined): Promise<Exchanged> {
  const { context, services, choice, at } = desk;
  const worktree = await openTree(desk);
  const kept = await services.blobs.get(open.prompt);
  const prompt = { text: Buffer.from(kept ?? []).toString('utf8'), sha256: open.prompt };
  const question = { context, services, choice, worktree, head: at.head, prompt };
  const asked =
    reply === undefined
      ? await askThrough(circuitOf(desk), () => goOn(question, open, reply))
      : await goOn(question, open, reply);
  return ended(desk, { asked, worktree, warnings: [] });
}

function openTree({ context, workplace, at }: Desk): Promise<Worktree> {
  return workplace.repository.worktree({
    run: context.run,
    name: context.overlaps ? context.path : 'main',
    at: at.head,
    keep: cacheFolders(context.spec.settings),
    agentView: true,
    ...(workplace.pullRequest === undefined ? {} : { maskAgentConfiguration: true }),
  });
}

async function setUp({ context, services, choice, workplace, at, setup }: Desk, worktree: Worktree): Promise<void> {
  if (!choice.mayExecute) return;
  const sandbox = services.sandbox(choice.persona.sandbox);
  await setup.ensure({ context, services, repository: workplace.repository, worktree, commit: at.head, sandbox });
}

function circuitOf({ circuits, choice, context, services }: Desk): Parameters<typeof askThrough>[0] {
  return { circuits, provider: choice.provider.name, context, services };
}

/** An answer that is kept, or how the step waits or failed instead. */
async function ended(desk: Desk, { asked, worktree, warnings }: Got): Promise<Exchanged> {
  const { choice } = desk;
  if ('kind' in asked) return asked;
  const { answer, ticket } = asked;
  const failure = failureIn(choice, answer);
  if (failure !== undefined) {
    await closeTicket(desk, ticket, failure);
    return failure;
  }
  let answered: Answered;
  try {
    answered = await keep(desk, { worktree, result: answer, warnings });
  } catch (error) {
    // the work was paid for even if it may not be used
    throw error instanceof ClaimLost ? error : new PaidFailure(error, answer.usage);
  }
  await closeTicket(desk, ticket);
  return answered;
}

/** The reply was read: its ticket is done. After a failure the next attempt sends another one. */
async function closeTicket({ context, services }: Desk, ticket: Ticket, failure?: StepOutcome): Promise<void> {
  const { requestId, strategy } = ticket;
  if (strategy === 'immediate') return;
  if (failure !== undefined) await context.checkpoint({ phase: 'refused', requestId });
  await services.tickets.move(requestId, ['sending', 'waiting', 'answered'], { state: 'over', nextAt: null });
}

function failureIn(choice: PersonaChoice, result: PersonaResult): StepOutcome | undefined {
  if (result.status === 'error') return failedBy(choice, result);
  return result.next?.action === 'retry' && result.status !== 'fail' ? wantsAnother(choice, result) : undefined;
}

/** Commits here what was changed and keeps the answer: from now on nobody is asked again for it. */
async function keep(
  { context, choice, workplace, at }: Desk,
  got: { readonly worktree: Worktree; readonly result: PersonaResult; readonly warnings: readonly string[] },
): Promise<Answered> {
  const observed = await observeChanges(context, choice, { worktree: got.worktree, workplace, at });
  const answered: Answered = {
    result: got.result,
    from: at.head,
    answers: answersOf(context).length,
    ...observed,
    warnings: [...got.warnings, ...observed.warnings],
  };
  await context.checkpoint(toCheckpoint(answered), ...questionIn(answered));
  return answered;
}

/** Nobody waits for it any more. Who tries again sends a request of its own. */
export async function expire(
  { context, services }: Work,
  { ticket }: OpenTicket,
  { provider }: PersonaChoice,
): Promise<StepOutcome> {
  const { requestId } = ticket;
  await context.record?.({ type: 'ticket.expired', data: { requestId } });
  await services.tickets.move(requestId, ['sending', 'waiting'], { state: 'releasing', nextAt: services.clock.now() });
  const message = personaStepMessages.expired(provider.name);
  return { kind: 'failed', error: { class: 'timeout', code: 'persona/timeout', message } };
}

async function refuseUnusable(choice: PersonaChoice): Promise<void> {
  const problem = (await choice.provider.check(choice.persona)).find(({ severity }) => severity === 'error');
  if (problem === undefined) return;
  throw new TroupeError('persona/provider', problem.message, {
    class: 'config',
    ...defined({ hint: problem.hint }),
  });
}

function failedBy(choice: PersonaChoice, result: PersonaResult): StepOutcome {
  const error = result.error ?? { class: 'failed' as const, message: result.summary };
  return {
    kind: 'failed',
    error: {
      class: error.class,
      code: `persona/${error.class.replaceAll('_', '-')}`,
      message: personaStepMessages.persona(choice.persona.id, error.message),
      ...defined({ retryAfterMs: error.retryAfterMs }),
    },
    usage: result.usage,
  };
}

/** Whoever wants to do it again has not done it: what it left is thrown away, and the retry policy says how often. */
function wantsAnother({ persona }: PersonaChoice, { summary, usage }: PersonaResult): StepOutcome {
  const message = personaStepMessages.wantsAnother(persona.id, summary);
  return { kind: 'failed', error: { class: 'transient', code: 'persona/retry', message }, usage };
}
