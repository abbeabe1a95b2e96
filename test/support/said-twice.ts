// What a page says more than once: sentences of four words and more, and words that are repeated right after themselves.

const words = (text: string): readonly string[] => text.match(/[\p{L}\p{N}#$][\p{L}\p{N}.,'’/_#$-]*/gu) ?? [];

/** The sentences, in small letters. Tables of steps, drawings and marks are no sentences. */
export function saidTwice(page: string): readonly string[] {
  const text = page
    .replaceAll(/```mermaid[^]*?```/g, '')
    .replaceAll(/<!--[^]*?-->|<[^>]*>/g, '')
    .replaceAll(/^\|.*\|$/gm, '')
    .replaceAll(/\]\([^()]*\)/g, ']')
    .replaceAll('\u200b', '');
  const sentences = text
    .split(/\n|[.:!?](?=\s|$)|\s·\s/)
    .map((sentence) => words(sentence).join(' ').toLowerCase())
    .filter((sentence) => sentence !== '');
  const long = sentences.filter((sentence) => sentence.split(' ').length >= 4);
  const twice = long.filter((sentence, at) => long.some((other, before) => before !== at && other.includes(sentence)));
  const atOnce = sentences.filter((sentence, at) => sentence.includes(' ') && sentence === sentences[at - 1]);
  return [...new Set([...twice, ...atOnce])];
}
