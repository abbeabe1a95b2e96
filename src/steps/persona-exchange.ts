// The exchange with whoever does the work: asks, or goes on with what was asked, and keeps the answer with its changes committed here.
import { ClaimLost, PaidFailure } from '../engine/index.ts';
import type { StepContext, StepError, StepOutcome } from '../engine/index.ts';
import type { Worktree } from '../git/index.ts';
import type { LostSession, PersonaResult, Reply, Ticket } from '../personas/index.ts';
import { fit, TroupeError, wallOf, defined } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { ProviderGate } from './health/provider-gate.ts';
import { throughGate } from './health/through-gate.ts';
import type { Passage } from './health/through-gate.ts';
import type { Candidates } from './health/who-is-asked.ts';
import { ask, goOn, reattach } from './persona-ask.ts';
import { isLost } from './persona-session.ts';
import type { Asked } from './persona-ask.ts';
import { observeChanges } from './persona-changes.ts';
import { askAgain, takeHandedIn } from './persona-hand-in.ts';
import { toCheckpoint } from './common/persona-checkpoint.ts';
import type { Answered } from './common/persona-checkpoint.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { failureIn, insteadOf } from './persona-failure.ts';
import type { Infos } from './persona-info.ts';
import { promptFor } from './persona-prompt.ts';
import { questionIn } from './persona-question.ts';
import type { OpenTicket } from './persona-ticket.ts';
import { answersOf } from './question.ts';
import type { RunHead } from './common/run-head.ts';
import { cacheFolders } from './setup.ts';
import type { Setup } from './setup.ts';
import { stepThroughFaults } from './common/step-trouble.ts';
import { sandboxFor } from './trust.ts';
import type { StepServices, Workplace } from './common/types.ts';

/** Kept of a prompt that was cut. */
const mostUncutBytes = 4 * 1024 * 1024;

/** What a persona step works with. */
export interface Work {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly setup: Setup;
  readonly gate: ProviderGate;
}

/** With everything that is settled before anybody is asked. */
export interface Assignment extends Work {
  readonly candidates: Candidates;
  readonly choice: PersonaChoice;
  readonly workplace: Workplace;
  readonly at: RunHead;
  readonly infos: Infos;
}

/** What came of an exchange. */
export type Exchanged = Answered | StepOutcome;

/** What came of asking, with the tree it was asked in. */
interface Got {
  readonly asked: Asked;
  readonly worktree: Worktree;
  readonly warnings: readonly string[];
  /** Asks whoever answered once more, where that is a person. */
  again?(error: StepError): Promise<StepOutcome | undefined>;
}

/** Sends a request of its own. */
export async function askAnew(assignment: Assignment): Promise<Exchanged> {
  await refuseUnusable(assignment.choice);
  const got = await throughGate(passageOf(assignment), () => askInTree(assignment));
  return 'kind' in got ? got : ended(assignment, got);
}

async function askInTree(assignment: Assignment): Promise<Got & { readonly answer?: PersonaResult }> {
  const { context, services, choice, workplace, at, infos } = assignment;
  const worktree = await openTree(assignment);
  const prompt = await promptFor(context, choice, { workplace, at, worktree, infos });
  const { sha256 } = await keepPrompt(assignment, 'prompt', prompt.text);
  if (prompt.uncut !== undefined)
    await keepPrompt(assignment, 'prompt-uncut', fit(services.redactor.text(prompt.uncut), mostUncutBytes));
  await setUp(assignment, worktree);
  const asked = await ask({ context, services, choice, worktree, head: at.head, prompt: { ...prompt, sha256 }, infos });
  const instead = choice.instead === undefined ? [] : [choice.instead];
  return { asked, worktree, warnings: [...instead, ...prompt.warnings], ...answerIn(asked) };
}

function answerIn(asked: Asked): { readonly answer?: PersonaResult } {
  return 'answer' in asked ? { answer: asked.answer } : {};
}

function keepPrompt(
  { context, services }: Assignment,
  what: 'prompt' | 'prompt-uncut',
  text: string,
): Promise<{ readonly sha256: string }> {
  return services.keepArtifact(context, {
    name: `${context.path}.${context.attempt}.${what}.md`,
    mediaType: 'text/markdown',
    content: services.redactor.text(text),
  });
}

/** Goes on with a request of before: the same tree, the same text. */
export async function goOnAt(assignment: Assignment, open: OpenTicket, reply: Reply | undefined): Promise<Exchanged> {
  const { context, services, choice, at } = assignment;
  const worktree = await openTree(assignment);
  const prompt = (await keptPrompt(services, open)) ?? { text: '', sha256: open.prompt };
  const question = { context, services, choice, worktree, head: at.head, prompt };
  const asked =
    reply === undefined
      ? await throughGate(passageOf(assignment), () => goOn(question, open, reply))
      : await goOn(question, open, reply);
  // what a person hands in and cannot be used is asked for again
  const again = reply?.from === undefined ? undefined : (error: StepError) => askAgain(question, open, error);
  return ended(assignment, { asked, worktree, warnings: [], ...defined({ again }) });
}

/**
 * Goes on with a request that was under way when its process died, in the tree as it was left. Where that cannot be done, all of it is done
 * anew, on a reset tree.
 */
export async function goOnUnderWay(assignment: Assignment, underWay: OpenTicket): Promise<Exchanged> {
  await refuseUnusable(assignment.choice);
  const asBefore = await asOf(assignment, underWay.base);
  const found = asBefore === undefined ? { lost: personaStepMessages.treeReset } : await goOnIn(asBefore, underWay);
  if (!isLost(found)) return found;
  assignment.context.progress(personaStepMessages.anew(found.lost));
  return askAnew(assignment);
}

async function goOnIn(assignment: Assignment, underWay: OpenTicket): Promise<Exchanged | LostSession> {
  const { context, services, choice, at } = assignment;
  const worktree = await openTree(assignment, { keepChanges: true });
  const prompt = await keptPrompt(services, underWay);
  if (worktree.isKept !== true || prompt === undefined) return { lost: personaStepMessages.treeReset };
  const asked = await throughGate(passageOf(assignment), () =>
    reattach({ context, services, choice, worktree, head: at.head, prompt }, underWay),
  );
  return isLost(asked) ? asked : ended(assignment, { asked, worktree, warnings: [] });
}

/**
 * The assignment at the commit that somebody was asked about: steps that work beside this one may have moved the branch since, and the push
 * brings the work to them. undefined: the mirror does not have that commit, as it was made again.
 */
export async function asOf(assignment: Assignment, base: Sha): Promise<Assignment | undefined> {
  const { context, workplace, at } = assignment;
  if (base === at.head) return assignment;
  try {
    await workplace.repository.ensureCommit(base, context.signal);
  } catch (error) {
    if (error instanceof TroupeError && (error.code === 'git/not-found' || error.code === 'git/failed'))
      return undefined;
    throw error;
  }
  return { ...assignment, at: { ...at, head: base } };
}

/** The text that was sent; undefined where its blob is gone. */
export async function keptPrompt(
  { blobs }: StepServices,
  { prompt: sha256 }: OpenTicket,
): Promise<{ readonly text: string; readonly sha256: string } | undefined> {
  const kept = await blobs.get(sha256);
  return kept === undefined ? undefined : { text: Buffer.from(kept).toString('utf8'), sha256 };
}

/** The tree that a persona works in, on the head of the run. */
export function openTree(
  { context, services, choice, workplace, at }: Assignment,
  how: { readonly keepChanges?: boolean; readonly keepCommit?: boolean } = {},
): Promise<Worktree> {
  return workplace.repository.worktree({
    run: context.run,
    name: context.overlaps ? context.path : 'main',
    at: at.head,
    keep: cacheFolders(context.spec.settings),
    agentView: true,
    ...(sandboxFor({ context, services }, choice.persona.sandbox).isAnotherUser ? { ownObjects: true } : {}),
    ...how,
    ...(workplace.pullRequest === undefined ? {} : { maskAgentConfiguration: true }),
  });
}

async function setUp(
  { context, services, choice, workplace, at, setup }: Assignment,
  worktree: Worktree,
): Promise<void> {
  if (!choice.mayExecute) return;
  const sandbox = sandboxFor({ context, services }, choice.persona.sandbox);
  await setup.ensure({ context, services, repository: workplace.repository, worktree, commit: at.head, sandbox });
}

function passageOf({ gate, choice, context, services }: Assignment): Passage {
  return { gate, provider: choice.provider, context, clock: services.clock, timeoutMs: choice.timeoutMs };
}

/** An answer that is kept, or how the step waits or failed instead. */
export async function ended(assignment: Assignment, { asked, worktree, warnings, again }: Got): Promise<Exchanged> {
  const { choice } = assignment;
  if ('kind' in asked) return asked;
  const { answer, ticket, changes } = asked;
  const { clock } = assignment.services;
  const told = failureIn(choice, answer, wallOf(clock).getTime());
  const failure = await insteadOf(assignment, told, clock.now());
  if (failure !== undefined) {
    await closeTicket(assignment, ticket, failure);
    return failure;
  }
  let answered: Answered;
  try {
    const sent = await takeHandedIn(assignment, worktree, { answer, changes });
    if ('error' in sent) {
      const unusable = { kind: 'failed', error: sent.error, usage: answer.usage } as const;
      await worktree.discard();
      const asksAgain = await again?.(sent.error);
      if (asksAgain !== undefined) return asksAgain;
      await closeTicket(assignment, ticket, unusable);
      return unusable;
    }
    const all = [...warnings, ...(answer.notes ?? []), ...sent.warnings];
    answered = await keep(assignment, { worktree, result: answer, warnings: all, ...defined({ sent: sent.kept }) });
  } catch (error) {
    // the work was paid for even if it may not be used
    throw error instanceof ClaimLost ? error : new PaidFailure(error, answer.usage);
  }
  await closeTicket(assignment, ticket);
  return answered;
}

/** The reply was read: its ticket is done. After a failure the next attempt sends another one. */
async function closeTicket({ context, services }: Assignment, ticket: Ticket, failure?: StepOutcome): Promise<void> {
  const { requestId, strategy } = ticket;
  if (strategy === 'immediate') return;
  if (failure !== undefined) await context.checkpoint({ phase: 'refused', requestId });
  await services.tickets.move(requestId, ['sending', 'waiting', 'answered'], { state: 'over', nextAt: null });
}

/** Commits here what was changed and keeps the answer: from now on nobody is asked again for it. */
async function keep(
  { context, services, choice, workplace, at, infos }: Assignment,
  got: Pick<Answered, 'result' | 'warnings' | 'sent'> & { readonly worktree: Worktree },
): Promise<Answered> {
  const { worktree } = got;
  const place = { worktree, workplace, at, agent: got.result.agent };
  // the answer is in hand: while the disk is full it waits here, and nobody is asked for it again
  const observed = await stepThroughFaults(() => observeChanges(context, choice, place), context, services);
  const answered: Answered = {
    result: got.result,
    from: at.head,
    answers: answersOf(context).length,
    provider: choice.provider.name,
    ...(infos.length === 0 ? {} : { infos }),
    ...defined({ sent: got.sent }),
    ...observed,
    warnings: [...got.warnings, ...observed.warnings],
  };
  await context.checkpoint(toCheckpoint(answered), ...questionIn(answered));
  return answered;
}

/** Its time is over, or its reply is lost: nobody waits for it any more. Who tries again sends a request of its own. */
export async function giveUp(
  { context, services }: Work,
  { ticket }: OpenTicket,
  { choice, why }: { readonly choice: PersonaChoice; readonly why: 'expired' | 'lost' },
): Promise<StepOutcome> {
  const { requestId, provider } = ticket;
  await context.record?.({ type: 'ticket.expired', data: { requestId } });
  const change = { state: 'releasing', nextAt: services.clock.now() } as const;
  await services.tickets.move(requestId, ['sending', 'waiting', 'answered'], change);
  if (why === 'lost') {
    const message = personaStepMessages.replyLost(provider);
    const hint = personaStepMessages.replyLostHint;
    return { kind: 'failed', error: { class: 'failed', code: 'persona/reply-lost', message, hint } };
  }
  const message = personaStepMessages.expired(choice.provider.name);
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
