// HTML that is safe by how it is made: whatever is put into a piece is text, unless it is a piece itself. Knows no page.

/** A piece of HTML. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a piece: text is escaped, pieces are not, lists are joined, nothing is nothing. */
export type Content = Html | string | number | undefined | readonly Content[];

/** A piece of HTML from a template. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, index) => `${part}${markupOf(contents[index])}`).join(''));
}

/** Text as it stands in HTML, between tags and in quoted attributes. */
export function escapeText(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function markupOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return escapeText(String(content));
}
