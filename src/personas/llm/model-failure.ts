// Why a request to a model came to nothing, and of which class that is. Pure. Where nothing tells, nobody guesses.
import { defined, isObject, messageOf, readRetryAfter } from '../../support/index.ts';
import type { ErrorClass } from '../../support/index.ts';
import { classOfText } from '../result/class-of-text.ts';
import { llmMessages as say } from './messages.ts';

/** The facts of a failure. */
export interface FailureFacts {
  readonly class: ErrorClass;
  /** What the other side said, as it came. */
  readonly said: string;
  /** HTTP status; 0: there was no answer. */
  readonly status: number;
  readonly retryAfterMs?: number;
  /** What to do about it. */
  readonly hint?: string;
  /** It was refused for its shape: asked in a plainer way it may be answered. */
  readonly isOfShape?: true;
  /** It may have cost something all the same. */
  readonly mayCost?: true;
}

/** A request that came to nothing. */
export class ModelFailure extends Error {
  readonly facts: FailureFacts;

  constructor(facts: FailureFacts) {
    super(facts.said);
    this.name = 'ModelFailure';
    this.facts = facts;
  }
}

/** What an error of the library tells. `now`: for dates in `retry-after`. */
export function failureOf(error: unknown, now: number): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const status = isObject(error) ? Number(error['statusCode'] ?? 0) : 0;
  const said = wordsOf(error);
  if (!Number.isInteger(status) || status < 400) return unanswered(error, said);
  const retryAfterMs = waitIn(isObject(error) ? error['responseHeaders'] : undefined, said, now);
  return new ModelFailure({ ...classified(status, said), said, status, ...defined({ retryAfterMs }) });
}

function classified(status: number, said: string): Pick<FailureFacts, 'class' | 'hint' | 'isOfShape' | 'mayCost'> {
  if (status === 401 || status === 403) return { class: 'auth', hint: say.keyHint() };
  if (status === 402 || (status === 429 && /insufficient_quota|credit balance|billing/i.test(said)))
    return { class: 'config', hint: say.creditHint() };
  if (status === 404) return { class: 'config', hint: say.modelHint() };
  if (status === 429) return { class: 'rate_limit' };
  if (status === 408 || status === 409 || status === 425 || status >= 500) return { class: 'transient', mayCost: true };
  if (isTooLong(said) || status === 413) return { class: 'config', hint: say.longHint() };
  return { class: 'config', isOfShape: true };
}

/** No answer, or one that broke off in the middle. */
function unanswered(error: unknown, said: string): ModelFailure {
  const type = isObject(error) ? textAt(error, 'type') || textAt(error, 'code') : '';
  if (error instanceof Error && /ToolChoiceViolation/.test(error.name))
    return new ModelFailure({ class: 'contract', said: say.calledAgain(), status: 200, mayCost: true });
  if (isTooLong(said)) return new ModelFailure({ class: 'config', said, status: 0, hint: say.longHint() });
  const found = classOfText(`${type.replaceAll('_', ' ')} ${said}`);
  const kind = found === 'auth' || found === 'rate_limit' ? found : 'transient';
  return new ModelFailure({ class: kind, said, status: 0, ...(wasSent(error) ? { mayCost: true as const } : {}) });
}

const unsent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT|SELF_SIGNED|bad port/;

/** Whether the other side may have begun to work. */
function wasSent(error: unknown): boolean {
  return !unsent.test(wordsOf(error));
}

function isTooLong(said: string): boolean {
  return /context.{0,20}(length|window|size)|maximum.{0,20}tokens|prompt is too long|too many tokens|input.{0,30}(too long|exceeds)/i.test(
    said.slice(0, 4_000),
  );
}

/** The words of an error and of what caused it; of an answer that is no JSON, its beginning. */
function wordsOf(error: unknown): string {
  const words: string[] = [];
  let there: unknown = error;
  for (let depth = 0; depth < 4 && there !== undefined && there !== null; depth += 1) {
    const code = isObject(there) ? textAt(there, 'code') : '';
    const inner = isObject(there) && isObject(there['error']) ? textAt(there['error'], 'message') : '';
    const text = there instanceof Error || typeof there === 'string' ? messageOf(there) : objectWords(there);
    for (const one of [text, inner, code]) if (one !== '' && !words.join(' ').includes(one)) words.push(one);
    there = isObject(there) ? there['cause'] : undefined;
  }
  const body = isObject(error) && typeof error['responseBody'] === 'string' ? error['responseBody'] : '';
  const code = /"(?:code|type)"\s*:\s*"(insufficient_quota|context_length_exceeded)"/.exec(body.slice(0, 20_000))?.[1];
  if (code !== undefined && !words.join(' ').includes(code)) words.push(code);
  return words.join(': ').slice(0, 20_000);
}

function objectWords(value: unknown): string {
  return isObject(value) ? textAt(value, 'message') : '';
}

function textAt(value: { readonly [key: string]: unknown }, key: string): string {
  const text = value[key];
  return typeof text === 'string' ? text : '';
}

const longestWaitMs = 7 * 24 * 3_600_000;

/** `retry-after` in seconds or as a date, `retry-after-ms`, or what the words say. */
function waitIn(headers: unknown, said: string, now: number): number | undefined {
  const get = (name: string): string => (isObject(headers) && typeof headers[name] === 'string' ? headers[name] : '');
  const asked = readRetryAfter(get('retry-after'), now, get('retry-after-ms'));
  if (asked !== undefined) return asked;
  const told = /(?:try again|retry) in (\d{1,6}(?:\.\d{1,6})?) ?(ms|s|m)?\b/i.exec(said.slice(0, 4_000));
  const unit = { ms: 1, s: 1_000, m: 60_000 }[told?.[2]?.toLowerCase() ?? 's'] ?? 1_000;
  const ms = Number(told?.[1] ?? Number.NaN) * unit;
  return Number.isFinite(ms) ? Math.min(longestWaitMs, Math.round(ms)) : undefined;
}
