// A laid-out flowchart as SVG. Its colours are the chart's own where it has some, else those of the page. Decides no places.
import { html } from '../html/html.ts';
import type { Html } from '../html/html.ts';
import type { Arrow, Box, Frame } from './chart.ts';
import { fontSize, lineHeight } from './lay-out.ts';
import type { Area, Drawing, Point } from './lay-out.ts';

/** The picture. */
export function draw({ width, height, boxes, frames, arrows }: Drawing): Html {
  const words = boxes.map(({ box }) => box.lines.map(({ text }) => text).join(' ')).join(', ');
  return html`<svg
    class="flowchart"
    role="img"
    aria-label="Flowchart: ${words}"
    viewBox="0 0 ${round(width)} ${round(height)}"
    width="${round(width)}"
    height="${round(height)}"
    font-size="${fontSize}"
  >
    ${frames.map(({ frame, area }) =>
      drawFrame(frame, area),
    )}${arrows.map(({ arrow, points, label }) => drawArrow(arrow, points, label))}${boxes.map(({ box, area }) => drawBox(box, area))}
  </svg>`;
}

function drawFrame({ title }: Frame, area: Area): Html {
  return html`<g class="chart-frame"
    >${rectangle(area, 6)}<text x="${round(area.x)}" y="${round(area.y - area.height / 2 + 17)}" text-anchor="middle"
      >${title}</text
    ></g
  >`;
}

function drawBox(box: Box, area: Area): Html {
  const { fill, stroke, color } = box.paint;
  const dashes = box.paint['stroke-dasharray'];
  const strokeWidth = box.paint['stroke-width'];
  const first =
    area.y - ((box.lines.length - 1) * lineHeight) / 2 + fontSize * 0.36 + (box.outline === 'cylinder' ? 5 : 0);
  const lines = box.lines.map(
    ({ text, italic }, index) =>
      html`<tspan
        x="${round(area.x)}"
        y="${round(first + index * lineHeight)}"
        ${italic ? html` font-style="italic"` : undefined}
        >${text}</tspan
      >`,
  );
  // a box with a colour of its own has the dark text that the colour was chosen for
  const ink = color ?? (fill === undefined ? undefined : '#1f2328');
  return html`<g class="chart-box"><g${painted('fill', fill)}${painted('stroke', stroke)}${painted('stroke-dasharray', dashes)}${painted('stroke-width', strokeWidth)}>${outlineOf(box, area)}</g><text text-anchor="middle"${painted('fill', ink)}>${lines}</text></g>`;
}

function painted(name: string, value: string | undefined): Html | undefined {
  return value === undefined ? undefined : html` ${name}="${value}"`;
}

function outlineOf({ outline }: Box, area: Area): Html {
  const { x, y, width, height } = area;
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  switch (outline) {
    case 'rectangle':
      return rectangle(area, 4);
    case 'round':
      return rectangle(area, 10);
    case 'stadium':
      return rectangle(area, height / 2);
    case 'circle':
      return html`<circle cx="${round(x)}" cy="${round(y)}" r="${round(width / 2)}"></circle>`;
    case 'double':
      return html`${rectangle(area, 2)}<path
          d="M${round(left + 7)} ${round(top)}V${round(bottom)}M${round(right - 7)} ${round(top)}V${round(bottom)}"
        ></path>`;
    case 'diamond':
      return polygon([left, y], [x, top], [right, y], [x, bottom]);
    case 'hexagon':
      return polygon(
        [left, y],
        [left + 14, top],
        [right - 14, top],
        [right, y],
        [right - 14, bottom],
        [left + 14, bottom],
      );
    case 'cylinder': {
      const [a, b] = [round(width / 2), 7];
      return html`<path
        d="M${round(left)} ${round(top + b)}a${a} ${b} 0 0 0 ${round(width)} 0a${a} ${b} 0 0 0 ${round(-width)} 0v${round(height - 2 * b)}a${a} ${b} 0 0 0 ${round(width)} 0v${round(2 * b - height)}"
      ></path>`;
    }
    default:
      return outline satisfies never;
  }
}

function drawArrow({ label, look, hasHead }: Arrow, points: readonly Point[], at: Area | undefined): Html {
  const [tip, back] = [points.at(-1), points.at(-2)];
  const head = hasHead && tip !== undefined && back !== undefined ? arrowHead(tip, back) : undefined;
  const words =
    at === undefined
      ? undefined
      : html`<g class="chart-word"
          >${rectangle(at, 3)}<text x="${round(at.x)}" y="${round(at.y + fontSize * 0.36)}" text-anchor="middle"
            >${label}</text
          ></g
        >`;
  return html`<g class="chart-arrow chart-arrow-${look}"><path d="${smooth(points)}"></path>${head}</g>${words}`;
}

/** A line through the middles between points, round at the points. */
function smooth(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (first === undefined) return '';
  const bends = others.slice(0, -1).map((point, index) => {
    const next = others[index + 1] ?? point;
    const end = index === others.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(end)}`;
  });
  const last = others.at(-1);
  return `M${at(first)}${bends.length > 0 || last === undefined ? bends.join('') : `L${at(last)}`}`;
}

function arrowHead(tip: Point, back: Point): Html {
  const angle = Math.atan2(tip.y - back.y, tip.x - back.x);
  const corner = (turn: number): readonly [number, number] => [
    tip.x - 9 * Math.cos(angle + turn),
    tip.y - 9 * Math.sin(angle + turn),
  ];
  return polygon([tip.x, tip.y], corner(0.45), corner(-0.45));
}

function rectangle({ x, y, width, height }: Area, radius: number): Html {
  return html`<rect
    x="${round(x - width / 2)}"
    y="${round(y - height / 2)}"
    width="${round(width)}"
    height="${round(height)}"
    rx="${round(radius)}"
  ></rect>`;
}

function polygon(...corners: readonly (readonly [number, number])[]): Html {
  return html`<polygon points="${corners.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}"></polygon>`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
