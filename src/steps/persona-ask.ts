// Asks the provider, or goes on with what was asked, and gives back a checked, redacted answer. The ticket is stored before anything is sent.
import { rightsOf, withReadable } from '../personas/index.ts';
import type {
  Allowance,
  KeptSession,
  LostSession,
  PersonaResult,
  PersonaTask,
  ProviderAnswer,
  PromptSection,
  ProviderContext,
  Reply,
  ResultChanges,
  Ticket,
  TranscriptWriter,
} from '../personas/index.ts';
import type { StepContext, StepOutcome, StepRecord, TicketState } from '../engine/index.ts';
import type { Worktree } from '../git/index.ts';
import { toJson, defined } from '../support/index.ts';
import type { JsonObject, Sha } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import { keepArtifacts, keepHandedIn, settled } from './persona-answer.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { mayAskPeople } from './persona-question.ts';
import type { Infos } from './persona-info.ts';
import { dataOf, openRow, requestIdOf, toAsked, waitingFor } from './persona-ticket.ts';
import type { OpenTicket } from './persona-ticket.ts';
import { isLost, newSession, withSession } from './persona-session.ts';
import { sourceFor } from './persona-source.ts';
import { withTranscript } from './persona-transcript.ts';
import { answersOf } from './question.ts';
import { stepThroughFaults } from './common/step-trouble.ts';
import { sandboxFor } from './trust.ts';
import { allowanceOf, limitsHere } from './spending.ts';
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
  readonly prompt: { readonly text: string; readonly sha256: string; readonly sections?: readonly PromptSection[] };
  /** The files that it asked for before, by request. Absent: as the open request tells. */
  readonly infos?: Infos;
}

/** The answer, or how the step waits for one that comes later. */
export type Asked =
  | { readonly answer: PersonaResult; readonly ticket: Ticket; readonly changes?: ResultChanges }
  | StepOutcome;

/** Sends a new request. */
export async function ask(question: Question): Promise<Asked> {
  const { context, services, choice } = question;
  const { infos = [] } = question;
  const requestId = requestIdOf(context, infos);
  // empty before anybody can be asked under this id: what lies there afterwards is of this request
  const desk = choice.provider.find === undefined ? undefined : await services.desks?.fresh(context.run, requestId);
  const ticket: Ticket = {
    requestId,
    provider: choice.provider.name,
    strategy: choice.strategy,
    deadline: services.clock.now() + choice.timeoutMs,
    ...(desk === undefined ? {} : { keeps: { desk: true } }),
  };
  const open: OpenTicket = {
    ticket,
    base: question.head,
    attempt: context.attempt,
    prompt: question.prompt.sha256,
    answers: answersOf(context).length,
    ...(infos.length === 0 ? {} : { infos }),
  };
  await keepAsked(question, open, [{ type: 'ticket.sent', data: { ticket: toJson(ticket) } }]);
  const row = ticket.strategy === 'immediate' ? undefined : await openRow(question, open);
  context.progress(personaStepMessages.asking(choice.persona.name, choice.provider.name));
  const source = await sourceFor(question, ticket, row?.secret);
  const task = { ...taskOf(question, open), ...defined({ source }) };
  const allowance = allowanceOf(await limitsHere(question));
  const session = await newSession(question, ticket.requestId, (keeps) => keepSession(question, open, keeps));
  const answer = await withSession(question, ticket.requestId, () =>
    withTranscript({ context, services, ticket }, (transcript) => {
      transcript.tell({ kind: 'message', from: 'troupe', text: task.text });
      const sending = { open, secret: row?.secret, transcript, allowance, ...defined({ session, desk }) };
      return kept(question, open, choice.provider.start(task, ticket, providerContext(question, sending)));
    }),
  );
  return received(question, open, { answer, from: ['sending', 'waiting'] });
}

/** Goes on in the session of a process that died, where that can be found: the same request, which is paid once. */
export async function reattach(question: Question, underWay: OpenTicket): Promise<Asked | LostSession> {
  const { choice, context, services } = question;
  const { requestId } = underWay.ticket;
  const home = await services.homes?.kept(context.run, requestId);
  if (home === undefined || choice.provider.reattach === undefined) return { lost: personaStepMessages.nothingKept };
  const ticket = { ...underWay.ticket, deadline: services.clock.now() + choice.timeoutMs };
  const open: OpenTicket = { ...underWay, ticket, attempt: context.attempt };
  await keepAsked(question, open);
  const allowance = allowanceOf(await limitsHere(question));
  const session = { home, keep: (keeps: JsonObject) => keepSession(question, open, keeps) };
  const desk = await services.desks?.kept(context.run, requestId);
  const { reattach: goesOn } = choice.provider;
  const found = await withSession(question, requestId, () =>
    withTranscript({ context, services, ticket }, async (transcript) => {
      const sending = { open, secret: undefined, transcript, allowance, session, ...defined({ desk }) };
      if (goesOn === undefined) return { lost: '' };
      return kept(question, open, goesOn(taskOf(question, open), ticket, providerContext(question, sending)));
    }),
  );
  return isLost(found) ? found : received(question, open, { answer: found, from: [] });
}

/** What was handed in for a request whose process died before it was taken; undefined: nothing that is whole. Asks nobody. */
export async function findHandedIn(question: Question, underWay: OpenTicket): Promise<Asked | undefined> {
  const { choice, context, services } = question;
  const { ticket } = underWay;
  const desk = await services.desks?.kept(context.run, ticket.requestId);
  if (desk === undefined || ticket.keeps?.['desk'] !== true || choice.provider.find === undefined) return undefined;
  const open: OpenTicket = { ...underWay, attempt: context.attempt };
  const sending = { open, secret: undefined, allowance: {}, desk };
  const found = await choice.provider.find(taskOf(question, open), ticket, providerContext(question, sending));
  if (found === undefined) return undefined;
  context.progress(personaStepMessages.foundAnswer(choice.persona.name));
  const answer = await withSession(question, ticket.requestId, () =>
    withTranscript({ context, services, ticket }, () => kept(question, open, Promise.resolve({ answer: found }))),
  );
  return received(question, open, { answer, from: [] });
}

/** The answer, once it is where no death can take it: before its transcript is closed, its tree looked at, its price told. */
async function kept<Answer extends ProviderAnswer | LostSession>(
  question: Question,
  open: OpenTicket,
  answer: Promise<Answer>,
): Promise<Answer> {
  const given = await answer;
  if ('answer' in given) await keepHandedIn(question, open, given.answer);
  return given;
}

/** Goes on with a request that was stored: with its reply, or without knowing whether it was sent. */
export async function goOn(question: Question, open: OpenTicket, reply: Reply | undefined): Promise<Asked> {
  const { choice, context, services } = question;
  await takeOver(question, open);
  const row = await services.tickets.get(open.ticket.requestId);
  const { ticket } = open;
  // who has answered needs it no more
  const source = reply === undefined ? await sourceFor(question, ticket, row?.secret) : undefined;
  const task = { ...taskOf(question, open), ...defined({ source }) };
  const allowance = allowanceOf(await limitsHere(question));
  const answer = await withTranscript({ context, services, ticket }, (transcript) => {
    transcript.tell(reply === undefined ? { kind: 'message', from: 'troupe', text: task.text } : replyEntry(reply));
    const request = { ticket, ...defined({ reply }) };
    return choice.provider.resume(
      task,
      request,
      providerContext(question, { open, secret: row?.secret, transcript, allowance }),
    );
  });
  const now = { ...open, answers: answersOf(context).length, attempt: context.attempt };
  // what people said stands in the journal, not in the row
  const isInRow = reply !== undefined && open.questions === undefined;
  return received(question, now, { answer, from: isInRow ? ['answered'] : ['sending', 'waiting'] });
}

/** What came, as it came: a message like any other. */
function replyEntry({ body }: Reply) {
  return { kind: 'message', from: 'persona', text: Buffer.from(body).toString('utf8') } as const;
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
  const questions = asks === undefined ? undefined : (asks.next?.questions ?? [asks.summary]);
  const outcome = await waitOn(question, { ...open, ticket: waiting }, questions);
  const change = { state: 'waiting', data: dataOf(waiting), nextAt: waiting.nextLookAt ?? null, reply: null } as const;
  await question.services.tickets.move(waiting.requestId, from, change);
  return outcome;
}

/** Whatever happens to an answer after it is there: it was paid, and says so. */
async function answered(question: Question, { ticket }: OpenTicket, got: PersonaResult): Promise<Asked> {
  const given = await settled(question, ticket, got);
  await keepArtifacts(question, given);
  const { answer, changes } = given;
  return { answer, ticket, ...defined({ changes }) };
}

/** The step waits from now on: for people where there are questions. */
export async function waitOn(
  question: Question,
  open: OpenTicket,
  questions: readonly string[] | undefined,
): Promise<StepOutcome> {
  question.context.signal.throwIfAborted();
  const { questions: _before, ...rest } = open;
  const waiting: OpenTicket = questions === undefined ? rest : { ...rest, questions };
  await keepAsked(question, waiting, questions === undefined ? [] : [{ type: 'question.asked', data: { questions } }]);
  return waitingFor(waiting);
}

async function keepSession(question: Question, open: OpenTicket, keeps: JsonObject): Promise<void> {
  await keepAsked(question, { ...open, ticket: { ...open.ticket, keeps: { ...open.ticket.keeps, ...keeps } } });
}

async function keepAsked(
  { context, choice }: { readonly context: StepContext; readonly choice: PersonaChoice },
  open: OpenTicket,
  facts: readonly StepRecord[] = [],
): Promise<void> {
  await context.checkpoint(toAsked(open, choice.provider.isFree === true), ...facts);
}

function taskOf(
  { context, choice, worktree, head, prompt }: Question,
  { ticket, answers, infos = [] }: OpenTicket,
): PersonaTask {
  return {
    requestId: ticket.requestId,
    persona: choice.persona,
    text: prompt.text,
    inputs: context.input['params'] ?? {},
    outputSchemas: choice.outputSchemas,
    worktree: worktree.path,
    baseSha: head,
    ...(context.lastError === undefined ? {} : { lastError: context.lastError.message }),
    ...defined({ model: choice.model, sections: prompt.sections }),
    stepId: context.path,
    attempt: context.attempt + answers + infos.length,
    answers: answersOf(context),
  };
}

/** What a request has beside its question. */
interface Sending {
  readonly open: OpenTicket;
  /** What signs its answers, where others send them. */
  readonly secret: string | null | undefined;
  readonly transcript?: TranscriptWriter;
  readonly allowance: Allowance;
  readonly session?: KeptSession;
  readonly desk?: string;
}

function providerContext(
  { context, services, choice, worktree }: Question,
  { open: { ticket }, secret, transcript, allowance, session, desk }: Sending,
): ProviderContext {
  const url = choice.provider.callsBack === true ? services.callbackUrl?.(ticket.requestId) : undefined;
  return {
    signal: context.signal,
    clock: services.clock,
    log: services.log,
    redactor: services.redactor,
    sandbox: withReadable(
      sandboxFor({ context, services }, choice.persona.sandbox),
      rightsOf(choice.persona.tools).seesFiles ? (worktree.readable ?? []) : [],
    ),
    ...(url === undefined || secret === undefined || secret === null ? {} : { callback: { url, secret } }),
    ...offerOf({ context, services }, ticket, secret),
    progress: (text) => context.progress(text),
    transcript: (entry) => transcript?.tell(entry),
    allowance,
    ...defined({ session, desk }),
  };
}

/** Where the request can be laid down for whoever works on it. */
function offerOf(
  { context, services }: Pick<Question, 'context' | 'services'>,
  { requestId, deadline }: Ticket,
  secret: string | null | undefined,
): Pick<ProviderContext, 'offer'> {
  const { requests } = services;
  if (requests === undefined || secret === undefined || secret === null) return {};
  const { run } = context;
  return {
    offer: (body) =>
      stepThroughFaults(() => requests.offer({ run, requestId, body, secret, deadline }), context, services),
  };
}
