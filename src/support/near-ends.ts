// The beginning and the end of a text that is far too long to be shown, before anybody works on it. Never leaves half of a secret.
import type { Redactor } from './redact.ts';
import { leftOut } from './text.ts';
import { visibleText } from './visible-text.ts';

/** Characters of both ends: more than any page has room for. */
const kept = { head: 20_000, tail: 9_000 };
/** Shorter ones stay whole. */
const longest = 64_000;
/** Looked at beyond a cut, as a secret in any form is shorter; and once more, because characters that nobody sees go first. */
const edge = 16_000;

/** The text; of a very long one its ends without secrets, and between them how many lines are missing. */
export function nearEnds(text: string, redactor?: Pick<Redactor, 'head' | 'tail'>): string {
  if (text.length <= longest) return text;
  const head = headOf(text, redactor);
  const tail = tailOf(text, redactor);
  return `${head}\n${leftOut(Math.max(1, linesIn(text) - linesIn(head) - linesIn(tail)))}\n${tail}`;
}

/** The ends of the text without secrets, or all of it. */
export function cleanEnds(text: string, redactor?: Redactor): string {
  const near = nearEnds(text, redactor);
  return redactor?.text(near) ?? near;
}

function headOf(text: string, redactor?: Pick<Redactor, 'head'>): string {
  const near = visibleText(text.slice(0, kept.head + 2 * edge));
  const size = Math.max(0, Math.min(kept.head, near.length - edge));
  return (redactor?.head(near, size) ?? near.slice(0, size)).toWellFormed();
}

function tailOf(text: string, redactor?: Pick<Redactor, 'tail'>): string {
  const near = visibleText(text.slice(-(kept.tail + 2 * edge)));
  const size = Math.max(0, Math.min(kept.tail, near.length - edge));
  // of nothing there is no last character
  if (size === 0) return '';
  return (redactor?.tail(near, size) ?? near.slice(-size)).toWellFormed();
}

function linesIn(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
