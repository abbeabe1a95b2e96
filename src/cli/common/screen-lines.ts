// What the screen of a run shows: one line a step, the footer last, never more than fits. Decides only.
import type { RunState } from '../../engine/index.ts';
import { forTerminal } from '../../support/index.ts';
import { showStep } from '../../view/index.ts';
import type { ShownRow } from '../../view/index.ts';
import { cliMessages as say, stepLine } from './messages.ts';

/** Colours of a terminal. */
export type Paint = Readonly<Record<'green' | 'red' | 'yellow' | 'cyan' | 'dim', (text: string) => string>>;

/** What a screen is made of. */
export interface ScreenOptions {
  readonly state: RunState;
  readonly now: number;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  readonly footer: string;
  readonly paint: Paint;
}

/** The lines, top to bottom. */
export function screenLines({ state, now, columns = 80, rows = 24, footer, paint }: ScreenOptions): string[] {
  const shown = [...state.steps.values()].filter((step) => step.list === 'steps' || step.status !== 'pending');
  const room = Math.max(1, rows - (footer === '' ? 1 : 3));
  const first = firstShown(shown, room);
  const lines = shown.slice(first, first + room).map((step) => {
    const row = showStep({ state }, step.path);
    return row === undefined ? '' : colourOf(row, paint)(cut(forTerminal(stepLine(row, now)), columns - 1));
  });
  if (first > 0) lines[0] = paint.dim(say.more(first + 1));
  const below = shown.length - first - room;
  if (below > 0) lines[lines.length - 1] = paint.dim(say.more(below + 1));
  return footer === '' ? lines : [...lines, '', paint.dim(cut(forTerminal(footer), columns - 1))];
}

/** Where a screen begins that cannot hold all: what goes on now is in it. */
function firstShown(steps: readonly Pick<ShownRow, 'status'>[], room: number): number {
  if (steps.length <= room) return 0;
  const busy = steps.findLastIndex(({ status }) => status === 'running' || status === 'waiting');
  return Math.min(Math.max(0, busy - room + 2), steps.length - room);
}

function colourOf({ status, verdict }: ShownRow, paint: Paint): (text: string) => string {
  if (status === 'running') return paint.cyan;
  if (status === 'waiting') return paint.yellow;
  if (status === 'failed' || status === 'timed_out') return paint.red;
  if (status !== 'succeeded') return paint.dim;
  return verdict === 'fail' || verdict === 'unknown' ? paint.red : paint.green;
}

function cut(text: string, width: number): string {
  const points = Array.from(text);
  return points.length <= width ? text : `${points.slice(0, Math.max(0, width - 1)).join('')}…`;
}
