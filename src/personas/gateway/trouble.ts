// What an answer of a model's host says about why there is none: the class, and how long to wait. Pure.
import { isObject, parseJson, readRetryAfter } from '../../support/index.ts';
import type { ErrorClass } from '../../support/index.ts';
import type { ModelTrouble } from '../model/gateway.ts';
import { gatewayMessages as say } from './messages.ts';

/** An answer that is none of a model. */
export interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly now: number;
}

/** undefined: the request itself was wrong, which is the agent's own matter. */
export function troubleOf({ status, headers, body, now }: Refused): ModelTrouble | undefined {
  const parsed = jsonIn(body);
  const words = wordsIn(parsed) ?? '';
  const kind = classOfStatus(status, `${words} ${kindsIn(parsed)}`);
  if (kind === undefined) return undefined;
  const wait = kind === 'rate_limit' || kind === 'transient' ? (waitIn(headers, now) ?? delayIn(body)) : undefined;
  return {
    class: kind,
    message: say.answered(status, words),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

/** A failure that comes in the middle of an answer that began well: `{ "type": "overloaded_error", "message": … }`. */
export function troubleInStream(error: unknown): ModelTrouble {
  const words = wordsIn({ error }) ?? '';
  const kinds = kindsIn({ error });
  const kind = /rate_?limit|quota|exhausted/i.test(kinds)
    ? 'rate_limit'
    : /auth|permission|billing/i.test(kinds)
      ? 'auth'
      : 'transient';
  return { class: kind, message: say.answered(200, words === '' ? kinds : words) };
}

function classOfStatus(status: number, words: string): ErrorClass | undefined {
  if (status === 401 || status === 403 || status === 402) return 'auth';
  // Google says it of a key that it does not know
  if (status === 400 && /api[ _]?key[ _]?(?:not[ _]valid|invalid)/i.test(words)) return 'auth';
  if (status === 429) return /insufficient_quota|billing/i.test(words) ? 'auth' : 'rate_limit';
  if (status === 408 || status >= 500) return 'transient';
  return undefined;
}

function waitIn(headers: Refused['headers'], now: number): number | undefined {
  return readRetryAfter(one(headers['retry-after']), now, one(headers['retry-after-ms']));
}

/** Google tells it in the body: `"retryDelay": "20s"`. */
function delayIn(body: string): number | undefined {
  const seconds = /"retryDelay"\s{0,4}:\s{0,4}"(\d{1,6}(?:\.\d{1,9})?)s"/.exec(body.slice(0, 100_000))?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1_000);
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function jsonIn(body: string): unknown {
  try {
    const value = parseJson(body);
    // Google answers a stream that failed with a list of one
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined;
  }
}

function wordsIn(value: unknown): string | undefined {
  const error = isObject(value) ? (value['error'] ?? value) : undefined;
  if (typeof error === 'string') return error;
  const message = isObject(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message : undefined;
}

function kindsIn(value: unknown): string {
  const error = isObject(value) ? (value['error'] ?? value) : undefined;
  if (!isObject(error)) return '';
  return [error['type'], error['code'], error['status']].filter((word) => typeof word === 'string').join(' ');
}
