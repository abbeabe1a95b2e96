// Reads a flowchart in Mermaid's words: as much of them as workflows and people commonly use. Whatever else there is makes the whole unread.
import type { Box, Chart, Frame, Paint } from './chart.ts';
import { scanArrow, scanBox, scanTitle } from './scan.ts';
import type { BoxPiece } from './scan.ts';

/** More than this nobody can look at, and it would take long to lay out. */
const most = 200;

/** The flowchart; undefined where the text is something else. */
export function readFlowchart(text: string): Chart | undefined {
  const lines = text
    .split(/\r?\n|;\s*$/m)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('%%'));
  const direction = /^(?:flowchart|graph)\s+(TB|TD|BT|LR|RL)$/.exec(lines[0] ?? '')?.[1];
  if (direction === undefined) return undefined;
  const reading: Reading = {
    // the pattern above knows no others
    chart: {
      direction: (direction === 'TD' ? 'TB' : direction) as Chart['direction'],
      boxes: new Map(),
      frames: new Map(),
      arrows: [],
    },
    open: [],
    paints: new Map(),
    painted: [],
  };
  for (const line of lines.slice(1)) if (!statement(line, reading)) return undefined;
  const { chart } = reading;
  if (reading.open.length > 0 || chart.boxes.size === 0 || chart.boxes.size + chart.arrows.length > most)
    return undefined;
  for (const [id, paint] of reading.painted) paintBox(chart, id, reading.paints.get(paint) ?? {});
  return withoutEmptyFrames(chart);
}

interface Reading {
  readonly chart: Chart;
  /** Frames that are not closed yet. */
  readonly open: string[];
  readonly paints: Map<string, Paint>;
  readonly painted: [id: string, name: string][];
}

function statement(line: string, reading: Reading): boolean {
  const [word = ''] = line.split(/\s/, 1);
  const rest = line.slice(word.length).trim();
  switch (word) {
    case 'subgraph':
      return openFrame(rest, reading);
    case 'end':
      return rest === '' && reading.open.pop() !== undefined;
    case 'direction':
    case 'linkStyle':
      return true;
    case 'classDef': {
      const [names, paint] = firstWord(rest);
      for (const name of names.split(',')) reading.paints.set(name, paintOf(paint));
      return paint !== '';
    }
    case 'class': {
      const name = rest.split(/\s/).at(-1) ?? '';
      const ids = rest.slice(0, rest.length - name.length).trim();
      if (ids === '' || !/^[\w-]+$/.test(name)) return false;
      for (const id of ids.split(',')) reading.painted.push([id.trim(), name]);
      return true;
    }
    case 'style': {
      const [id, paint] = firstWord(rest);
      reading.paints.set(`style ${id}`, paintOf(paint));
      reading.painted.push([id, `style ${id}`]);
      return paint !== '';
    }
    default:
      return chain(line, reading);
  }
}

/** The first word, and what stands behind it. */
function firstWord(text: string): readonly [word: string, rest: string] {
  const [word = ''] = text.split(/\s/, 1);
  return [word, text.slice(word.length).trim()];
}

function openFrame(rest: string, { chart, open }: Reading): boolean {
  const title = scanTitle(rest);
  const id = /^[^\s["]+(?=\s*\[|$)/.exec(rest)?.[0] ?? `frame ${chart.frames.size}`;
  if (title === undefined || chart.frames.has(id)) return false;
  chart.frames.set(id, { id, title, parent: open.at(-1) });
  open.push(id);
  return true;
}

/** `a --> b & c --> d` */
function chain(line: string, reading: Reading): boolean {
  let from = group(line, reading);
  while (from !== undefined && from.rest.trim() !== '') {
    const arrow = scanArrow(from.rest);
    const to = arrow === undefined ? undefined : group(arrow.rest.trimStart(), reading);
    if (arrow === undefined || to === undefined) return false;
    const { label, look, hasHead } = arrow;
    for (const one of from.ids)
      for (const other of to.ids) reading.chart.arrows.push({ from: one, to: other, label, look, hasHead });
    from = to;
  }
  return from !== undefined;
}

function group(text: string, reading: Reading): { readonly ids: readonly string[]; readonly rest: string } | undefined {
  const ids: string[] = [];
  let rest = text;
  for (;;) {
    const piece = scanBox(rest);
    if (piece === undefined) return undefined;
    addBox(piece, reading);
    ids.push(piece.id);
    if (!/^\s*&/.test(piece.rest)) return { ids, rest: piece.rest };
    rest = piece.rest.replace(/^\s*&\s*/, '');
  }
}

function addBox(piece: BoxPiece, { chart, open, painted }: Reading): void {
  const { id, lines, outline, className } = piece;
  if (className !== undefined) painted.push([id, className]);
  if (chart.frames.has(id)) return;
  const known: Box = chart.boxes.get(id) ?? {
    id,
    lines: [{ text: id, italic: false }],
    outline,
    paint: {},
    frame: undefined,
  };
  known.frame ??= open.at(-1);
  if (lines !== undefined) Object.assign(known, { lines, outline });
  chart.boxes.set(id, known);
}

function paintOf(text: string): Paint {
  return Object.fromEntries(
    text
      .replace(/;$/, '')
      .split(',')
      .map((one) => one.split(':').map((part) => part.trim()))
      .filter(
        ([key = '', value = '', more]) => /^[a-z-]+$/i.test(key) && /^[#\w .%()-]+$/.test(value) && more === undefined,
      ),
  ) as Paint;
}

function paintBox(chart: Chart, id: string, paint: Paint): void {
  const box = chart.boxes.get(id);
  if (box !== undefined) box.paint = { ...box.paint, ...paint };
}

/** A frame around nothing is a box; a box that was named before its frame is the frame. */
function withoutEmptyFrames(chart: Chart): Chart {
  for (const id of chart.frames.keys()) chart.boxes.delete(id);
  const holders = new Set<string | undefined>();
  for (const { frame } of chart.boxes.values())
    for (let at = frame; at !== undefined; at = chart.frames.get(at)?.parent) holders.add(at);
  for (const { id, title, parent } of chart.frames.values()) {
    if (holders.has(id)) continue;
    chart.frames.delete(id);
    chart.boxes.set(id, {
      id,
      lines: [{ text: title, italic: false }],
      outline: 'rectangle',
      paint: {},
      frame: heldBy(chart.frames, parent, holders),
    });
  }
  return chart;
}

function heldBy(
  frames: ReadonlyMap<string, Frame>,
  id: string | undefined,
  holders: ReadonlySet<string | undefined>,
): string | undefined {
  return id === undefined || holders.has(id) ? id : heldBy(frames, frames.get(id)?.parent, holders);
}
