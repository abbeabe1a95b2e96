// Lines that speak of tools where nobody reads them as keys: in a body, in a text, outside of front matter. Finds them; reads no values.
import { readToolWord, wordsIn } from './tool-word.ts';

const listKey = /^[\s{,]*["']?(?:allowed[-_ ]?)?tools?["']?\s*[:：=](.*)$/i;
const otherKey =
  /^[\s{,]*["']?(?:(?:dis-?allow(?:ed)?|denied|forbidden|blocked|excluded)[-_ ]?tools|permissions?|permission[-_ ]?mode|read[-_]?only)["']?\s*[:：=]\s*(?:\S.*)?$/i;
/** How far down a body is looked at: front matter stands at the top. */
const mostLines = 60;

/** Whether the line begins as a key that gives or takes tools. */
export function speaksOfTools(line: string): boolean {
  return listKey.test(line) || otherKey.test(line);
}

/** The first line (from 0) at the top of a body that would be a restriction in front matter; prose that begins with `Tools:` is none. */
export function restrictionIn(body: string): number | undefined {
  const lines = body.split('\n').slice(0, mostLines);
  let fence: string | undefined;
  for (const [index, line] of lines.entries()) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : undefined;
    else if (fence === undefined && isRestriction(line, lines.slice(index + 1))) return index;
  }
  return undefined;
}

function isRestriction(line: string, following: readonly string[]): boolean {
  const isOther = otherKey.test(line);
  const value = isOther ? line.replace(/^.*?[:：=]/, '') : listKey.exec(line)?.[1];
  if (value === undefined) return false;
  if (value.trim() !== '') return isAllTools(value) || (isOther && /^\s*(?:true|deny|ask|plan|[[{])/i.test(value));
  if (isOther && /^\s+["']?[\w*-]+["']?\s*:\s*(?:allow|deny|ask)\b/.test(following[0] ?? '')) return true;
  const end = following.findIndex((one) => !/^\s*-\s/.test(one));
  return isAllTools(following.slice(0, end === -1 ? undefined : end).join('\n'));
}

function isAllTools(text: string): boolean {
  const words = wordsIn(text);
  return words.length > 0 && words.every((word) => readToolWord(word).kind !== 'unknown');
}
