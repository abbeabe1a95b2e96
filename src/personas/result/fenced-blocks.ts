// Fenced blocks of a text as CommonMark reads them: a block inside a longer fence is only text. Pure and linear.

/** A block and what stands after its opening marks. */
export interface FencedBlock {
  readonly info: string;
  readonly body: string;
}

/** The last blocks, in order. One that is never closed counts: an answer that was cut off still shows what it began with. */
export function fencedBlocks(text: string, most = Number.POSITIVE_INFINITY): readonly FencedBlock[] {
  return fences(text, most)
    .slice(-most)
    .map(({ info, begin, end }) => ({ info, body: text.slice(begin, Math.max(begin, end - 1)) }));
}

/** Whether a place in the text lies inside of a block. */
export function fenceTeller(text: string): (offset: number) => boolean {
  const fenced = fences(text);
  return (offset) => {
    // they stand one behind the other: the last that begins before the place is the only one that may hold it
    let [low, high] = [0, fenced.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((fenced[middle]?.from ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return offset < Math.min(fenced[low - 1]?.end ?? 0, text.length);
  };
}

/** A block by its places: of its first line, of what stands in it, and behind the line end that stands in front of its last line. */
interface Fence {
  readonly from: number;
  readonly info: string;
  readonly begin: number;
  readonly end: number;
}

/** At least the last of them, if there are so many. */
function fences(text: string, most = Number.POSITIVE_INFINITY): Fence[] {
  const found: Fence[] = [];
  let open: (Opening & Pick<Fence, 'from' | 'begin'>) | undefined;
  for (const { from, to } of markedLines(text)) {
    const line = text.slice(from, to);
    if (open === undefined) {
      const start = opening(line);
      if (start !== undefined) open = { ...start, from, begin: Math.min(to + 1, text.length) };
    } else if (closes(line, open.marks)) {
      if (found.length >= 2 * most) found.splice(0, most);
      found.push({ from: open.from, info: open.info, begin: open.begin, end: from });
      open = undefined;
    }
  }
  // as if a last line closed it
  if (open !== undefined) found.push({ from: open.from, info: open.info, begin: open.begin, end: text.length + 1 });
  return found;
}

/** The lines that begin with the marks of a fence: of a long log none has to be looked at. */
function* markedLines(text: string): Generator<{ readonly from: number; readonly to: number }> {
  const next = { '```': -1, '~~~': -1 };
  const nextOf = (marks: keyof typeof next, from: number): number => {
    if (next[marks] < from) next[marks] = placeOf(text, marks, from);
    return next[marks];
  };
  for (let at = 0; at < text.length;) {
    const place = Math.min(nextOf('```', at), nextOf('~~~', at));
    if (place === text.length) return;
    const from = Math.max(at, text.lastIndexOf('\n', place) + 1);
    const to = placeOf(text, '\n', place);
    if (place === from || (place - from <= 3 && text.slice(from, place).trim() === '')) yield { from, to };
    at = to + 1;
  }
}

function placeOf(text: string, marks: string, from: number): number {
  const place = text.indexOf(marks, from);
  return place === -1 ? text.length : place;
}

interface Opening {
  readonly marks: string;
  readonly info: string;
}

function opening(line: string): Opening | undefined {
  const [, marks, info] = /^ {0,3}(`{3,}|~{3,}(?!~))([^`]*)$/.exec(line) ?? [];
  return marks === undefined ? undefined : { marks, info: (info ?? '').trim() };
}

function closes(line: string, marks: string): boolean {
  if (line === marks) return true;
  const text = line.trimEnd();
  const [, end] = /^ {0,3}(`{3,}|~{3,})$/.exec(text) ?? [];
  return end !== undefined && end[0] === marks[0] && end.length >= marks.length;
}
