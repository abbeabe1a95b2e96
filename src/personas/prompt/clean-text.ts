// Makes people's text fit to be quoted in a prompt: nothing that a reader cannot see, and a fence that it cannot close.

// Bidirectional controls, zero-width and filler characters, tag characters, variation selectors: a model reads them, a person does not.
import { withoutHtmlComments } from '../../support/index.ts';
const invisible =
  /\u034F|\p{Variation_Selector}|[\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;
// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;

/** The text without HTML comments, invisible and control characters; line ends are `\n`. */
export function cleanText(text: string): string {
  return withoutHtmlComments(visibleText(text)).trim();
}

/** Code as a person sees it: comments stay, what is invisible goes. */
export function visibleText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(invisible, '').replaceAll(controls, '');
}

/** The text as a block of data: the fence is longer than any run of backticks in it, so nothing inside can end it. */
export function fence(text: string, info: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const marks = '`'.repeat(Math.max(4, longest + 1));
  return `${marks}${info}\n${text}\n${marks}`;
}

/** A value as JSON for people, every text in it without what people cannot see. */
export function prettyText(value: unknown): string {
  return JSON.stringify(cleaned(value), null, 2);
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleaned(item)]));
}
