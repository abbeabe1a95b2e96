// A transcript as lines of a terminal. Pure. What others wrote stands indented: no line of theirs looks like one of ours.
import type { TranscriptRow } from '../../personas/index.ts';
import { transcriptSentences as say } from './messages-transcript.ts';
import type { Paint } from './screen-lines.ts';
import { plainLine, rowWords } from './transcript-words.ts';
import type { Tone } from './transcript-words.ts';

/** How it is printed. */
export interface TranscriptStyle {
  readonly paint: Paint;
  /** Long texts are shown whole. */
  readonly isFull: boolean;
}

/** Of a text, where not all of it is asked for. */
const mostLines = 20;

/** The lines, attempt by attempt. */
export function transcriptLines(rows: readonly TranscriptRow[], style: TranscriptStyle): readonly string[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1];
    const isNew = before?.attempt !== row.attempt || before.request !== row.request;
    const heading = style.paint.cyan(plainLine(say.attempt(row.attempt, row.request)));
    return [...(isNew ? [...(index === 0 ? [] : ['']), heading] : []), ...linesOf(row, style)];
  });
}

function linesOf(row: TranscriptRow, { paint, isFull }: TranscriptStyle): readonly string[] {
  const { time, mark, title, body, tone } = rowWords(row);
  const lines = body === '' ? [] : body.split('\n');
  const shown = isFull ? lines : lines.slice(0, mostLines);
  const more = lines.length - shown.length;
  return [
    `${paint.dim(time)} ${paintOf(tone, paint)(`${mark} ${title}`)}`,
    ...shown.map((line) => `           ${tone === 'quiet' ? paint.dim(line) : line}`),
    ...(more === 0 ? [] : [`           ${paint.dim(say.moreLines(more))}`]),
  ];
}

function paintOf(tone: Tone, paint: Paint): (text: string) => string {
  const paints: Readonly<Record<Tone, (text: string) => string>> = {
    asked: paint.cyan,
    said: (text) => text,
    quiet: paint.dim,
    did: paint.yellow,
    good: paint.green,
    bad: paint.red,
  };
  return paints[tone];
}
