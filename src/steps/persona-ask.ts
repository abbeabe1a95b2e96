// Asks the provider, or goes on with what was asked, and gives back a checked, redacted answer. The ticket is stored before anything is sent.
import { checkOutputs, rightsOf } from '../personas/index.ts';
import type {
  PersonaResult,
  PersonaTask,
  ProviderAnswer,
  ProviderContext,
  Reply,
  Sandbox,
  Ticket,
} from '../personas/index.ts';
import { ClaimLost, PaidFailure } from '../engine/index.ts';
import type { StepContext, StepOutcome, StepRecord, TicketState } from '../engine/index.ts';
import type { Worktree } from '../git/index.ts';
import { toJson, defined } from '../support/index.ts';
import type { JsonObject, Redactor, Sha } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { mayAskPeople } from './persona-question.ts';
import { dataOf, openRow, toAsked, waitingFor } from './persona-ticket.ts';
import type { OpenTicket } from './persona-ticket.ts';
import { answersOf } from './question.ts';
import type { StepServices } from './common/types.ts';

/** What is asked. */
export interface Question {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
  readonly worktree: Worktree;
  /** The commit that it is about. */
  readonly head: Sha;
  /** The whole text, and the blob that keeps it. */
  readonly prompt: { readonly text: string; readonly sha256: string };
}

/** The answer, or how the step waits for one that comes later. */
export type Asked = { readonly answer: PersonaResult; readonly ticket: Ticket } | StepOutcome;

/** Sends a new request. */
export async function ask(question: Question): Promise<Asked> {
  const { context, services, choice } = question;
  const ticket: Ticket = {
    requestId: requestIdOf(context),
    provider: choice.provider.name,
    strategy: choice.strategy,
    deadline: services.clock.now() + choice.timeoutMs,
  };
  const open: OpenTicket = {
    ticket,
    base: question.head,
    attempt: context.attempt,
    prompt: question.prompt.sha256,
    answers: answersOf(context).length,
  };
  await keepAsked(question, open, [{ type: 'ticket.sent', data: { ticket: toJson(ticket) } }]);
  const row = ticket.strategy === 'immediate' ? undefined : await openRow(question, open);
  context.progress(personaStepMessages.asking(choice.persona.name, choice.provider.name));
  const answer = await choice.provider.start(
    taskOf(question, open),
    ticket,
    providerContext(question, open, row?.secret),
  );
  return received(question, open, { answer, from: ['sending', 'waiting'] });
}

/** Goes on with a request that was stored: with its reply, or without knowing whether it was sent. */
export async function goOn(question: Question, open: OpenTicket, reply: Reply | undefined): Promise<Asked> {
  const { choice, context, services } = question;
  await takeOver(question, open);
  const row = await services.tickets.get(open.ticket.requestId);
  const answer = await choice.provider.resume(
    taskOf(question, open),
    { ticket: open.ticket, ...defined({ reply }) },
    providerContext(question, open, row?.secret),
  );
  const now = { ...open, answers: answersOf(context).length, attempt: context.attempt };
  // what people said stands in the journal, not in the row
  const isInRow = reply !== undefined && open.questions === undefined;
  return received(question, now, { answer, from: isInRow ? ['answered'] : ['sending', 'waiting'] });
}

/** The attempt that sent it is over: from now on this one tells what it takes. */
export async function takeOver(
  about: { readonly context: StepContext; readonly choice: PersonaChoice },
  open: OpenTicket,
): Promise<void> {
  if (open.attempt !== about.context.attempt) await keepAsked(about, { ...open, attempt: about.context.attempt });
}

interface Received {
  readonly answer: ProviderAnswer;
  /** Where the row stands if nothing came meanwhile: a reply that was faster than the end of the request stays, one that was read goes. */
  readonly from: readonly TicketState[];
}

async function received(question: Question, open: OpenTicket, { answer, from }: Received): Promise<Asked> {
  if ('answer' in answer) return answered(question, open, answer.answer);
  const { waiting, asks } = answer;
  if (asks !== undefined && !mayAskPeople(open.answers)) return answered(question, open, asks);
  const outcome = await waitOn(question, { ...open, ticket: waiting }, asks);
  const change = { state: 'waiting', data: dataOf(waiting), nextAt: waiting.nextLookAt ?? null, reply: null } as const;
  await question.services.tickets.move(waiting.requestId, from, change);
  return outcome;
}

/** Whatever happens to an answer after it is there: it was paid, and says so. */
async function answered(
  { context, services, choice }: Question,
  { ticket }: OpenTicket,
  got: PersonaResult,
): Promise<Asked> {
  const { artifacts = [], ...rest } = got;
  const done: PersonaResult = { ...rest, usage: { ...rest.usage, request: ticket.requestId } };
  try {
    context.signal.throwIfAborted();
    context.progress(personaStepMessages.answered(choice.persona.name));
    for (const artifact of artifacts) {
      await services.keepArtifact(
        context,
        `${context.path}.${context.attempt}.${artifact.name}`,
        artifact.mediaType,
        services.redactor.text(artifact.content),
      );
    }
  } catch (error) {
    throw error instanceof ClaimLost ? error : new PaidFailure(error, done.usage);
  }
  return { answer: redacted(checkOutputs(done, choice.outputSchemas), services.redactor), ticket };
}

async function waitOn(question: Question, open: OpenTicket, asks: PersonaResult | undefined): Promise<StepOutcome> {
  question.context.signal.throwIfAborted();
  const questions = asks === undefined ? undefined : (asks.next?.questions ?? [asks.summary]);
  const { questions: _before, ...rest } = open;
  const waiting: OpenTicket = questions === undefined ? rest : { ...rest, questions };
  await keepAsked(question, waiting, questions === undefined ? [] : [{ type: 'question.asked', data: { questions } }]);
  return waitingFor(waiting);
}

async function keepAsked(
  { context, choice }: { readonly context: StepContext; readonly choice: PersonaChoice },
  open: OpenTicket,
  facts: readonly StepRecord[] = [],
): Promise<void> {
  await context.checkpoint(toAsked(open, choice.provider.isFree === true), ...facts);
}

function taskOf({ context, choice, worktree, head, prompt }: Question, { ticket, answers }: OpenTicket): PersonaTask {
  return {
    requestId: ticket.requestId,
    persona: choice.persona,
    text: prompt.text,
    inputs: context.input['params'] ?? {},
    outputSchemas: choice.outputSchemas,
    worktree: worktree.path,
    baseSha: head,
    ...(context.lastError === undefined ? {} : { lastError: context.lastError.message }),
    ...defined({ model: choice.model }),
    stepId: context.path,
    attempt: context.attempt + answers,
    answers: answersOf(context),
  };
}

/** Asked again with an answer of people, it is another request of the same attempt. */
function requestIdOf(context: StepContext): string {
  const answers = answersOf(context).length;
  return answers === 0 ? context.requestId : `${context.requestId}.${answers}`;
}

function providerContext(
  { context, services, choice, worktree }: Question,
  { ticket }: OpenTicket,
  secret: string | null | undefined,
): ProviderContext {
  const url = services.callbackUrl?.(ticket.requestId);
  return {
    signal: context.signal,
    clock: services.clock,
    log: services.log,
    redactor: services.redactor,
    sandbox: withReadable(
      services.sandbox(choice.persona.sandbox),
      rightsOf(choice.persona.tools).seesFiles ? (worktree.readable ?? []) : [],
    ),
    ...(url === undefined || secret === undefined || secret === null ? {} : { callback: { url, secret } }),
    progress: (text) => context.progress(text),
  };
}

/** The sandbox with the folders that the worktree's own history lies in. */
function withReadable(sandbox: Sandbox, folders: readonly string[]): Sandbox {
  return { ...sandbox, run: (run) => sandbox.run({ ...run, readable: [...(run.readable ?? []), ...folders] }) };
}

/** Nothing that a persona wrote leaves this process with a secret in it. */
function redacted(result: PersonaResult, redactor: Redactor): PersonaResult {
  // the redactor keeps the shape: it changes texts only
  const clean = redactor.json(toJson({ ...result, usage: null, outputs: null })) as unknown as PersonaResult;
  return { ...clean, outputs: redactor.json(result.outputs) as JsonObject, usage: result.usage };
}
