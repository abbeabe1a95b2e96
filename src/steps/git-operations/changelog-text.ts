// What an entry of a change log says and where it goes in the text. Pure; knows no file and no git.

/** The entry of a task: its title as plain text, whatever people wrote into it. */
export function changelogEntry(title: string, number: number | undefined): string {
  const plain = title
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>|~]/g, '\\$&')
    // sites made of such files evaluate these
    .replaceAll(/\{(?=[{%])/g, '{ ')
    .replaceAll(/@(?=[\w-])/g, '@\u200B');
  return number === undefined ? plain : `${plain} (#${number})`;
}

/**
 * The text with the entry as the first item under the heading "Unreleased", which is made where it is missing; the text itself where
 * the entry is there already. Line ends stay as they are.
 */
export function withEntry(text: string | undefined, entry: string): string {
  if (text === undefined || text.trim() === '') return `# Changelog\n\n## Unreleased\n\n- ${entry}\n`;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const headings = headingsOf(lines);
  const unreleased = headings.find(({ title }) => /\bunreleased\b/i.test(title));
  if (unreleased !== undefined) return inSection(lines, { headings, unreleased, entry })?.join(end) ?? text;
  const first = headings.find(({ level }) => level > 1);
  const section = ['## Unreleased', '', `- ${entry}`, ''];
  if (first !== undefined) return lines.toSpliced(first.from, 0, ...section).join(end);
  return [...withoutBlankEnd(lines), '', ...section].join(end);
}

interface Heading {
  readonly level: number;
  readonly title: string;
  /** Its first line, and the one after it. */
  readonly from: number;
  readonly to: number;
}

/** undefined: the entry is there. */
function inSection(
  lines: readonly string[],
  at: { readonly headings: readonly Heading[]; readonly unreleased: Heading; readonly entry: string },
): readonly string[] | undefined {
  const { to, level } = at.unreleased;
  const next = at.headings.find((heading) => heading.from >= to && heading.level <= level)?.from ?? lines.length;
  if (lines.slice(to, next).some((line) => line.replace(/^\s*[-*+]\s+/, '').trim() === at.entry)) return undefined;
  let place = to;
  while (place < next && lines[place]?.trim() === '') place += 1;
  const [, bullet] = /^ {0,3}([-*+])\s/.exec(lines[place] ?? '') ?? [];
  const heading = place === to || bullet === undefined ? [...lines.slice(0, to), ''] : lines.slice(0, place);
  const item = `${bullet ?? '-'} ${at.entry}`;
  return [...heading, item, ...(bullet === undefined ? [''] : []), ...lines.slice(place)];
}

/** Headings with `#` and underlined ones; none within fences and comments. */
function headingsOf(lines: readonly string[]): readonly Heading[] {
  const found: Heading[] = [];
  let closes: ((line: string) => boolean) | undefined;
  for (const [index, line] of lines.entries()) {
    if (closes !== undefined) {
      if (closes(line)) closes = undefined;
      continue;
    }
    closes = opened(line);
    const [, marks = '', title = ''] = /^ {0,3}(#{1,6})\s(.*)$/.exec(line) ?? [];
    if (marks !== '') found.push({ level: marks.length, title: title.trimStart(), from: index, to: index + 1 });
    const under = /^ {0,3}(=+|-+)\s*$/.exec(lines[index + 1] ?? '')?.[1];
    if (under !== undefined && /^ {0,3}[^\s>#*+-]/.test(line))
      found.push({ level: under.startsWith('=') ? 1 : 2, title: line.trim(), from: index, to: index + 2 });
  }
  return found;
}

/** What ends a fence or a comment that begins on the line. */
function opened(line: string): ((line: string) => boolean) | undefined {
  const [, fence] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
  if (fence !== undefined) return (other) => /^ {0,3}(?=\S)/.test(other) && other.trimStart().startsWith(fence);
  return line.lastIndexOf('<!--') > line.lastIndexOf('-->') ? (other) => other.includes('-->') : undefined;
}

function withoutBlankEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(0, last + 1);
}
