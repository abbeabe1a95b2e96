// Takes secrets out of texts: those that are known in whatever form they have, and what looks like one.
import { setImmediate as turn } from 'node:timers/promises';
import { shortest } from './forms.ts';
import { createKnownSecrets } from './known-secrets.ts';
import type { KnownSecrets, Span } from './known-secrets.ts';
import { createLookedThrough } from './looked-through.ts';
import type { LookedThrough } from './looked-through.ts';
import { secretShapes } from './secret-shapes.ts';

/** What stands in the place of a secret. */
export const mark = '[redacted]';
/** Words that are remembered, and how long they are at most. */
const mostWords = 2_000;
const longestWord = 64;
/** Longer than a secret is as a rule, in whatever form: so much is looked at beyond where a text is cut. */
const edge = 16_000;
/** A text of so many characters is looked through at once. */
const inOneTurn = 128 * 1024;

/** Redacts texts; what its functions do stands at the redactor. */
export interface TextRedactor {
  /** true: something is new. */
  add(secret: string, lifeMs?: number): boolean;
  text(text: string): string;
  head(text: string, characters: number): string;
  tail(text: string, characters: number): string;
  /** Has the text looked through in turns of the event loop. What `text` makes of it, and of that, is known then. */
  lookThrough(text: string): Promise<void>;
  secretsIn(bytes: Uint8Array): ReadonlySet<number>;
}

/** One that knows no value yet. */
export function createTextRedactor(now: () => number = () => performance.now()): TextRedactor {
  const known = createKnownSecrets(now);
  // Words that held nothing: what most of what is written consists of. Not state: without it every answer would be the same.
  const plainWords = new Set<string>();
  const lookedThrough = createLookedThrough();
  function add(secret: string, lifeMs?: number): boolean {
    const isNew = known.add(secret, lifeMs);
    if (!isNew) return false;
    plainWords.clear();
    lookedThrough.forget();
    return true;
  }
  function text(value: string): string {
    if (value.length < shortest || plainWords.has(value)) return value;
    const told = value.length > longestWord ? lookedThrough.of(value) : undefined;
    if (told !== undefined) return told;
    const kept = part(value, 0);
    if (kept === value && value.length <= longestWord) remember(value);
    return kept;
  }
  function remember(word: string): void {
    if (plainWords.size >= mostWords) plainWords.clear();
    plainWords.add(word);
  }
  function head(value: string, characters: number): string {
    return part(value.slice(0, characters + edge), 0, characters);
  }
  function tail(value: string, characters: number): string {
    const near = value.slice(-(characters + edge));
    return part(near, Math.max(0, near.length - characters));
  }
  function part(value: string, begin: number, end = value.length): string {
    const found = inCharacters(value, (bytes) => known.find(bytes));
    return without(joined([...found, ...secretShapes(value)]), value, { begin, end });
  }
  function secretsIn(bytes: Uint8Array): ReadonlySet<number> {
    return new Set(known.find(bytes).flatMap(({ number }) => number ?? []));
  }
  const lookThrough = lookingThrough(known, lookedThrough);
  return { add, text, head, tail, lookThrough, secretsIn };
}

function lookingThrough(known: KnownSecrets, lookedThrough: LookedThrough): TextRedactor['lookThrough'] {
  async function lookThrough(value: string): Promise<void> {
    if (value.length <= longestWord || lookedThrough.of(value) !== undefined) return;
    const kept = await inTurns(value);
    // what is kept is looked through as well wherever it goes next
    if (kept !== value) lookedThrough.remember(kept, await inTurns(kept));
    lookedThrough.remember(value, kept);
  }
  /** The text without secrets. */
  async function inTurns(value: string): Promise<string> {
    for (;;) {
      const since = lookedThrough.time();
      const steps = known.findBySteps(Buffer.from(value, 'utf8'));
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) await turn();
      const { value: found } = step;
      if (value.length > inOneTurn) await turn();
      const spans = joined([...inCharacters(value, () => found), ...secretShapes(value)]);
      // a secret that came meanwhile was not looked for in what lies behind
      if (since === lookedThrough.time()) return without(spans, value, { begin: 0, end: value.length });
    }
  }
  return lookThrough;
}

/** The stretch of a text with a mark for each span. */
function without(spans: readonly Span[], value: string, { begin, end }: Span): string {
  let result = '';
  let at = begin;
  for (const span of spans) {
    if (span.end <= begin || span.begin >= end) continue;
    result += value.slice(at, Math.max(at, span.begin)) + mark;
    at = span.end;
  }
  return at === begin ? value.slice(begin, end) : result + value.slice(at, Math.max(at, end));
}

/** What stands in the bytes of a text, by its characters. */
function inCharacters(text: string, find: (bytes: Uint8Array) => readonly Span[]): Span[] {
  const bytes = Buffer.from(text, 'utf8');
  const spans = joined(find(bytes));
  if (bytes.length === text.length || spans.length === 0) return spans;
  let [at, characters] = [0, 0];
  const character = (byte: number): number => {
    characters += bytes.toString('utf8', at, byte).length;
    at = byte;
    return characters;
  };
  return spans.map(({ begin, end }) => ({ begin: character(begin), end: character(end) }));
}

/** In order, those that touch as one. */
function joined(spans: readonly Span[]): Span[] {
  const all: { begin: number; end: number }[] = [];
  for (const { begin, end } of spans.toSorted((a, b) => a.begin - b.begin)) {
    const last = all.at(-1);
    if (last === undefined || begin > last.end) all.push({ begin, end });
    else last.end = Math.max(last.end, end);
  }
  return all;
}
