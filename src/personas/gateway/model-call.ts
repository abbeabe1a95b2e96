// One request of an agent to its model: the placeholder becomes the key, the answer passes as it comes and is counted. Keeps no text.
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { defined, isObject, messageOf, parseJson, processClock, wallOf } from '../../support/index.ts';
import type { CallMeter, ModelCall, ModelRoute, ModelTrouble } from '../model/gateway.ts';
import { answerReader } from './answer-reader.ts';
import type { AnswerFacts } from './answer-usage.ts';
import { passedHeaders } from './headers.ts';
import { gatewayMessages as say } from './messages.ts';
import type { Operation } from './operations.ts';
import { refusalOf } from './refusal.ts';
import type { RefusalKind } from './refusal.ts';
import { troubleInStream, troubleOf } from './trouble.ts';

/** What is asked, by whom, and where the answer goes. */
export interface Asking {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: ModelRoute;
  readonly operation: Operation;
  /** Behind the agent's base URL. */
  readonly path: string;
  /** With its `?`; empty: none. */
  readonly query: string;
  readonly meter: CallMeter;
}

/** More than any vendor takes. */
const mostBytes = 64 * 1024 * 1024;
/** An answer that is none of a model is read whole before it passes: no host may tell the key back. */
const mostErrorBytes = 1024 * 1024;
/** How long the host may say nothing. */
const silenceMs = 15 * 60 * 1_000;

/** Resolves when the answer has passed, or could not. */
export async function askModel(asking: Asking): Promise<void> {
  const { operation, meter, response } = asking;
  const body = await bodyOf(asking.request);
  if (body === undefined) return refuse(asking, 'too-large', say.tooLarge());
  const sent = bodyToSend(body, operation);
  if (operation.isFree) {
    await exchange(asking, sent);
    return;
  }
  const why = await meter.admit();
  if (why !== undefined) return refuse(asking, 'spent', why);
  let call: ModelCall = nothingOf(sent);
  try {
    // while it waited its agent may have gone
    if (!response.destroyed) call = await exchange(asking, sent);
  } finally {
    meter.over(call);
  }
}

/** Answers in the words of the vendor. */
export function refuse(
  { response, operation }: Pick<Asking, 'response' | 'operation'>,
  kind: RefusalKind,
  message: string,
): void {
  const { status, body } = refusalOf(kind, operation.shape, message);
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'application/json', 'x-should-retry': 'false' });
  response.end(JSON.stringify(body));
}

interface Sent {
  readonly body: Buffer;
  readonly model: string;
}

/** Where nothing came back. Nothing was charged: it never reached a model. */
function nothingOf({ model }: Sent): ModelCall {
  return { model, status: 0, isWhole: true, inputTokens: 0, outputTokens: 0, bytes: 0 };
}

function exchange(asking: Asking, sent: Sent): Promise<ModelCall> {
  return new Promise((resolve) => {
    const there = send(asking, sent);
    const host = hostOf(asking.route);
    let isGone = false;
    there.setTimeout(silenceMs, () => there.destroy(new Error('it says nothing')));
    // whoever asked has gone: nobody reads on, so nobody needs to write on
    asking.response.once('close', () => {
      isGone = true;
      there.destroy();
    });
    there.once('response', (answer) => {
      void pass(asking, sent, answer).then(resolve);
    });
    there.once('error', (error) => {
      if (asking.response.headersSent) return;
      const trouble: ModelTrouble = { class: 'transient', message: say.unreachable(host, messageOf(error)) };
      refuse(asking, 'unreachable', trouble.message);
      // a request that broke off on its way may have been worked on
      const call = { model: sent.model, status: 0, isWhole: false, bytes: isGone ? sent.body.length : 0 };
      resolve({ ...call, ...(isGone ? {} : { trouble, inputTokens: 0, outputTokens: 0, isWhole: true }) });
    });
    there.end(sent.body);
  });
}

function send({ request, route, path, query }: Asking, { body }: Sent): ClientRequest {
  const url = new URL(`${route.upstream.replace(/\/$/, '')}${path}${withKey(query, route)}`);
  const headers = passedHeaders(request.headers, notForTheHost);
  const opened = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map((one) => withKey(one, route)) : withKey(value, route),
  ]);
  const ask = url.protocol === 'http:' ? httpRequest : httpsRequest;
  return ask(url, {
    method: request.method ?? 'POST',
    headers: {
      ...Object.fromEntries(opened),
      'accept-encoding': 'identity',
      ...(request.method === 'POST' ? { 'content-length': body.length } : {}),
    },
  });
}

/** `accept-encoding`: what passes has to be read along. */
const notForTheHost: ReadonlySet<string> = new Set(['host', 'content-length', 'accept-encoding', 'cookie', 'expect']);

function withKey(text: string, { placeholder, key }: ModelRoute): string {
  return text.replaceAll(placeholder, key);
}

async function pass({ response, operation, route }: Asking, sent: Sent, answer: IncomingMessage): Promise<ModelCall> {
  const status = answer.statusCode ?? 0;
  const headers = passedHeaders(answer.headers, new Set(['set-cookie']));
  if (status >= 300) return passError({ response, route }, sent, answer);
  const reader = answerReader(operation.shape, String(answer.headers['content-type'] ?? ''));
  response.writeHead(status, headers);
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    reader.take(chunk);
  });
  const how = await piped(answer, response);
  const call = callOf({ facts: reader.end(), isEnded: how === 'whole', status, bytes, route, sent, operation });
  if (how !== 'given up') return call;
  const { trouble: _trouble, ...told } = call;
  return { ...told, status: 0 };
}

interface Counted {
  readonly facts: AnswerFacts;
  readonly isEnded: boolean;
  readonly status: number;
  readonly bytes: number;
  readonly route: ModelRoute;
  readonly sent: Sent;
  readonly operation: Operation;
}

function callOf({ facts, isEnded, status, bytes, route, sent, operation }: Counted): ModelCall {
  const { isOver, error, model, ...tokens } = facts;
  const isTold = tokens.inputTokens !== undefined && tokens.outputTokens !== undefined;
  const trouble =
    error !== undefined
      ? troubleInStream(error)
      : isEnded
        ? undefined
        : { class: 'transient' as const, message: say.cutOff(hostOf(route)) };
  return {
    // who names it in the answer tells the version, too, by which it is priced
    model: model ?? operation.model ?? sent.model,
    ...defined({ vendor: route.vendor, trouble }),
    status,
    ...tokens,
    isWhole: isEnded && isOver === true && isTold,
    bytes: bytes + sent.body.length,
  };
}

async function passError(
  { response, route }: Pick<Asking, 'response' | 'route'>,
  { model }: Sent,
  answer: IncomingMessage,
): Promise<ModelCall> {
  const status = answer.statusCode ?? 0;
  const text = (await textOf(answer)).replaceAll(route.key, route.placeholder);
  const { 'content-length': _length, ...headers } = passedHeaders(answer.headers, new Set(['set-cookie']));
  const clean = Object.entries(headers).map(([name, value]) => [
    name,
    [value].flat().map((one) => one.replaceAll(route.key, route.placeholder)),
  ]);
  response.writeHead(status, Object.fromEntries(clean));
  response.end(text);
  const trouble = troubleOf({ status, headers: answer.headers, body: text, now: wallOf(processClock).getTime() });
  // what a host refuses it does not charge
  return {
    model,
    ...defined({ vendor: route.vendor, trouble }),
    status,
    inputTokens: 0,
    outputTokens: 0,
    isWhole: true,
    bytes: 0,
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= mostErrorBytes) chunks.push(chunk);
    }
  } catch {
    // it broke off: what came is what there is
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Resolves with whether all of it passed, and whose doing it is where it did not. */
function piped(answer: IncomingMessage, response: ServerResponse): Promise<'whole' | 'cut' | 'given up'> {
  return new Promise((resolve) => {
    answer.pipe(response);
    answer.once('end', () => resolve(answer.complete ? 'whole' : 'cut'));
    answer.once('error', () => undefined);
    answer.once('close', () => {
      // its end was never heard: the agent is not to take it for one
      const isGivenUp = response.destroyed;
      if (!answer.complete) response.destroy();
      resolve(answer.complete ? 'whole' : isGivenUp ? 'given up' : 'cut');
    });
  });
}

/** undefined: too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As it came; but a stream of this one interface tells its tokens only to whoever asks for them. */
function bodyToSend(body: Buffer, { shape, isFree, model }: Operation): Sent {
  const value = isFree ? undefined : jsonOf(body);
  const named = typeof value?.['model'] === 'string' ? value['model'].slice(0, 200) : (model ?? 'unknown');
  if (shape !== 'chat' || value?.['stream'] !== true) return { body, model: named };
  const options = isObject(value['stream_options']) ? value['stream_options'] : {};
  if (options['include_usage'] === true) return { body, model: named };
  const asks = { ...value, stream_options: { ...options, include_usage: true } };
  return { body: Buffer.from(JSON.stringify(asks)), model: named };
}

function jsonOf(body: Buffer): { readonly [key: string]: unknown } | undefined {
  try {
    const value = parseJson(body.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function hostOf({ upstream }: ModelRoute): string {
  return new URL(upstream).host;
}
