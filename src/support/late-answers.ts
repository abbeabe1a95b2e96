// When something that was sent and never answered is looked for: the other side may still do it, minutes later. Pure.

const looksEndMs = 300_000;
/** Looks, in milliseconds after nobody answered. What the last of them does not find was not done. */
const looks = [5_000, 15_000, 30_000, 60_000, 120_000, 180_000, looksEndMs] as const;
/** Whatever nobody answered has come by then, or never will: milliseconds. */
export const lastLookMs = 1_800_000;
/** Looks after it was done again: what comes even later is taken away. */
const lastLooks = [600_000, 1_200_000, lastLookMs] as const;

/** When to look again before it is done again; undefined: it counts as not done. `since`: when it was known that nobody answers. */
export function nextLook(since: number, now: number): number | undefined {
  return nextOf(looks, since, now);
}

/** When to look for what comes even later; undefined: nothing comes any more. */
export function lastLook(since: number, now: number): number | undefined {
  return nextOf(lastLooks, since, now);
}

/** `since` of something that may be done again at once, and may come late all the same. */
export function sinceLongAgo(now: number): number {
  return now - looksEndMs;
}

/** A clock that was set back makes nothing older than now. */
function nextOf(after: readonly number[], since: number, now: number): number | undefined {
  const age = Math.max(0, now - since);
  const next = after.find((ms) => ms > age);
  return next === undefined ? undefined : now + (next - age);
}
