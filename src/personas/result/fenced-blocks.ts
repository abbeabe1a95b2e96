// Fenced blocks of a text as CommonMark reads them: a block inside a longer fence is only text. Pure and linear.

/** A block and what stands after its opening marks. */
export interface FencedBlock {
  readonly info: string;
  readonly body: string;
}

/** The blocks in order. One that is never closed counts: an answer that was cut off still shows what it began with. */
export function fencedBlocks(text: string): readonly FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { marks: string; info: string; body: string[] } | undefined;
  for (const line of text.split('\n')) {
    if (open === undefined) {
      const start = opening(line);
      if (start !== undefined) open = { ...start, body: [] };
    } else if (closes(line, open.marks)) {
      blocks.push({ info: open.info, body: open.body.join('\n') });
      open = undefined;
    } else open.body.push(line);
  }
  if (open !== undefined) blocks.push({ info: open.info, body: open.body.join('\n') });
  return blocks;
}

/** Whether a place in the text lies inside of a block, for a few places. */
export function fenceTeller(text: string): (offset: number) => boolean {
  const fenced: { from: number; to: number }[] = [];
  let at = 0;
  let open: { marks: string; from: number } | undefined;
  for (const line of text.split('\n')) {
    const start = open === undefined ? opening(line) : undefined;
    if (start !== undefined) open = { marks: start.marks, from: at };
    else if (open !== undefined && closes(line, open.marks)) {
      fenced.push({ from: open.from, to: at });
      open = undefined;
    }
    at += line.length + 1;
  }
  if (open !== undefined) fenced.push({ from: open.from, to: text.length });
  return (offset) => fenced.some(({ from, to }) => offset > from && offset < to);
}

function opening(line: string): { readonly marks: string; readonly info: string } | undefined {
  const [, marks, info] = /^ {0,3}(`{3,}|~{3,}(?!~))([^`]*)$/.exec(line) ?? [];
  return marks === undefined ? undefined : { marks, info: (info ?? '').trim() };
}

function closes(line: string, marks: string): boolean {
  const text = line.trimEnd();
  const [, end] = /^ {0,3}(`{3,}|~{3,})$/.exec(text) ?? [];
  return end !== undefined && end[0] === marks[0] && end.length >= marks.length;
}
