// Durations as people write them and as they read them. The one place that knows how many milliseconds a second has.

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const shape = /^\d+(\.\d+)?$|^(\d+(\.\d+)?(ms|s|m|h|d))+$/;
/** Longer than this is a mistake of units. */
const longestMs = 365 * 86_400_000;

/** Milliseconds, or what is wrong with the value: words that follow it in a sentence. `shape`: it is no duration, whatever the limits. */
export type ReadDuration =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly kind: 'shape' | 'limit'; readonly problem: string };

/**
 * Milliseconds of what somebody wrote, in a file or through a template: `90` (seconds), `"90"`, `"90s"`, `"1h30m"`. From nothing, or
 * with `above: 0` from a millisecond, to a year.
 */
export function readDuration(value: unknown, limits: { readonly above?: 0 } = {}): ReadDuration {
  if (isNegative(value)) return { ok: false, kind: 'shape', problem: 'is below 0' };
  const ms = parseDuration(value);
  // milliseconds that no whole number holds are too many
  if (ms === undefined && !isTooLong(value)) return { ok: false, kind: 'shape', problem: 'is no duration' };
  if (ms === undefined || ms > longestMs) return { ok: false, kind: 'limit', problem: 'is longer than a year' };
  if (limits.above === 0 && ms === 0) return { ok: false, kind: 'limit', problem: 'leaves no time at all' };
  return { ok: true, ms };
}

/** Milliseconds of `90` (seconds), `"90s"`, `"30m"`, `"1h"`, `"1h30m"`; undefined when it is none of these. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? whole(value * 1_000) : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return parseDuration(Number(value));
  if (!shape.test(value.trim())) return undefined;
  let total = 0;
  for (const match of value.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy))
    total += Number(match[1]) * (units[match[2] ?? ''] ?? 0);
  return whole(total);
}

/** A duration for people: `850 ms`, `4.2 s`, `3 m 5 s`, `2 h 4 m`, `3 d 2 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  // from here on tenths would round up to 60.0
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.max(60, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function isNegative(value: unknown): boolean {
  return (typeof value === 'number' && value < 0) || (typeof value === 'string' && /^\s*-\s*\d/.test(value));
}

function isTooLong(value: unknown): boolean {
  return typeof value === 'number' ? value > 0 : typeof value === 'string' && shape.test(value.trim());
}

function whole(ms: number): number | undefined {
  const rounded = Math.round(ms);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}
