// The answer of a service over HTTP that comes later: looked for where the service told, and given up with a word.
import { defined, isObject } from '../../support/index.ts';
import { lookOf } from '../http/meaning.ts';
import type { Looked } from '../http/meaning.ts';
import { httpMessages as say } from '../http/messages.ts';
import type { ProviderReach, Reply, Ticket } from '../model/types.ts';
import { askedOn, sendOn, shortMs } from './http-line.ts';
import type { HttpLine } from './http-line.ts';

/** Pauses between looks where the service names none; the last one repeats. */
const looksMs = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;
/** Nobody is told any longer than that after the last moment at which anybody waited. */
const tellingMs = 24 * 3_600_000;
/** Places of an answer that are followed in one look. */
const mostPlaces = 5;

/** The ticket of a request whose answer will be at this place. */
export function lookLater(
  ticket: Ticket,
  next: { readonly job: string; readonly looks: number; readonly waitMs: number | undefined; readonly now: number },
): Ticket {
  const { job, looks, waitMs, now } = next;
  const own = looksMs[Math.min(looks, looksMs.length - 1)] ?? shortMs;
  return { ...ticket, keeps: { job, looks }, nextLookAt: now + Math.max(looksMs[0], waitMs ?? own) };
}

/** One look. Rejects where the service is out, to be called again. */
export async function lookFor(
  line: HttpLine,
  ticket: Ticket,
  reach: ProviderReach,
): Promise<{ readonly reply: Reply } | { readonly waiting: Ticket }> {
  const { job, looks } = keptIn(ticket);
  if (job === undefined) return { waiting: withoutLooks(ticket) };
  const found = await follow(line, { job, ticket }, reach);
  if (found.kind === 'reply') return { reply: found.reply };
  if (found.kind === 'gone' || found.kind === 'moved')
    return { reply: lostReply(found.kind === 'gone' ? found.message : say.redirected(line.url.host)) };
  if (found.kind === 'failed') throw new Error(found.failure.message);
  return { waiting: lookLater(ticket, { job, looks: looks + 1, waitMs: found.waitMs, now: reach.clock.now() }) };
}

/** The answer at the place, or at the one that this names. */
async function follow(
  line: HttpLine,
  { job, ticket }: { readonly job: string; readonly ticket: Ticket },
  reach: ProviderReach,
): Promise<Looked> {
  const asked = askedOn(line, ticket, reach);
  let found: Looked = { kind: 'moved', url: job };
  for (let places = 0; places < mostPlaces && found.kind === 'moved'; places += 1) {
    const request = { method: 'GET', url: found.url, headers: {} } as const;
    found = lookOf(await sendOn(line, request, { ms: shortMs, signal: reach.signal }), asked);
  }
  return found;
}

/** Tells that nobody waits any more. Rejects to be called again, for a day at most. */
export async function giveUpOn(line: HttpLine, ticket: Ticket, { clock, signal, log }: ProviderReach): Promise<void> {
  const { job = requestAddress(line, ticket) } = keptIn(ticket);
  const isLate = ticket.deadline !== null && clock.now() > ticket.deadline + tellingMs;
  const request = { method: 'DELETE', url: job, headers: { 'idempotency-key': ticket.requestId } } as const;
  try {
    const { status } = await sendOn(line, request, { ms: shortMs, signal });
    if (!isTold(status)) throw new Error(say.refused(line.url.host, status, ''));
  } catch (error) {
    if (!isLate || signal.aborted) throw error;
    log.warn({ request: ticket.requestId }, 'a service could not be told that nobody waits any more');
  }
}

/** Where a request without a place of its own can be given up. */
function requestAddress({ url }: HttpLine, { requestId }: Ticket): string {
  const place = new URL(url);
  place.pathname = `${place.pathname.endsWith('/') ? place.pathname.slice(0, -1) : place.pathname}/${encodeURIComponent(requestId)}`;
  return place.href;
}

/** Who does not know the request, or has no such route, has been told all the same. */
function isTold(status: number): boolean {
  return (status >= 200 && status < 300) || [404, 405, 409, 410, 501].includes(status);
}

/** A reply that stands for one which is not there any more: kept and read like any other. */
function lostReply(message: string): Reply {
  const body = JSON.stringify({ status: 'error', error: { class: 'failed', message } });
  return { body: Buffer.from(body, 'utf8'), mediaType: 'application/json' };
}

/** What a ticket keeps of the other side: where its answer will be, and how many looks found nothing. */
function keptIn({ keeps }: Ticket): { readonly job?: string; readonly looks: number } {
  const { job, looks } = isObject(keeps) ? keeps : {};
  return {
    ...defined({ job: typeof job === 'string' ? job : undefined }),
    looks: typeof looks === 'number' ? looks : 0,
  };
}

function withoutLooks({ nextLookAt: _none, ...ticket }: Ticket): Ticket {
  return ticket;
}
