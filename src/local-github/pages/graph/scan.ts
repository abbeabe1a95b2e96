// Reads the pieces of one line of a flowchart: a box, an arrow. Undefined where it is something else.
import type { Line, Outline } from './chart.ts';

/** A box as a line names it. */
export interface BoxPiece {
  readonly id: string;
  readonly lines: readonly Line[] | undefined;
  readonly outline: Outline;
  readonly className: string | undefined;
  readonly rest: string;
}

/** An arrow as a line names it. */
export interface ArrowPiece {
  readonly label: string;
  readonly look: 'plain' | 'dotted' | 'thick';
  readonly hasHead: boolean;
  readonly rest: string;
}

/** Opening and closing brackets; longer ones first. */
const outlines: readonly (readonly [string, string, Outline])[] = [
  ['([', '])', 'stadium'],
  ['[[', ']]', 'double'],
  ['[(', ')]', 'cylinder'],
  ['((', '))', 'circle'],
  ['{{', '}}', 'hexagon'],
  ['[', ']', 'rectangle'],
  ['(', ')', 'round'],
  ['{', '}', 'diamond'],
];

const name = /^([\p{L}\p{N}_]+(?:[-.][\p{L}\p{N}_]+)*)/u;

/** A box at the start of a text. */
export function scanBox(text: string): BoxPiece | undefined {
  const id = name.exec(text)?.[1];
  if (id === undefined) return undefined;
  const after = text.slice(id.length);
  const shape = outlines.find(([open]) => after.startsWith(open));
  const label = shape === undefined ? undefined : scanLabel(after.slice(shape[0].length), shape[1]);
  if (shape !== undefined && label === undefined) return undefined;
  const behind = label?.rest ?? after;
  const className = /^:::([\w-]+)/.exec(behind)?.[1];
  return {
    id,
    lines: label === undefined ? undefined : linesOf(label.text),
    outline: shape?.[2] ?? 'rectangle',
    className,
    rest: className === undefined ? behind : behind.slice(className.length + 3),
  };
}

/** A title in brackets, or none. */
export function scanTitle(text: string): string | undefined {
  const open = text.indexOf('[');
  const id = text.slice(0, open === -1 ? undefined : open).trimEnd();
  if (/[\]"]/.test(id) || (open !== -1 && !text.endsWith(']'))) return undefined;
  const quoted = open === -1 ? id : text.slice(open + 1, -1);
  return quoted === ''
    ? undefined
    : linesOf(quoted.replace(/^"([\s\S]*)"$/, '$1'))
        .map((line) => line.text)
        .join(' ');
}

const arrows: readonly (readonly [RegExp, ArrowPiece['look']])[] = [
  [/^\s*<?-{2,}([->ox])\s*(?:\|([^|]*)\|)?/, 'plain'],
  [/^\s*<?-\.+-(>?)\s*(?:\|([^|]*)\|)?/, 'dotted'],
  [/^\s*<?={2,}([=>])\s*(?:\|([^|]*)\|)?/, 'thick'],
];
/** Arrows with words in them: how the first half looks, and the second. */
const worded: readonly (readonly [RegExp, RegExp, ArrowPiece['look']])[] = [
  [/^\s*--\s/, /\s-{2,}([->])/, 'plain'],
  [/^\s*-\.\s/, /\s\.+-(>?)/, 'dotted'],
  [/^\s*==\s/, /\s={2,}([=>])/, 'thick'],
];

/** An arrow at the start of a text. */
export function scanArrow(text: string): ArrowPiece | undefined {
  for (const [opens, closes, look] of worded) {
    const first = opens.exec(text)?.[0];
    const behind = first === undefined ? '' : text.slice(first.length).trimStart();
    const second = closes.exec(behind);
    if (second === null || second.index === 0) continue;
    const label = plain(behind.slice(0, second.index).trimEnd());
    return { label, look, hasHead: second[1] === '>', rest: behind.slice(second.index + second[0].length) };
  }
  for (const [form, look] of arrows) {
    const [whole, head, label = ''] = form.exec(text) ?? [];
    if (whole !== undefined)
      return { label: plain(label), look, hasHead: head === '>', rest: text.slice(whole.length) };
  }
  return undefined;
}

function scanLabel(text: string, close: string): { readonly text: string; readonly rest: string } | undefined {
  const end = text.startsWith('"') ? text.indexOf(`"${close}`, 1) : text.indexOf(close);
  if (end < 0) return undefined;
  const quoted = text.startsWith('"');
  return { text: text.slice(quoted ? 1 : 0, end), rest: text.slice(end + close.length + (quoted ? 1 : 0)) };
}

function linesOf(label: string): readonly Line[] {
  return label.split(/<br\s*\/?>|\\n/i).map((line) => ({ text: plain(line), italic: /^\s*<i>/i.test(line) }));
}

const entities: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', nbsp: ' ', apos: "'" };

/** A text without tags, its entities read once. */
function plain(text: string): string {
  return text
    .replaceAll(/^"|"$/g, '')
    .replaceAll(/<\/?(?:i|b|em|strong|small|code|u|s)>/gi, '')
    .replaceAll(/[&#](?:#?(\d{1,6})|([a-z]+));/gi, (whole, digits: string | undefined, word: string | undefined) =>
      digits === undefined ? (entities[word ?? ''] ?? whole) : String.fromCodePoint(Math.min(Number(digits), 0x10ffff)),
    )
    .trim();
}
