// What of a text people have read already on the same page: that is not said again. Pure.

/** The text; empty where all of it stands in what was said before. Quoting makes no difference. */
export function notSaidIn(said: string, text: string): string {
  const words = wordsOf(text);
  return words.length >= 2 && ` ${wordsOf(said).join(' ')} `.includes(` ${words.join(' ')} `) ? '' : text;
}

/** What comes after the beginning; the text itself where it begins otherwise. */
export function withoutBeginning(beginning: string, text: string): string {
  const parts = beginning.split(/\s+/).filter((part) => part !== '');
  if (parts.length === 0) return text;
  const found = new RegExp(`^\\s*${parts.map((part) => RegExp.escape(part)).join('\\s+')}(?=\\s|$)`).exec(text);
  return found === null ? text : text.slice(found[0].length).trim();
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .replaceAll('\u200b', '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
