// The Markdown parser, set up as GitHub draws comments and forms. Loaded only when there is a text to read.
import MarkdownIt from 'markdown-it';
import type { StateInline, Token } from 'markdown-it';

/** The type of the empty token that stands at the start of each line of text. */
export const lineStart = 'line_start';

// the nesting is bounded, so that no text can make the parser call itself without end
const parser = new MarkdownIt({ html: true, maxNesting: 50 });
// who is told apart is text from what is none; bold text is text, and addresses as they stand are too
parser.inline.ruler.disable('emphasis');
parser.core.ruler.disable(['strip_references', 'linkify', 'replacements', 'smartquotes', 'text_join']);
parser.inline.ruler.before('text', lineStart, markLineStart);

/** The blocks of a text, with the tokens of their lines; takes time in proportion to the text. */
export function markdownTokens(text: string): readonly Token[] {
  return parser.parse(text, {});
}

/** The lines of a text as Markdown counts them. */
export function markdownLines(text: string): readonly string[] {
  return text.split(/\r\n?|\n/);
}

/** Adds a token where a line begins, and reads nothing itself. */
function markLineStart(state: StateInline, silent: boolean): boolean {
  if (silent) return false;
  let before = state.pos - 1;
  while (before >= 0 && (state.src[before] === ' ' || state.src[before] === '\t')) before -= 1;
  if (before < 0 || state.src[before] === '\n') state.push(lineStart, '', 0).meta = { pos: state.pos };
  return false;
}
