// Text of a file, a person or an error inside a sentence of a comment: one line that says the same and does nothing.
import { quoteLine } from '../../support/index.ts';

/** Nobody is mentioned, nothing is referred to, closed, loaded or linked; a tag is gone, and within marks of code it is text. */
export function harmless(text: string): string {
  // bars are a table's matter
  return quoteLine(text, 400).replaceAll(String.raw`\|`, '|');
}

/** The same in a cell of a table. */
export function cell(text: string): string {
  return quoteLine(text, 400);
}
