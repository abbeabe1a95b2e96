// Where the boxes, frames and arrows of a flowchart stand; dagre works it out. Knows no colours.
import { graphlib, layout } from '@dagrejs/dagre';
import type { Arrow, Box, Chart, Frame } from './chart.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle, by its middle. */
export interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** A chart with places. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly { readonly box: Box; readonly area: Area }[];
  /** Outer ones first. */
  readonly frames: readonly { readonly frame: Frame; readonly area: Area }[];
  readonly arrows: readonly {
    readonly arrow: Arrow;
    readonly points: readonly Point[];
    readonly label: Area | undefined;
  }[];
}

export const fontSize = 14;
export const lineHeight = 20;
const margin = 12;
/** What the title of a frame needs above what stands in it. */
const titleHeight = 26;

/** The places of everything. */
export function layOut(chart: Chart): Drawing {
  const graph = new graphlib.Graph({ compound: true, multigraph: true });
  graph.setGraph({
    rankdir: chart.direction,
    nodesep: 28,
    ranksep: chart.frames.size > 0 ? 30 : 46,
    marginx: margin,
    marginy: margin,
  });
  for (const frame of chart.frames.values()) graph.setNode(frame.id, {});
  for (const box of chart.boxes.values()) graph.setNode(box.id, sizeOf(box));
  for (const { id, parent } of chart.frames.values()) if (parent !== undefined) graph.setParent(id, parent);
  for (const { id, frame } of chart.boxes.values()) if (frame !== undefined) graph.setParent(id, frame);
  const ends = chart.arrows.map(
    (arrow) => [boxOf(chart, arrow.from, 'last'), boxOf(chart, arrow.to, 'first')] as const,
  );
  for (const [index, arrow] of chart.arrows.entries()) {
    const [from, to] = ends[index] ?? ['', ''];
    const size = arrow.label === '' ? {} : { width: widthOf(arrow.label) + 8, height: lineHeight, labelpos: 'c' };
    graph.setEdge(from, to, size, String(index));
  }
  layout(graph);
  const areas = new Map([...chart.boxes.keys()].map((id) => [id, graph.node(id) as unknown as Area]));
  const depths = [...chart.frames.values()].toSorted((a, b) => depthOf(chart, b.id) - depthOf(chart, a.id));
  for (const { id } of depths) areas.set(id, areaAround(chart, id, areas));
  const arrows = chart.arrows.map((arrow, index) => {
    const [from, to] = ends[index] ?? ['', ''];
    const edge = graph.edge(from, to, String(index)) as unknown as Area & { readonly points: readonly Point[] };
    return {
      arrow,
      points: clipped(edge.points, arrow, { chart, areas }),
      label: arrow.label === '' ? undefined : edge,
    };
  });
  return framed({
    boxes: [...chart.boxes.values()].map((box) => ({ box, area: areaOf(areas, box.id) })),
    frames: depths.toReversed().map((frame) => ({ frame, area: areaOf(areas, frame.id) })),
    arrows,
  });
}

/** How wide a text is about. */
export function widthOf(text: string): number {
  const wide = /\p{Extended_Pictographic}|[\u1100-\u11FF\u2E80-\uA4CF\uAC00-\uD7AF\uF900-\uFAFF\uFF00-\uFF60]/u;
  const narrow = /[iljtfrI.,:;'|!()[\] ]/;
  return Array.from(text).reduce(
    (sum, character) => sum + fontSize * (wide.test(character) ? 1.3 : narrow.test(character) ? 0.36 : 0.58),
    0,
  );
}

function sizeOf({ lines, outline }: Box): { width: number; height: number } {
  const width = Math.max(...lines.map(({ text }) => widthOf(text)), 24) + 28;
  const height = lines.length * lineHeight + 18;
  if (outline === 'diamond') return { width: width * 1.35, height: height * 1.7 };
  if (outline === 'circle') return { width: Math.max(width, height), height: Math.max(width, height) };
  return { width: outline === 'rectangle' ? width : width + 16, height: outline === 'cylinder' ? height + 14 : height };
}

/** The box that stands for a frame at the end of an arrow: dagre knows only boxes there. */
function boxOf({ boxes, frames }: Chart, id: string, which: 'first' | 'last'): string {
  if (!frames.has(id)) return id;
  const inside = [...boxes.values()].filter(({ frame }) => isWithin(frames, frame, id));
  return (which === 'first' ? inside[0] : inside.at(-1))?.id ?? id;
}

function isWithin(frames: Chart['frames'], frame: string | undefined, outer: string): boolean {
  for (let at = frame; at !== undefined; at = frames.get(at)?.parent) if (at === outer) return true;
  return false;
}

function depthOf({ frames }: Chart, id: string): number {
  const parent = frames.get(id)?.parent;
  return parent === undefined ? 0 : 1 + depthOf({ frames } as Chart, parent);
}

/** What a frame must hold, with room for its title. Inner frames have their areas already. */
function areaAround(chart: Chart, id: string, areas: ReadonlyMap<string, Area>): Area {
  const inner = [
    ...[...chart.boxes.values()].filter(({ frame }) => frame === id),
    ...[...chart.frames.values()].filter(({ parent }) => parent === id),
  ].map((one) => areaOf(areas, one.id));
  const left = Math.min(...inner.map(({ x, width }) => x - width / 2)) - margin;
  const right = Math.max(...inner.map(({ x, width }) => x + width / 2)) + margin;
  const top = Math.min(...inner.map(({ y, height }) => y - height / 2)) - titleHeight;
  const bottom = Math.max(...inner.map(({ y, height }) => y + height / 2)) + margin;
  const width = Math.max(right - left, widthOf(chart.frames.get(id)?.title ?? '') + 2 * margin);
  return { x: (left + right) / 2, y: (top + bottom) / 2, width, height: bottom - top };
}

/** An arrow to a frame ends at its border. */
function clipped(
  points: readonly Point[],
  { from, to }: Arrow,
  { chart, areas }: { readonly chart: Chart; readonly areas: ReadonlyMap<string, Area> },
): readonly Point[] {
  const start = chart.frames.has(from) ? outside(points.toReversed(), areaOf(areas, from)).toReversed() : points;
  return chart.frames.has(to) ? outside(start, areaOf(areas, to)) : start;
}

/** A line up to where it enters an area. */
function outside(points: readonly Point[], area: Area): readonly Point[] {
  const entry = points.findIndex((point) => holds(area, point));
  const [last, next] = [points[entry - 1], points[entry]];
  if (last === undefined || next === undefined) return points;
  let [near, far] = [last, next];
  for (let step = 0; step < 20; step += 1) {
    const middle = { x: (near.x + far.x) / 2, y: (near.y + far.y) / 2 };
    if (holds(area, middle)) far = middle;
    else near = middle;
  }
  return [...points.slice(0, entry), near];
}

function holds({ x, y, width, height }: Area, point: Point): boolean {
  return Math.abs(point.x - x) < width / 2 && Math.abs(point.y - y) < height / 2;
}

/** Moves everything so that nothing lies outside of the picture. */
function framed({ boxes, frames, arrows }: Omit<Drawing, 'width' | 'height'>): Drawing {
  const areas = [...boxes, ...frames].map(({ area }) => area);
  const points = arrows.flatMap(({ points: all }) => all);
  const left = Math.min(...areas.map(({ x, width }) => x - width / 2), ...points.map(({ x }) => x)) - margin;
  const top = Math.min(...areas.map(({ y, height }) => y - height / 2), ...points.map(({ y }) => y)) - margin;
  const right = Math.max(...areas.map(({ x, width }) => x + width / 2), ...points.map(({ x }) => x)) + margin;
  const bottom = Math.max(...areas.map(({ y, height }) => y + height / 2), ...points.map(({ y }) => y)) + margin;
  const moved = <T extends Point>(point: T): T => ({ ...point, x: point.x - left, y: point.y - top });
  return {
    width: right - left,
    height: bottom - top,
    boxes: boxes.map(({ box, area }) => ({ box, area: moved(area) })),
    frames: frames.map(({ frame, area }) => ({ frame, area: moved(area) })),
    arrows: arrows.map(({ arrow, points: all, label }) => ({
      arrow,
      points: all.map(moved),
      label: label === undefined ? undefined : moved(label),
    })),
  };
}

function areaOf(areas: ReadonlyMap<string, Area>, id: string): Area {
  return areas.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
}
