// Words that a template puts into a text which people read: the author's own text stays as it is written, the words of others do nothing in it.
import { disarmBefore, reach } from './disarm.ts';
import { simplify } from './simplify-markdown.ts';
import { withoutSkipOrders } from './skip-orders.ts';
import { visibleText } from './visible-text.ts';

/** What becomes of a text: `text` is read as Markdown, `line` is a title, `message` is kept by git. */
export type PostedAs = 'text' | 'line' | 'message';

/** A part of a text. `isTheirs`: the words of people, personas or commands, whatever they hold. */
export interface PostedPiece {
  readonly text: string;
  readonly isTheirs: boolean;
}

/** The whole text. Nothing that begins in words of others acts, also where it would end in the author's. */
export function joinPosted(pieces: readonly PostedPiece[], as: PostedAs): string {
  const said: string[] = [];
  // no more of it than is looked at: a text that grows by each of many pieces is copied each time
  let behind = '';
  for (const [index, { text, isTheirs }] of [...pieces.entries()].toReversed()) {
    const part = isTheirs ? apart(pieces[index - 1]?.text ?? '', quoted(text, behind, as)) : text;
    said.push(part);
    behind = (part.slice(0, reach) + behind).slice(0, reach);
  }
  return said.toReversed().join('');
}

/** Words of others alone. */
export function quotePosted(text: string, as: PostedAs): string {
  return joinPosted([{ text, isTheirs: true }], as);
}

/** What the author's text has opened is no tag and no link by the words behind it. */
function apart(before: string, text: string): string {
  const joins = (before.endsWith('<') && /^[a-z/!?]/i.test(text)) || (before.endsWith(']') && /^[([:]/.test(text));
  return joins ? `\u200b${text}` : text;
}

function quoted(text: string, behind: string, as: PostedAs): string {
  const plain = withoutSkipOrders(visibleText(text));
  if (as === 'message') return disarmBefore(plain, behind, { inCommit: true });
  if (as === 'text') return disarmBefore(simplify(plain), behind);
  // a title is the subject of a commit when its pull request is squashed
  const line = withoutSkipOrders(simplify(plain)).replaceAll(/\s+/g, ' ');
  return disarmBefore(line, behind, { inCommit: true });
}
