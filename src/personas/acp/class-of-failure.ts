// What kind of trouble an agent is in, from its code, its data and its words. Pure. Where nothing tells, nobody guesses.
import { isObject, parseJson } from '../../support/index.ts';
import type { ErrorClass, Json } from '../../support/index.ts';
import { classOfText } from '../result/class-of-text.ts';
import { limitLine, untilReset } from '../result/usage-limit.ts';
import type { AgentFailure } from './conversation.ts';

/** Why, and how long to wait where it says so. */
export interface Trouble {
  readonly class: ErrorClass;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** Codes of JSON-RPC: the other side does not understand us. */
const misunderstood = new Set([-32_600, -32_601, -32_602]);
const wantsLogin = -32_000;

/** The trouble in an error of the protocol, as it is at `now`: a limit may say at which time it resets. */
export function troubleIn({ message, code, data }: AgentFailure, now: number): Trouble {
  const words = `${message} ${data === undefined ? '' : JSON.stringify(data).slice(0, 20_000)}`;
  const found = classOfText(words);
  const named = classNamed(data);
  const kind =
    named ??
    (found !== 'failed'
      ? found
      : code === wantsLogin
        ? 'auth'
        : code !== undefined && misunderstood.has(code)
          ? 'config'
          : 'transient');
  const details = detailOf(data);
  const said = plain(message);
  const whole = details === undefined || said.includes(details) ? said : `${said}: ${details}`;
  const reset = kind === 'rate_limit' ? untilReset(words, now) : undefined;
  return { class: kind, message: whole, ...(reset === undefined ? waitIn(words, kind) : { retryAfterMs: reset }) };
}

/** Gemini hands on what its model's host answered, as it came. */
function plain(message: string): string {
  if (!message.startsWith('{')) return message;
  try {
    const answered: unknown = parseJson(message.slice(0, 20_000));
    const error = isObject(answered) ? answered['error'] : undefined;
    return isObject(error) && typeof error['message'] === 'string' ? error['message'] : message;
  } catch {
    return message;
  }
}

/** A line that some agents say in place of failing: an answer of the model's host, or what became of the way to it. */
const failureLine =
  /^[^\w\n]*(?:(?:info|warning|error|fatal)\W+)*(?:(?:execution|request|response|api|stream|model|provider|http|llm|unexpected|agent|turn)\b[^\n]{0,40}\b(?:error|failed|failure|status)|error\b|fail(?:ed|ure)\b)[^\n]{0,400}/i;

/** Codex says these and nothing else. */
const ownWords = /^(?:we.re currently experiencing high demand|exceeded retry limit|stream disconnected)/i;
const mostLines = 200;

/** Characters of what an agent said. */
export const mostLookedAt = 20_000;

/**
 * The trouble in what was said by an agent that did nothing and handed nothing in, redacted: a line of it is told; undefined: it is none that
 * we know.
 */
export function troubleSaid(text: string): Trouble | undefined {
  const lines = text.slice(0, mostLookedAt).split('\n', mostLines).map(afterRetries);
  const candidates = [limitLine(text), ...lines.map((line) => failureIn(line.trim()))];
  for (const line of candidates) {
    // a warning before it may look like a failure of no kind
    const kind = line === undefined ? 'failed' : classOfText(line);
    if (line !== undefined && kind !== 'failed') return { class: kind, message: line, ...waitIn(line, kind) };
  }
  return undefined;
}

/** Copilot tells every attempt, and what became of the last one, in one line. */
function afterRetries(line: string): string {
  const word = 'Retrying...';
  const rest = line.slice(line.lastIndexOf(word) + word.length);
  return line.includes(word) && rest.trim() !== '' ? rest : line;
}

function failureIn(line: string): string | undefined {
  return failureLine.exec(line)?.[0].trim() ?? (ownWords.test(line) ? line.slice(0, 400) : undefined);
}

function classNamed(data: Json | undefined): ErrorClass | undefined {
  if (!isObject(data)) return undefined;
  const named = data['errorKind'] ?? data['kind'] ?? data['type'];
  const word = typeof named === 'string' ? named : '';
  if (/auth|login|permission_error|billing/i.test(word)) return 'auth';
  if (/rate|quota|limit/i.test(word)) return 'rate_limit';
  if (/overload|server|network|connection|timeout|unavailable/i.test(word)) return 'transient';
  const status = Number(data['status'] ?? data['statusCode'] ?? data['http_status'] ?? data['httpStatusCode']);
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limit';
  return status >= 500 && status < 600 ? 'transient' : undefined;
}

function detailOf(data: Json | undefined): string | undefined {
  if (typeof data === 'string') return data;
  if (!isObject(data)) return undefined;
  const found = data['details'] ?? data['detail'] ?? data['message'];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** `retry-after: 12`, `"retryAfterMs": 1500`, `try again in 20s`. Seconds where nothing else is said. */
function waitIn(words: string, kind: ErrorClass): { readonly retryAfterMs?: number } {
  if (kind !== 'rate_limit' && kind !== 'transient') return {};
  const millis = /retry[-_ ]?after[-_ ]?ms\W{1,4}(\d{1,9})/i.exec(words)?.[1];
  if (millis !== undefined) return { retryAfterMs: Number(millis) };
  const [, number, unit = 's'] =
    /(?:retry[-_ ]?(?:after|in)|again in|wait)\W{1,4}(\d{1,6}(?:\.\d{1,6})?) ?(ms|min|m|s|h)?/i.exec(words) ?? [];
  if (number === undefined) return {};
  return { retryAfterMs: Math.round(Number(number) * (unitMs[unit.toLowerCase()] ?? 1_000)) };
}
