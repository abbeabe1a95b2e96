// Takes secrets out of texts: those that are known in whatever form they have, and what looks like one.
import { shortest } from './forms.ts';
import { createKnownSecrets } from './known-secrets.ts';
import type { Span } from './known-secrets.ts';
import { secretShapes } from './secret-shapes.ts';

/** What stands in the place of a secret. */
export const mark = '[redacted]';
/** Words that are remembered, and how long they are at most. */
const mostWords = 2_000;
const longestWord = 64;
/** Longer than a secret is as a rule, in whatever form: so much is looked at beyond where a text is cut. */
const edge = 16_000;

/** Redacts texts; what its functions do stands at the redactor. */
export interface TextRedactor {
  /** true: something is new. */
  add(secret: string, lifeMs?: number): boolean;
  text(text: string): string;
  head(text: string, characters: number): string;
  tail(text: string, characters: number): string;
  secretsIn(bytes: Uint8Array): ReadonlySet<number>;
}

/** One that knows no value yet. */
export function createTextRedactor(now: () => number = () => performance.now()): TextRedactor {
  const known = createKnownSecrets(now);
  // Words that held nothing: what most of what is written consists of. Not state: without it every answer would be the same.
  const plainWords = new Set<string>();
  function add(secret: string, lifeMs?: number): boolean {
    const isNew = known.add(secret, lifeMs);
    if (isNew) plainWords.clear();
    return isNew;
  }
  function text(value: string): string {
    if (value.length < shortest || plainWords.has(value)) return value;
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
    const spans = spansOf(value).filter((span) => span.end > begin && span.begin < end);
    if (spans.length === 0) return value.slice(begin, end);
    let result = '';
    let at = begin;
    for (const span of spans) {
      result += value.slice(at, Math.max(at, span.begin)) + mark;
      at = span.end;
    }
    return result + value.slice(at, Math.max(at, end));
  }
  function spansOf(value: string): Span[] {
    return joined([...inCharacters(value, (bytes) => known.find(bytes)), ...secretShapes(value)]);
  }
  function secretsIn(bytes: Uint8Array): ReadonlySet<number> {
    return new Set(known.find(bytes).flatMap(({ number }) => number ?? []));
  }
  return { add, text, head, tail, secretsIn };
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
