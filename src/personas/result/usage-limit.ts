// What an agent says of a limit of its account: whether it is one, and how long until it resets. Pure; text is cut first, patterns are linear.
import { wallTime } from './wall-time.ts';

/** More than a sentence is never looked at. */
const mostCharacters = 4_000;
/** Nobody is believed for longer: then somebody asks again. Words of an agent hold up all runs of its account. */
const mostMs = 6 * 3_600_000;
/** What said that it resets a moment ago is asked again soon. */
const soonMs = 60_000;

const limitWords =
  /\b(?:hit|reached|exceeded|over)\b[^\n]{0,40}\b(?:limit|quota)\b|\b(?:usage|session|weekly|daily|5-hour|rate) limit\b|\b(?:limit|quota) (?:reached|exceeded|will reset|resets)\b/i;

/** Whether it speaks of a limit that has been reached. */
export function saysLimit(text: string): boolean {
  return limitWords.test(text.slice(0, mostCharacters));
}

const wayOn = /\b(?:resets?|try again|retry|available again|upgrade)\b|\|\d{10}/i;

/** The line of a program's last words, redacted, that says so and how it goes on; a line that only speaks of limits is none. */
export function limitLine(text: string): string | undefined {
  return text
    .slice(0, mostCharacters)
    .split('\n')
    .find((line) => limitWords.test(line) && wayOn.test(line))
    ?.trim()
    .slice(0, 400);
}

const epoch = /(?:reset\w{0,12}|limit reached)["']?[ \t]{0,3}[:=|][ \t]{0,3}["']?(\d{13}|\d{10})(?!\d)/i;
const iso =
  /\b(?:reset\w{0,12}|again|until)\b[^\n\d]{0,20}(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)/i;
const span =
  /\b(?:resets?|again|retry|wait|available)\b[^\n\d]{0,20}?((?:\d{1,6}(?:\.\d{1,3})? ?(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\b[ ,]{0,2}(?:and )?){1,4})/i;
const clock =
  /\b(?:resets?|again|until|available)\b[^\n\d]{0,24}?(?:\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} (\d{1,2})(?:st|nd|rd|th)?,?(?: \d{4},?)?[ ,]{1,2}(?:at )?)?(\d{1,2})(?::(\d\d))?(?::\d\d)? ?(am|pm)?\b(?: ?\(?([A-Za-z]{1,20}\/[A-Za-z_+/-]{1,40}|UTC|GMT)\)?)?/i;

/** How long until it resets, milliseconds; undefined: it does not say. `zone`: of times that name none, which is the agent's, on this machine. */
export function untilReset(words: string, now: number, zone?: string): number | undefined {
  const text = words.slice(0, mostCharacters);
  const at = epochIn(text) ?? isoIn(text) ?? spanIn(text, now) ?? clockIn(text, now, zone);
  return at === undefined ? undefined : Math.min(mostMs, Math.max(soonMs, at - now));
}

function epochIn(text: string): number | undefined {
  const digits = epoch.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits) * (digits.length === 13 ? 1 : 1_000);
}

function isoIn(text: string): number | undefined {
  const found = iso.exec(text)?.[1];
  const at = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(at) ? undefined : at;
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

function spanIn(text: string, now: number): number | undefined {
  const found = span.exec(text)?.[1];
  if (found === undefined) return undefined;
  const parts = found.matchAll(/(\d{1,6}(?:\.\d{1,3})?) ?([dhms])/gi);
  let ms = 0;
  for (const [, number, unit = 's'] of parts) ms += Number(number) * (unitMs[unit.toLowerCase()] ?? 0);
  return now + ms;
}

const months = 'janfebmaraprmayjunjulaugsepoctnovdec';

function clockIn(text: string, now: number, zone: string | undefined): number | undefined {
  const found = clock.exec(text);
  if (found === null) return undefined;
  const [, month, day, hours, minutes, half, named] = found;
  // a number alone is no time
  if (minutes === undefined && half === undefined) return undefined;
  const hour = hourOf(Number(hours), half);
  if (hour === undefined || Number(minutes ?? 0) > 59) return undefined;
  const date = month === undefined ? {} : { month: months.indexOf(month.toLowerCase()) / 3, day: Number(day) };
  return wallTime({ ...date, hour, minute: Number(minutes ?? 0) }, now, named ?? zone);
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour < 24 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}
