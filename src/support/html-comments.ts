// Takes HTML comments out of a text in one pass, those too that only come about when another one goes.

const opening = '<!--';
const closing = '-->';

/** The text without comments; what follows one that is never closed goes too: GitHub shows nothing of it. */
export function withoutHtmlComments(text: string): string {
  if (!text.includes('<!')) return text;
  const kept = new Uint16Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    kept[length] = text.charCodeAt(at);
    length += 1;
    // the first half of it may have stood before a comment that is gone
    if (!endsInOpening(kept, length)) continue;
    length -= opening.length;
    const closed = text.indexOf(closing, at + 1);
    if (closed === -1) break;
    at = closed + closing.length - 1;
  }
  return Buffer.from(kept.buffer, 0, length * 2).toString('utf16le');
}

function endsInOpening(kept: Uint16Array, length: number): boolean {
  if (length < opening.length || kept[length - 1] !== opening.charCodeAt(3)) return false;
  for (let index = 0; index < opening.length; index += 1)
    if (kept[length - opening.length + index] !== opening.charCodeAt(index)) return false;
  return true;
}
