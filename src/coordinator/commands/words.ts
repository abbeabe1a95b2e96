// Takes the words after a command apart: `key=value`, quotes of keyboards and phones, code marks. Never throws.

/** A word; `key=value` has a key. */
interface Word {
  readonly key?: string;
  readonly value: string;
}

const closingQuotes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”“',
  '”': '”',
  '„': '“”',
  '‘': '’‘',
  '’': '’',
  '‚': '‘’',
  '«': '»',
  '»': '«',
  '「': '」',
};

/** The words of a line. */
export function splitWords(text: string): { readonly words: readonly Word[]; readonly unclosed: boolean } {
  const words: Word[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const key = /^([A-Za-z_][\w-]*)=/.exec(rest)?.[1];
    if (key !== undefined) rest = rest.slice(key.length + 1);
    const taken = takeWord(rest);
    if (taken === undefined) return { words, unclosed: true };
    words.push(key === undefined ? { value: taken.value } : { key, value: taken.value });
    rest = taken.rest.trimStart();
  }
  return { words, unclosed: false };
}

/** The first word and what follows it; undefined when its quote is not closed. */
export function takeWord(text: string): { readonly value: string; readonly rest: string } | undefined {
  const code = takeCode(text);
  if (code !== undefined) return code;
  const closing = closingQuotes[text[0] ?? ''];
  if (closing === undefined) {
    const value = /^\S*/.exec(text)?.[0] ?? '';
    return { value, rest: text.slice(value.length) };
  }
  let value = '';
  for (let index = 1; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '\\' && closing === '"' && (text[index + 1] === '"' || text[index + 1] === '\\')) {
      value += text[index + 1];
      index += 1;
    } else if (closing.includes(character)) {
      return { value, rest: text.slice(index + 1) };
    } else {
      value += character;
    }
  }
  return undefined;
}

/** A word in code marks is the word; marks that are not closed are characters like others. */
function takeCode(text: string): { value: string; rest: string } | undefined {
  const marks = /^`+/.exec(text)?.[0];
  if (marks === undefined) return undefined;
  const end = text.indexOf(marks, marks.length);
  if (end === -1) return undefined;
  return { value: text.slice(marks.length, end).trim(), rest: text.slice(end + marks.length) };
}
