// Cutting and shaping text by the limits of where it goes. Counts bytes, as GitHub does.
import { withoutEnd, withoutStart } from './ends.ts';

/** UTF-8 bytes of the text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

const whereAllIs = 'the full text is in the run log';

/** Stands where lines are missing. */
export function leftOut(lines: number, note = whereAllIs): string {
  return `… ${lines} lines left out: ${note} …`;
}

/**
 * The text within `bytes` bytes. Cuts on a line, keeps the head and the tail, closes an open code fence and says what
 * was left out (`note` may link to the whole text).
 */
export function fit(text: string, bytes: number, note = whereAllIs): string {
  if (byteLength(text) <= bytes) return text;
  const lines = text.split('\n');
  const cutLine = (count: number): string => leftOut(count, note);
  const room = bytes - byteLength(cutLine(lines.length)) - 32;
  if (room <= 0) return cutBytes(text, bytes);
  const head = takeWithin(lines, Math.floor(room * 0.7));
  const tail = takeWithin(lines.slice(head.length).toReversed(), Math.floor(room * 0.3)).toReversed();
  const openFence = fenceOpenAfter(head);
  const dropped = lines.length - head.length - tail.length;
  const headText = head.length === 0 ? cutBytes(lines[0] ?? '', Math.floor(room * 0.7)) : head.join('\n');
  const middle = openFence === undefined ? cutLine(dropped) : `${openFence}\n${cutLine(dropped)}`;
  const tailText = tail.join('\n');
  const reopened = fenceOpenAfter([...tail]) !== undefined ? `\`\`\`\n${tailText}` : tailText;
  return cutBytes([headText, middle, reopened].filter((part) => part !== '').join('\n'), bytes);
}

/** The first line, at most `characters` characters, with `…` where it was cut. */
export function oneLine(text: string, characters: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const points = Array.from(line);
  return points.length <= characters ? line : `${points.slice(0, Math.max(0, characters - 1)).join('')}…`;
}

/** The text as a Markdown code span that nothing in it can close. */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
  if (longest === 0) return `\`${text}\``;
  const fence = '`'.repeat(longest + 1);
  const [before, after] = [text.startsWith('`') ? ' ' : '', text.endsWith('`') ? ' ' : ''];
  // CommonMark takes one space off where both ends have one
  return before === after ? `${fence}${before}${text}${after}${fence}` : `${fence} ${text} ${fence}`;
}

/** A name inside a sentence: in quotes, and as code where Markdown would read something into it. */
export function quotedName(name: string): string {
  const isPlain = /^(?:[^\s`<>$_"]|(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}]))*$/u.test(name);
  return isPlain ? `"${name}"` : codeSpan(name);
}

/** Lower-case words joined by `-`, only `[a-z0-9-]`, at most `length` characters; `task` when nothing is left. */
export function slug(text: string, length = 40): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return withoutEnd(withoutStart(plain, '-').slice(0, length), '-') || 'task';
}

/** Longer texts are near to no name. */
const longestName = 200;

/** The nearest of the known names by edit distance, or undefined when none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longestName) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    // so far apart that it cannot be near
    if (candidate.length > longestName * 1.5) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || distance < best.distance) best = { name: candidate, distance };
  }
  if (best === undefined) return undefined;
  return best.distance <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

function cutBytes(text: string, bytes: number): string {
  const buffer = Buffer.from(text, 'utf8');
  if (buffer.length <= bytes) return text;
  let end = Math.max(0, bytes);
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return buffer.subarray(0, end).toString('utf8');
}

function takeWithin(lines: readonly string[], bytes: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += byteLength(line) + 1;
    if (used > bytes) break;
    taken.push(line);
  }
  return taken;
}

function fenceOpenAfter(lines: readonly string[]): string | undefined {
  let open: string | undefined;
  for (const line of lines) {
    const fence = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) continue;
    open = open === undefined ? fence : undefined;
  }
  return open;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replace));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Text that a terminal shows and does not obey: line ends, tabs and colours stay, every other control character and turning of the line goes. */
export function forTerminal(text: string): string {
  return text.replaceAll(/\p{Cc}(\[[0-9;]*m)?|[\u202a-\u202e\u2066-\u2069]/gu, (found, colour: string = '') =>
    '\n\t'.includes(found.charAt(0)) || found.startsWith('\u001b[') ? found : colour,
  );
}

/** The lines of a server beneath an error's message, `remote: ` included: `message` says what happened, they say why. */
export function splitServerLines(text: string): { readonly message: string; readonly lines: readonly string[] } {
  const [message = '', ...rest] = text.split(/\n(?=remote: )/);
  return { message, lines: rest };
}
