// The values that are secret now, and where they stand in bytes in whatever form. Takes time for the bytes, not for how many secrets there are.
import { createByteIndex } from './byte-index.ts';
import type { ByteIndex, Entry } from './byte-index.ts';
import { formsOf, readsLikeSetting } from './forms.ts';
import { decimalRuns, hexRuns } from './number-runs.ts';
import { partsOf } from './parts.ts';
import { beginOf, createTape, endOf, plainReading, wiped, withoutBlanks } from './reading.ts';
import type { Reading, Tape } from './reading.ts';
import { unescaped } from './unescaped.ts';

/** A stretch of bytes. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** A secret that stands somewhere; `number` is its own, undefined where it reads like a setting. */
export interface Found extends Span {
  readonly number: number | undefined;
}

/** Secrets by value. */
export interface KnownSecrets {
  /** Makes a value and all that is secret in it known, for good or for so many milliseconds. true: something is new. */
  add(secret: string, lifeMs?: number): boolean;
  find(bytes: Uint8Array): Found[];
  /** The same, some of the bytes after the other: so long as nobody asks for more, nothing is done. */
  findBySteps(bytes: Uint8Array): Generator<undefined, Found[]>;
}

/** Who is late — a log, a persona's last words — may still tell a value that has expired. */
export const marginMs = 10 * 60_000;
/** From this length on a form is also found over the ends of lines. */
const shortestAcross = 16;
const window = { short: 6, long: 12 };
/** Bytes that are looked at together, and how far the next ones reach back: longer than any form of a key. */
const pieceBytes = { atOnce: 1024 * 1024, bySteps: 128 * 1024 };
const reachBack = 64 * 1024;

interface Known {
  readonly number: number | undefined;
  /** When it goes; infinite: never. */
  until: number;
  entries: readonly Placed[];
}

interface Placed extends Entry<Known> {
  readonly in: ByteIndex<Known>;
}

/** No secrets yet. `now`: milliseconds that nobody sets back. */
export function createKnownSecrets(now: () => number): KnownSecrets {
  const known = new Map<string, Known>();
  const indexes: Indexes = {
    long: createByteIndex(window.long),
    short: createByteIndex(window.short),
    tapes: { plain: createTape(256), together: createTape(256) },
  };
  /** Added and not looked for yet: making forms is left to the first text that needs them. */
  let fresh: string[] = [];
  let firstEnd = Number.POSITIVE_INFINITY;
  let nextNumber = 0;

  function add(secret: string, lifeMs = Number.POSITIVE_INFINITY): boolean {
    const until = now() + lifeMs + marginMs;
    forgetExpired();
    let isNew = false;
    for (const part of partsOf(secret)) {
      const told = known.get(part);
      if (told !== undefined) told.until = Math.max(told.until, until);
      else {
        const number = readsLikeSetting(part) ? undefined : (nextNumber += 1);
        known.set(part, { number, until, entries: [] });
        fresh.push(part);
        isNew = true;
      }
    }
    firstEnd = Math.min(firstEnd, until);
    return isNew;
  }

  function forgetExpired(): void {
    const time = now();
    if (firstEnd > time) return;
    firstEnd = Number.POSITIVE_INFINITY;
    for (const [part, { until, entries }] of known) {
      if (until > time) firstEnd = Math.min(firstEnd, until);
      else {
        known.delete(part);
        for (const entry of entries) entry.in.remove(entry);
      }
    }
    fresh = fresh.filter((part) => known.has(part));
  }

  /** Whether there is anything to look for. */
  function isReady(): boolean {
    for (const part of fresh.splice(0)) place(known.get(part), placesOf(part, indexes));
    return known.size > 0;
  }

  const inPieces = lookingInPieces(indexes, isReady);
  const find = (bytes: Uint8Array): Found[] => (known.size === 0 ? [] : lastOf(inPieces(bytes, pieceBytes.atOnce)));
  return { add, find, findBySteps: (bytes) => inPieces(bytes, pieceBytes.bySteps) };
}

function lookingInPieces(indexes: Indexes, isReady: () => boolean) {
  return function* inPieces(bytes: Uint8Array, size: number): Generator<undefined, Found[]> {
    const found: Found[] = [];
    for (let at = 0; at === 0 || at + reachBack < bytes.length; at += size) {
      if (at > 0) yield;
      // between two steps some may have gone, and others come
      if (!isReady()) return found;
      const piece = bytes.subarray(at, at + size + reachBack);
      lookThrough(plainReading(piece), indexes, ({ number }, begin, end) =>
        found.push({ number, begin: at + begin, end: at + end }),
      );
    }
    return found;
  };
}

/** What the steps lead to, all of them taken at once. */
function lastOf<Value>(steps: Generator<undefined, Value>): Value {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

interface Indexes {
  readonly short: ByteIndex<Known>;
  readonly long: ByteIndex<Known>;
  /** Used again for each text: most are shorter than what making them takes. */
  readonly tapes: { plain: Tape; together: Tape };
}

function place(known: Known | undefined, places: readonly Omit<Placed, 'of'>[]): void {
  if (known === undefined) return;
  known.entries = places.map((entry) => ({ ...entry, of: known }));
  for (const entry of known.entries) entry.in.add(entry);
}

/** The forms of a value as they are, and as whoever has undone every escape reads them: without blanks where they are long. */
function placesOf(part: string, { short, long, tapes }: Indexes): Omit<Placed, 'of'>[] {
  const placed = new Map<string, Omit<Placed, 'of'>>();
  function put(form: Uint8Array): void {
    if (form.length < window.short) return;
    const index = form.length < shortestAcross ? short : long;
    placed.set(Buffer.from(form).toString('latin1'), { form, in: index });
  }
  for (const form of formsOf(part)) {
    put(form);
    const { plain, together } = readingsOf(plainReading(form), tapes);
    const read = together.length < shortestAcross ? plain : together;
    if (read.bytes !== form) put(read.bytes.slice(0, read.length));
  }
  return [...placed.values()];
}

type OnFound = (known: Known, begin: number, end: number) => void;

/** Looks in the text as it stands, with its escapes undone, without its blanks, and in the bytes that its numbers mean. */
function lookThrough(written: Reading, { short, long, tapes }: Indexes, onFound: OnFound): void {
  const look = (reading: Reading, ...indexes: readonly ByteIndex<Known>[]): void => {
    for (const index of indexes)
      index.find(reading, (known, begin, end) => {
        onFound(known, beginOf(reading, begin), endOf(reading, end - 1));
      });
  };
  const { plain, together } = readingsOf(written, tapes);
  look(written, short, long);
  if (plain !== written) look(plain, short, long);
  if (together !== plain) look(together, long);
  for (const run of [...hexRuns(together), ...decimalRuns(plain)]) {
    const inside = readingsOf(run, tapes).plain;
    look(run, short, long);
    if (inside !== run) look(inside, short, long);
  }
}

/** Good until the next ones are made on the same tapes. */
function readingsOf(
  written: Reading,
  tapes: Indexes['tapes'],
): { readonly plain: Reading; readonly together: Reading } {
  tapes.plain = wiped(tapes.plain, written.length);
  tapes.together = wiped(tapes.together, written.length);
  const plain = unescaped(written, tapes.plain);
  return { plain, together: withoutBlanks(plain, tapes.together) };
}
