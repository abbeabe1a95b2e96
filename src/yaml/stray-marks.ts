// Finds text that only looks like YAML: marks without their other half, more than anybody writes by mistake.

const mostStray = 100;

/** Where brackets that close nothing or stand in a row, quotes in a row, or aliases one behind the other, become so many that nobody meant them: the library takes the square of their number. */
export function strayMarks(text: string): number | undefined {
  const open = { '[': 0, '{': 0 };
  let stray = 0;
  let before = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '[' || character === '{') {
      open[character] += 1;
      // no comma between it and what was closed in front of it
      if (before === '}' || before === ']') stray += 1;
    } else if (character === ']' || character === '}') {
      const opening = character === ']' ? '[' : '{';
      if (open[opening] > 0) open[opening] -= 1;
      else stray += 1;
    } else if (character === '"' && text.startsWith('"""', at)) stray += 1;
    else if (character === '*' && isAlias(text, at)) stray += 1;
    if (stray > mostStray) return at;
    if (character !== ' ' && character !== '\n') before = character;
  }
  return undefined;
}

/** An alias with nothing but blanks and comments between it and another one before it: YAML has a mark between any two. `**bold**` is none. */
function isAlias(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - farthest), at).replaceAll(/(?<=^|\s)#.*\n/g, '\n');
  const [, word = ''] = /(?:^|\s)(\S+)\s+$/.exec(before) ?? [];
  return word.startsWith('*') && !word.endsWith('*');
}

/** Characters that are looked back. */
const farthest = 100;
