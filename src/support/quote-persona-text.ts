// Makes words of a persona (or of an issue's author) harmless on GitHub: nobody is mentioned, nothing is closed, fetched or
// hidden. Never trusts that it found the code blocks: what only code may hold is disarmed everywhere.
import { fit } from './text.ts';
import { withoutStart } from './ends.ts';
import { cleanEnds, nearEnds } from './near-ends.ts';
import type { Redactor } from './redact.ts';
import { nextAlike } from './code-spans.ts';
import { disarm } from './disarm.ts';
import { visibleText } from './visible-text.ts';
import { simplify } from './simplify-markdown.ts';

/** How the text is quoted. */
export interface QuoteOptions {
  readonly maxBytes: number;
  readonly redactor?: Redactor;
}

/** The text as Markdown that says the same and does nothing. Quoting it again changes nothing. */
export function quotePersonaText(text: string, { maxBytes, redactor }: QuoteOptions): string {
  // A secret is looked for before it could be torn apart, and again in case the parts were put together.
  const redact = (value: string): string => redactor?.text(value) ?? value;
  const clean = redact(visibleText(nearEnds(text, redactor)));
  const plain = simplify(clean);
  return fit(redact(disarm(plain === clean ? clean : redact(plain))).trim(), maxBytes);
}

/** One line for a heading or a table cell. */
export function quoteLine(text: string, characters: number, redactor?: Redactor): string {
  // Backslashes first: taken out later they would arm what they stood before. Before a letter or digit they are no escape, and part of a name.
  const line = quotePersonaText(nearEnds(text, redactor).replaceAll(/\\(?![0-9A-Za-z])/g, ''), {
    maxBytes: characters * 8,
    ...(redactor ? { redactor } : {}),
  })
    .replaceAll(/\s+/g, ' ')
    .replace(/^[#>\s]+(?=\S)/, '')
    .trim();
  // What stood on two lines stands on one now.
  const points = Array.from(disarm(line));
  const cut = points.length <= characters ? points.join('') : `${points.slice(0, characters - 1).join('')}…`;
  return balanced(cut).replaceAll('|', '\\|');
}

/** The text as a block quote: an open fence or list inside it ends with it. */
export function blockQuote(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

/** Output of a command as a code block that its content cannot close. */
export function codeBlock(text: string, { maxBytes, redactor }: QuoteOptions): string {
  const clean = visibleText(cleanEnds(text, redactor));
  const shown = fit(withoutStart(disarm(clean), '\n').trimEnd(), maxBytes);
  const longest = Math.max(2, ...Array.from(shown.matchAll(/`+/g), (run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}

/** A short word as inline code. */
export function inlineCode(text: string): string {
  const shown = disarm(visibleText(text).replaceAll(/\s+/g, ' ').replaceAll('`', "'").trim()).replaceAll('|', '\\|');
  return shown === '' ? '' : `\`${shown}\``;
}

// A backtick without its partner would make code of our own words behind it.
function balanced(line: string): string {
  const runs = Array.from(line.matchAll(/`+/g));
  const partners = nextAlike(runs.map(([run]) => run));
  let result = '';
  let from = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const [run = ''] = runs[at] ?? [];
    const partner = partners[at];
    if (partner !== undefined) {
      at = partner;
      continue;
    }
    const start = runs[at]?.index ?? 0;
    result += line.slice(from, start) + "'".repeat(run.length);
    from = start + run.length;
  }
  return result + line.slice(from);
}
