// The class of an agent's error where it names none: by its words. Pure.
import type { ErrorClass } from '../../support/index.ts';
import { saysLimit } from './usage-limit.ts';

/** The class of an agent's error where it names none. */
export function classOfText(text: string): ErrorClass {
  // Codex counts its own attempts: no limit of an account
  const message = text.replaceAll(/exceeded retry limit/gi, '');
  if (/\b(401|403|unauthori[sz]ed|forbidden|invalid (api|x-api)[ -]key|authentication)\b/i.test(message)) return 'auth';
  if (/\b(429|rate.?limit|too many requests|quota)\b/i.test(message) || saysLimit(message)) return 'rate_limit';
  if (
    /\b(5\d\d|overloaded|timed? ?out|ECONNRESET|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|unavailable|high demand|could not connect|server error|disconnected|fetch failed)\b/i.test(
      message,
    )
  )
    return 'transient';
  return 'failed';
}
