// How a flowchart is written in Mermaid: boxes, frames, arrows, colours. The only place that knows its syntax; never knows what is drawn.
import { oneLine } from './text.ts';

/** How a box looks: `plain` for work, `double` for what Troupe does to git, `round` for its own steps, `choice` for a question. */
export type BoxShape = 'plain' | 'double' | 'round' | 'choice';

const brackets: Readonly<Record<BoxShape, readonly [string, string]>> = {
  plain: ['[', ']'],
  double: ['[[', ']]'],
  round: ['([', '])'],
  choice: ['{', '}'],
};

const busy = 'fill:#ddf4ff,stroke:#0969da,color:#0a3069';
const good = 'fill:#dafbe1,stroke:#1a7f37,color:#0f5323';
const bad = 'fill:#ffebe9,stroke:#cf222e,color:#82071e';
const asking = 'fill:#fff8c5,stroke:#9a6700,color:#4d2d00';
const ended = 'fill:#eaeef2,stroke:#6e7781';
const left = 'fill:#f6f8fa,stroke:#8c959f,stroke-dasharray:4 3';

/** The colours of states, by the word for the state. What is not here has none. */
const colours: Readonly<Record<string, string>> = {
  running: busy,
  retrying: busy,
  succeeded: good,
  passed: good,
  done: good,
  failed: bad,
  rejected: bad,
  unjudged: bad,
  timed_out: bad,
  approval: asking,
  answer: asking,
  waiting: asking,
  cancelled: ended,
  skipped: left,
};

/** A box. `lines`: what stands in it, made harmless here; `italic` comes last. */
export function box(
  id: string,
  lines: readonly string[],
  { shape = 'plain', italic }: { readonly shape?: BoxShape; readonly italic?: string } = {},
): string {
  const [open, close] = brackets[shape];
  const texts = [...lines.map(harmless), ...(italic === undefined ? [] : [`<i>${harmless(italic)}</i>`])];
  return `${id}${open}"${texts.join('<br/>')}"${close}`;
}

/** A frame around lines. */
export function frame(id: string, title: string, inner: readonly string[]): readonly string[] {
  return [`subgraph ${id}["${harmless(title)}"]`, ...inner.map((line) => `  ${line}`), 'end'];
}

/** An arrow between two ids. */
export function arrow(
  from: string,
  to: string,
  { label, dotted = false }: { readonly label?: string; readonly dotted?: boolean } = {},
): string {
  if (dotted) return `${from} -.-> ${to}`;
  return label === undefined ? `${from} --> ${to}` : `${from} -- ${label} --> ${to}`;
}

/** The whole chart. `states`: the word for the state of each box, which gives its colour. */
export function flowchart(
  direction: 'TD' | 'LR',
  lines: readonly string[],
  states: Iterable<readonly [id: string, state: string]>,
): string {
  const shown = [...states].filter(([, state]) => Object.hasOwn(colours, state));
  const classes = [...new Set(shown.map(([, state]) => state))].flatMap((state) => [
    `classDef ${state} ${colours[state] ?? ''}`,
    `class ${shown
      .filter(([, other]) => other === state)
      .map(([id]) => id)
      .join(',')} ${state}`,
  ]);
  return [`flowchart ${direction}`, ...[...lines, ...classes].map((line) => `  ${line}`)].join('\n');
}

/** An id that is no word of Mermaid's, such as `end`, whatever it is made from. */
export function chartId(name: string): string {
  return `s_${name.replaceAll(/[^A-Za-z0-9]/g, (character) => (character === '-' ? '_' : `_${character.charCodeAt(0)}_`))}`;
}

function harmless(text: string): string {
  return oneLine(text, 80)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', "'");
}
