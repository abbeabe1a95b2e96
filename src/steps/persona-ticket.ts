// The open request of a persona step: what its checkpoint keeps of it, and where its row stands. Asks nobody, makes no worktree.
import { randomBytes } from 'node:crypto';
import type { StepContext, StepOutcome, TicketRow } from '../engine/index.ts';
import type { Reply, Ticket } from '../personas/index.ts';
import { isObject, isSha, toJson } from '../support/index.ts';
import type { Json, JsonObject, Sha } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { Infos } from './persona-info.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { answersOf } from './question.ts';
import type { StepServices } from './common/types.ts';

/** A request that was sent, or is about to be. Kept in the checkpoint before anything is sent; its row holds the rest. */
export interface OpenTicket {
  readonly ticket: Ticket;
  /** The commit that it is about. */
  readonly base: Sha;
  /** The attempt that keeps it. */
  readonly attempt: number;
  /** The blob of the prompt: asked again under its id, it is the same text. */
  readonly prompt: string;
  /** How many answers of people it knew. */
  readonly answers: number;
  /** The files that it had asked for before, by request. Absent: none. */
  readonly infos?: readonly (readonly string[])[];
  /** What people were asked, where it waits for them. */
  readonly questions?: readonly string[];
}

/** What to do with an open request. */
export type Standing =
  | { readonly kind: 'waits'; readonly outcome: StepOutcome }
  | { readonly kind: 'expired' }
  /** Its reply came, is not there any more, and comes no second time. */
  | { readonly kind: 'lost' }
  /** Without a reply nobody knows whether it was sent. */
  | { readonly kind: 'goes-on'; readonly reply?: Reply }
  /** Somebody gave it up: another request has to be sent. */
  | { readonly kind: 'gone' };

/** The checkpoint of a request. */
export function toAsked({ ticket, ...more }: OpenTicket, isFree: boolean): Json {
  return {
    phase: 'asked',
    ticket: toJson(ticket),
    ...(isFree ? { isFree: true } : {}),
    ...(toJson(more) as JsonObject),
  };
}

/** The open request in a checkpoint, if it will be answered later by this provider. Immediate ones are asked again. */
export function readAsked(data: Json | undefined, { provider }: PersonaChoice): OpenTicket | undefined {
  if (!isObject(data) || data['phase'] !== 'asked') return undefined;
  const { ticket, base, prompt } = data;
  if (!isObject(ticket) || ticket['strategy'] === 'immediate' || ticket['provider'] !== provider.name) return undefined;
  if (typeof base !== 'string' || !isSha(base) || typeof prompt !== 'string') return undefined;
  // `toAsked` wrote it, and it is the journal's own copy
  return data as unknown as OpenTicket;
}

/** Stores the row of a request that is about to be sent; the one that is there where it was stored before. */
export async function openRow(
  { context, services, choice }: { context: StepContext; services: StepServices; choice: PersonaChoice },
  { ticket }: OpenTicket,
): Promise<TicketRow> {
  return services.tickets.open({
    requestId: ticket.requestId,
    run: context.run,
    step: context.path,
    attempt: context.attempt,
    provider: ticket.provider,
    strategy: ticket.strategy,
    data: dataOf(ticket),
    secret: isReached(choice.provider) ? newSecret() : null,
    nextAt: null,
    deadline: ticket.deadline,
  });
}

/** Others come to us for this request: to answer it, or for the code. */
function isReached({ callsBack, takesSource }: PersonaChoice['provider']): boolean {
  return callsBack === true || takesSource === true;
}

/** Asked again with an answer of people, or with files, it is another request of the same attempt. */
export function requestIdOf(context: StepContext, infos: Infos): string {
  const answers = answersOf(context).length;
  const asked = answers === 0 ? context.requestId : `${context.requestId}.${answers}`;
  return infos.length === 0 ? asked : `${asked}.i${infos.length}`;
}

/** What a row keeps of a ticket: the ticket. */
export function dataOf(ticket: Ticket): JsonObject {
  // a ticket is a plain object
  return toJson(ticket) as JsonObject;
}

/** Where the request stands now. */
export async function standingOf(
  about: { readonly context: StepContext; readonly services: StepServices; readonly choice: PersonaChoice },
  open: OpenTicket,
): Promise<Standing> {
  const { context, services } = about;
  const { ticket } = open;
  const answers = answersOf(context);
  const last = answers.at(-1);
  if (open.questions !== undefined) {
    if (last === undefined || answers.length <= open.answers) return { kind: 'waits', outcome: waitingFor(open) };
    const body = Buffer.from(JSON.stringify(last.answer), 'utf8');
    return { kind: 'goes-on', reply: { body, mediaType: 'application/json', from: last.login } };
  }
  const row = (await services.tickets.get(ticket.requestId)) ?? (await openRow(about, open));
  if (row.state === 'answered') {
    const reply = await keptReply(about, row);
    if (reply !== undefined) return { kind: 'goes-on', reply };
    if (!(await lookAgain(about, row))) return { kind: 'lost' };
  }
  if (row.state === 'over' || row.state === 'releasing') return { kind: 'gone' };
  if (ticket.deadline !== null && ticket.deadline <= services.clock.now()) return { kind: 'expired' };
  return row.state === 'sending' ? { kind: 'goes-on' } : { kind: 'waits', outcome: waitingFor(open) };
}

async function keptReply(
  { services }: { readonly services: StepServices },
  { reply }: TicketRow,
): Promise<Reply | undefined> {
  const body = reply === null ? undefined : await services.blobs.get(reply.sha256);
  return reply === null || body === undefined ? undefined : { body, mediaType: reply.mediaType };
}

/** An answer that is looked for can be looked for once more: false where it comes once or came by itself, and whoever sent it knows that it was kept. */
async function lookAgain(
  { services, choice }: { readonly services: StepServices; readonly choice: PersonaChoice },
  { requestId, data }: TicketRow,
): Promise<boolean> {
  const { look, answersOnce } = choice.provider;
  if (!isObject(data) || data['nextLookAt'] === undefined || look === undefined || answersOnce === true) return false;
  const change = { state: 'waiting', reply: null, nextAt: services.clock.now() } as const;
  return (await services.tickets.move(requestId, ['answered'], change)) !== undefined;
}

/** The step waits, without anything held open: for people, or until its deadline for a reply. */
export function waitingFor({ ticket, questions }: OpenTicket): StepOutcome {
  if (questions !== undefined) return { kind: 'waiting', for: 'answer', until: null, message: questions.join(' ') };
  const message = personaStepMessages.waitsFor(ticket.provider);
  return { kind: 'waiting', for: 'ticket', until: ticket.deadline, message };
}

/** Standard Webhooks: 24 to 64 random bytes. */
function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
