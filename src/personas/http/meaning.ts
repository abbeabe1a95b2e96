// What an answer of a service over HTTP means: a reply, where to look for one, that one comes by itself, or why there is none. Pure.
import { defined, isObject, parseJson, readRetryAfter } from '../../support/index.ts';
import type { ErrorClass } from '../../support/index.ts';
import type { Reply } from '../model/types.ts';
import { httpMessages as say } from './messages.ts';

/** An answer, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Why a request came to nothing. `again`: the same request may be sent once more under its id. */
export interface HttpFailure {
  readonly class: ErrorClass;
  readonly message: string;
  readonly again: boolean;
  readonly retryAfterMs?: number;
}

/** How a request was answered. */
export type Meaning =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'poll'; readonly url: string; readonly waitMs: number | undefined }
  | { readonly kind: 'callback' }
  | { readonly kind: 'failed'; readonly failure: HttpFailure };

/** What the request allowed. */
export interface Asked {
  readonly url: URL;
  /** Milliseconds since 1970, for dates in `Retry-After`. */
  readonly now: number;
  readonly mayPoll: boolean;
  readonly mayCallBack: boolean;
  /** Words of the other side as people may see them. */
  clean(text: string): string;
}

/** What the answer to a request means. */
export function meaningOf(answer: HttpAnswer, asked: Asked): Meaning {
  const { status } = answer;
  const { host } = asked.url;
  if (status === 202 || status === 303 || status === 409) return laterOf(answer, asked);
  if (status >= 300 && status < 400) return failed('config', say.redirected(host));
  if (status >= 400) return { kind: 'failed', failure: refusal(answer, asked) };
  return answer.body.byteLength === 0 ? failed('contract', say.empty(host, status)) : replyOf(answer);
}

/** What a look for an answer found. `waiting`: it is not there yet. */
export type Looked =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'waiting'; readonly waitMs: number | undefined }
  | { readonly kind: 'moved'; readonly url: string }
  /** It will never be there. */
  | { readonly kind: 'gone'; readonly message: string }
  | { readonly kind: 'failed'; readonly failure: HttpFailure };

/** What the answer to a look means. */
export function lookOf(answer: HttpAnswer, asked: Asked): Looked {
  const { status, headers } = answer;
  const { host } = asked.url;
  const waitMs = readRetryAfter(headers.get('retry-after'), asked.now);
  if (status === 202 || status === 204 || status === 304) return { kind: 'waiting', waitMs };
  if (status === 303 || status === 302 || status === 307 || status === 308) {
    const place = placeOf(headers, asked);
    return typeof place === 'string' ? { kind: 'moved', url: place } : { kind: 'gone', message: place.message };
  }
  if (status === 404 || status === 410) return { kind: 'gone', message: say.gone(host, status) };
  if (status === 429 || status === 503) return { kind: 'waiting', waitMs };
  if (status >= 300) return { kind: 'failed', failure: refusal(answer, asked) };
  if (answer.body.byteLength === 0) return { kind: 'gone', message: say.empty(host, status) };
  return replyOf(answer);
}

function replyOf({ body, headers }: HttpAnswer): { readonly kind: 'reply'; readonly reply: Reply } {
  return { kind: 'reply', reply: { body, mediaType: headers.get('content-type') ?? 'application/octet-stream' } };
}

/** 202, 303, and 409 for a request that is known already: the answer comes later. */
function laterOf(answer: HttpAnswer, asked: Asked): Meaning {
  const { status, headers } = answer;
  const { host } = asked.url;
  const waitMs = readRetryAfter(headers.get('retry-after'), asked.now);
  if (headers.has('location') && asked.mayPoll) {
    const place = placeOf(headers, asked);
    return typeof place === 'string' ? { kind: 'poll', url: place, waitMs } : failed('config', place.message);
  }
  if (asked.mayCallBack && status !== 303) return { kind: 'callback' };
  if (status === 409)
    return {
      kind: 'failed',
      failure: { class: 'transient', message: say.busy(host), again: true, ...defined({ retryAfterMs: waitMs }) },
    };
  if (!asked.mayPoll) return failed('config', asked.mayCallBack ? say.notPolled(host) : say.mayNotWait(host));
  return failed('config', say.nowhere(host));
}

/** The address in `Location`, which is of the same host: the key goes along. */
function placeOf(headers: Headers, { url }: Asked): string | { readonly message: string } {
  const written = headers.get('location') ?? '';
  const place = URL.canParse(written, url.href) ? new URL(written, url) : undefined;
  const isOwn = place?.origin === url.origin && place.username === '' && place.password === '' && written !== '';
  return place !== undefined && isOwn ? place.href : { message: say.elsewhere(url.host, place?.host ?? written) };
}

function refusal(answer: HttpAnswer, { url, now, clean }: Asked): HttpFailure {
  const { status, headers } = answer;
  const message = say.refused(url.host, status, clean(detailOf(answer)));
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), now);
  const kind = classOf(status);
  const again = kind === 'transient' || kind === 'rate_limit';
  return { class: kind, message, again, ...defined({ retryAfterMs }) };
}

function classOf(status: number): ErrorClass {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limit';
  return status === 408 || status === 425 || status >= 500 ? 'transient' : 'config';
}

/** What it says about it: `application/problem+json`, an object with an error, or its beginning. */
function detailOf({ body, headers }: HttpAnswer): string {
  const text = Buffer.from(body.subarray(0, mostTold)).toString('utf8');
  if (!(headers.get('content-type') ?? '').includes('json')) return text;
  try {
    const value: unknown = parseJson(text);
    if (!isObject(value)) return text;
    const inner = isObject(value['error']) ? value['error']['message'] : value['error'];
    const words = [value['title'], value['detail'], value['message'], inner].filter((one) => typeof one === 'string');
    return words.length === 0 ? text : [...new Set(words)].join(': ');
  } catch {
    return text;
  }
}

/** Bytes of a refusal that are read for people. */
const mostTold = 16 * 1024;

function failed(kind: ErrorClass, message: string): Meaning {
  return { kind: 'failed', failure: { class: kind, message, again: false } };
}
