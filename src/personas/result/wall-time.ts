// A time on somebody's wall → the next moment at which their clock shows it. Pure but for the zones that this machine knows.

/** What a clock shows; `month` from 0. Without a date: whenever it shows it next. */
export interface OnTheWall {
  readonly month?: number;
  readonly day?: number;
  readonly hour: number;
  readonly minute: number;
}

const dayMs = 86_400_000;
/** What was due so shortly ago is meant, not the same time tomorrow. */
const justNowMs = 10 * 60_000;

/** The moment, milliseconds since 1970. A zone that nobody knows is UTC; none is this machine's. */
export function wallTime(shown: OnTheWall, now: number, zone?: string): number {
  const offset = offsetIn(zone);
  const here = new Date(now + offset(now));
  const { month = here.getUTCMonth(), day = here.getUTCDate(), hour, minute } = shown;
  const at = moment(Date.UTC(here.getUTCFullYear(), month, day, hour, minute), offset);
  if (at > now - justNowMs) return at;
  const next =
    shown.month === undefined
      ? Date.UTC(here.getUTCFullYear(), month, day, hour, minute) + dayMs
      : Date.UTC(here.getUTCFullYear() + 1, month, day, hour, minute);
  return moment(next, offset);
}

/** Twice: on the day of a change the first guess may have the other offset. */
function moment(shown: number, offset: (at: number) => number): number {
  return shown - offset(shown - offset(shown));
}

function offsetIn(zone: string | undefined): (at: number) => number {
  const format = formatOf(zone);
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const [year, month, day, hour, minute] = (['year', 'month', 'day', 'hour', 'minute'] as const).map(
      (name) => parts.get(name) ?? 0,
    ) as [number, number, number, number, number]; // five names, five numbers
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / 60_000) * 60_000;
  };
}

function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  const digits = '2-digit' as const;
  const shape = {
    year: 'numeric',
    month: digits,
    day: digits,
    hour: digits,
    minute: digits,
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...shape, ...(zone === undefined ? {} : { timeZone: zone }) });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...shape, timeZone: 'UTC' });
  }
}
