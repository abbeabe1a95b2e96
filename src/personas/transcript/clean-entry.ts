// An entry as it may be kept: without secrets first, within its limits then. Pure. Never cuts a secret in two and keeps a half.
import { toJson } from '../../support/index.ts';
import type { Json, Redactor } from '../../support/index.ts';
import { transcriptMessages as say } from '../model/messages.ts';
import type { TranscriptEntry } from '../model/transcript.ts';

/** Characters of a text; of what is read in one line; of each in a list. */
const longest = { text: 32_000, line: 1_000 } as const;
const mostPaths = 200;
/** An input that is longer as text is kept as text. */
const largest = 16 * longest.text;
const texts: ReadonlySet<string> = new Set(['text', 'output', 'summary']);

/** The entry, redacted and cut. */
export function cleanEntry(entry: TranscriptEntry, redactor: Redactor): TranscriptEntry {
  const cleaned = Object.entries(entry).flatMap(([key, value]: [string, Json | undefined]) =>
    value === undefined ? [] : [[key, cleanValue(key, value, redactor)] as const],
  );
  // every value keeps its kind: only texts change, and the input, which may be anything
  return Object.fromEntries(cleaned) as unknown as TranscriptEntry;
}

function cleanValue(key: string, value: Json, redactor: Redactor): Json {
  if (key === 'input') return cleanInput(value, redactor);
  if (typeof value === 'string') return cleanText(value, texts.has(key) ? longest.text : longest.line, redactor);
  if (!Array.isArray(value)) return value;
  return value.slice(0, mostPaths).map((one) => cleanText(String(one), longest.line, redactor));
}

/** Whole where it is small; else its text, cut. */
function cleanInput(input: Json, redactor: Redactor): Json {
  const written = JSON.stringify(input) ?? '';
  if (written.length > largest) return cleanText(written, longest.text, redactor);
  const clean = redactor.json(toJson(input));
  const text = typeof clean === 'string' ? clean : JSON.stringify(clean);
  return text.length > longest.text ? cut(text, longest.text, text.length) : clean;
}

function cleanText(text: string, most: number, redactor: Redactor): string {
  return text.length <= most ? redactor.text(text) : cut(redactor.head(text, most), most, text.length);
}

/** `whole`: how long it was before anybody cut it. */
function cut(text: string, most: number, whole = text.length): string {
  if (text.length <= most && whole === text.length) return text;
  const kept = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
  return whole <= kept.length ? kept : `${kept} ${say.cut(whole - kept.length)}`;
}
