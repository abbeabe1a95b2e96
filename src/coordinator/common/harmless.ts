// Text of a file, a person or an error inside a sentence of a comment: one line, nobody mentioned, no HTML.
import { oneLine } from '../../support/index.ts';

/** In marks of code an entity would be shown as it is written: there an invisible space breaks the tag, wherever it really stands. */
export function harmless(text: string): string {
  return oneLine(text, 400)
    .replaceAll(/`[^`]*`/g, (code) => code.replaceAll('<', '<\u200B'))
    .replaceAll(/<(?!\u200B)/g, '&lt;')
    .replaceAll('@', '@\u200B');
}

/** The same in a cell of a table. */
export function cell(text: string): string {
  return harmless(text).replaceAll('|', String.raw`\|`);
}
