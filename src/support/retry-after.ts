// `Retry-After` of an answer: seconds or a date, as RFC 9110 has it. Pure.

/** Nobody waits longer than a week because an answer says so. */
const longestMs = 7 * 24 * 3_600_000;

/** Milliseconds to wait from `now`; undefined: the header is not there, or says neither. `millis`: hosts of models have a finer one beside it, `retry-after-ms`. */
export function readRetryAfter(
  header: string | null | undefined,
  now: number,
  millis?: string | null,
): number | undefined {
  const fine = Number(millis?.trim().slice(0, 20) ?? '');
  if (Number.isFinite(fine) && fine > 0) return Math.min(longestMs, Math.round(fine));
  const text = header?.trim().slice(0, 100) ?? '';
  if (text === '') return undefined;
  // a date has the name of its month; other readings of numbers are guesses
  const date = /[a-z]/i.test(text) ? Date.parse(text) - now : Number.NaN;
  const ms = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) * 1_000 : date;
  return Number.isFinite(ms) ? Math.min(longestMs, Math.max(0, Math.round(ms))) : undefined;
}
