// What a text looks like: characters that nobody sees are left out, and every kind of space is a space.

const unseen = /[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;
const spaces = /\p{Zs}/gu;

/** Turns the letters behind it around, so that the text does not read as it is written. */
export const turnsAround = '\u202E';

/** The text as it looks. A character becomes one or none; no line is added or lost. */
export function looksLike(text: string): string {
  return text.replaceAll(unseen, '').replaceAll(spaces, ' ');
}

/** What stands behind the first `count` characters that are seen, as written. */
export function behind(written: string, count: number): string {
  let seen = 0;
  let index = 0;
  for (const character of written) {
    if (seen >= count) break;
    seen += looksLike(character).length;
    index += character.length;
  }
  return written.slice(index);
}

/** Whether the text can hold a command at all: a quick look, before anybody reads it. */
export function mayCall(text: string, botLogin: string): boolean {
  const looks = looksLike(text).toLowerCase();
  return looks.includes('/troupe') || looks.includes(`@${botLogin.replace(/\[bot\]$/, '').toLowerCase()}`);
}
