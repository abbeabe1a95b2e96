// What of a text people have read already on the same page: that is not said again. Pure.

/** The text; empty where all of it stands in what was said before. Quoting makes no difference. */
export function notSaidIn(said: string, text: string): string {
  const words = wordsOf(text);
  return words.length >= 2 && ` ${wordsOf(said).join(' ')} `.includes(` ${words.join(' ')} `) ? '' : text;
}

/** What comes after the beginning; the text itself where it begins otherwise. */
export function withoutBeginning(beginning: string, text: string): string {
  const words = text.matchAll(/\S+/g);
  let end = 0;
  for (const [part] of beginning.matchAll(/\S+/g)) {
    const word = words.next().value;
    if (word?.[0] !== part) return text;
    end = word.index + part.length;
  }
  return end === 0 ? text : text.slice(end).trim();
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .replaceAll('\u200b', '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
