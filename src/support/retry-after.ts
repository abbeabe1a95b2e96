// `Retry-After` of an answer: seconds or a date, as RFC 9110 has it. Pure.

/** Nobody waits longer than a week because an answer says so. */
const longestMs = 7 * 24 * 3_600_000;

/** Milliseconds to wait from `now`; undefined: the header is not there, or says neither. */
export function readRetryAfter(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim().slice(0, 100) ?? '';
  if (text === '') return undefined;
  const ms = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(longestMs, Math.max(0, Math.round(ms))) : undefined;
}
