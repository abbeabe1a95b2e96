// A request to a service over HTTP, sent under its id until the service has taken or answered it.
import { defined, sleep } from '../../support/index.ts';
import { mostAnswerBytes, TooLarge, whyUnreachable } from '../http/exchange.ts';
import { meaningOf } from '../http/meaning.ts';
import type { HttpAnswer, HttpFailure, Meaning } from '../http/meaning.ts';
import { httpMessages as say } from '../http/messages.ts';
import { readReply } from '../remote/read-reply.ts';
import { requestBody } from '../remote/request-body.ts';
import { providerMessages } from '../model/messages.ts';
import type { PersonaTask, ProviderAnswer, ProviderContext, Ticket } from '../model/types.ts';
import { errorResult } from '../result/parse-result.ts';
import { signatureOf } from './http-config.ts';
import { askedOn, sendOn } from './http-line.ts';
import type { HttpLine } from './http-line.ts';
import { lookLater } from './http-look.ts';
import { msLeft } from './immediately.ts';

/** The same request again, while the service is out; what takes longer is the engine's to wait for. */
const againMs = [1_000, 4_000, 10_000] as const;
/** Who asks for more time than this gets it, and not in the middle of a request. */
const longestWaitMs = 30_000;

/** What is asked, and who asks. */
interface Sending {
  readonly line: HttpLine;
  readonly task: PersonaTask;
  readonly ticket: Ticket;
  readonly context: ProviderContext;
}

/** Sends it. A service that knows the id already does not work on it again. */
export async function sendRequest(sending: Sending): Promise<ProviderAnswer> {
  const { line, task, ticket, context } = sending;
  const { host } = line.url;
  context.progress(say.asks(host));
  const meaning = await untilTaken(sending).catch((error: unknown) => {
    if (context.signal.aborted) return undefined;
    throw error;
  });
  if (meaning === undefined) return { answer: errorResult('cancelled', providerMessages.cancelled()) };
  if (meaning.kind === 'reply') return { answer: readReply(task, meaning.reply) };
  if (meaning.kind === 'failed') return { answer: failed(meaning.failure) };
  context.progress(say.accepted(host, meaning.kind));
  if (meaning.kind === 'callback') return { waiting: ticket };
  const { url: job, waitMs } = meaning;
  return { waiting: lookLater(ticket, { job, looks: 0, waitMs, now: context.clock.now() }) };
}

async function untilTaken(sending: Sending): Promise<Meaning> {
  const { ticket, context } = sending;
  const { clock, signal, progress } = context;
  for (let tried = 0; ; tried += 1) {
    const meaning = await tryOnce(sending);
    if (meaning.kind !== 'failed') return meaning;
    const { failure } = meaning;
    const left = msLeft(ticket, clock.now());
    if (left === 0) return { kind: 'failed', failure: { ...failure, class: 'timeout', again: false } };
    const waitMs = waitAfter(failure, tried);
    if (waitMs === undefined || waitMs >= left) return meaning;
    progress(say.waits(waitMs, failure.message));
    await sleep(clock, waitMs, signal);
  }
}

/** What became of one try. */
async function tryOnce(sending: Sending): Promise<Meaning> {
  const { line, ticket, context } = sending;
  try {
    return meaningOf(await post(sending), askedOn(line, ticket, context));
  } catch (error) {
    context.signal.throwIfAborted();
    return { kind: 'failed', failure: unanswered(error, line.url.host, context.redactor.text(whyUnreachable(error))) };
  }
}

function post({ line, task, ticket, context }: Sending): Promise<HttpAnswer> {
  const { allowance, callback, clock, signal } = context;
  const extras = defined({ allowance, callback: ticket.strategy === 'callback' ? callback : undefined });
  const body = JSON.stringify(requestBody(task, ticket, extras));
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': ticket.requestId,
    ...(ticket.strategy === 'immediate' ? {} : { prefer: 'respond-async' }),
    ...defined({ traceparent: task.traceparent }),
    ...signatureOf(line.config, line.services, { id: ticket.requestId, body }),
  };
  const within = { ms: msLeft(ticket, clock.now()), signal };
  return sendOn(line, { method: 'POST', url: line.url.href, headers, body }, within);
}

function unanswered(error: unknown, host: string, why: string): HttpFailure {
  return error instanceof TooLarge
    ? { class: 'contract', message: say.tooLarge(host, mostAnswerBytes), again: false }
    : { class: 'transient', message: say.unreachable(host, why), again: true };
}

function failed({ class: kind, message, retryAfterMs }: HttpFailure) {
  const result = errorResult(kind, message);
  return { ...result, error: { class: kind, message, ...defined({ retryAfterMs }) } };
}

function waitAfter({ again, retryAfterMs }: HttpFailure, tried: number): number | undefined {
  const usual = againMs[tried];
  if (!again || usual === undefined) return undefined;
  const waitMs = retryAfterMs ?? usual;
  return waitMs > longestWaitMs ? undefined : waitMs;
}
