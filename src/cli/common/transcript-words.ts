// A row of a transcript → what terminal and page show of it: a mark, a line, a text beneath it. Pure. Everything in it is other people's text.
import { stripVTControlCharacters } from 'node:util';
import { forTerminal } from '../../support/index.ts';
import type { TranscriptRow } from '../../personas/index.ts';
import { transcriptSentences as say } from './messages-transcript.ts';

/** How a row is meant: told by colour, too. */
export type Tone = 'asked' | 'said' | 'quiet' | 'did' | 'good' | 'bad';

/** A row as it is shown. Plain text without anything that a terminal obeys. */
export interface RowWords {
  /** `12:00:01`, UTC. */
  readonly time: string;
  readonly mark: string;
  readonly title: string;
  /** Empty where there is nothing more to say. */
  readonly body: string;
  readonly tone: Tone;
}

/** The words of a row. */
export function rowWords(row: TranscriptRow): RowWords {
  const { mark, title, body = '', tone } = wordsOf(row);
  return { time: timeOf(row.at), mark, tone, title: plainLine(title), body: plain(body) };
}

type Words = Pick<RowWords, 'mark' | 'title' | 'tone'> & { readonly body?: string };

function wordsOf(row: TranscriptRow): Words {
  switch (row.kind) {
    case 'message': {
      const tone = row.from === 'troupe' ? 'asked' : row.thought === true ? 'quiet' : 'said';
      return { mark: row.from === 'troupe' ? '▸' : '◂', title: say.message(row), body: row.text, tone };
    }
    case 'tool': {
      const tone = row.state === 'failed' ? 'bad' : 'did';
      return { mark: '>', title: say.tool(row), body: toolText(row), tone };
    }
    case 'permission':
      return { mark: '?', title: say.permission(row), tone: row.answer === 'allowed' ? 'good' : 'bad' };
    case 'model':
      return { mark: '$', title: say.model(row), tone: row.status >= 200 && row.status < 300 ? 'quiet' : 'bad' };
    case 'refused':
      return { mark: '✗', title: say.refused(row), tone: 'bad' };
    case 'result':
      return { mark: '■', title: say.result(row), body: row.summary, tone: row.status === 'pass' ? 'good' : 'bad' };
    case 'note':
      return { mark: '#', title: say.note, body: row.text, tone: 'quiet' };
  }
}

/** What it was given while it works; what came of it then. */
function toolText({ state, input, output }: Extract<TranscriptRow, { kind: 'tool' }>): string {
  if (output !== undefined && output !== '') return output;
  if (input === undefined || state !== 'open') return '';
  return typeof input === 'string' ? input : JSON.stringify(input, null, 2);
}

function timeOf(at: string): string {
  return /T(\d{2}:\d{2}:\d{2})/.exec(at)?.[1] ?? '--:--:--';
}

/** One line of it. */
export function plainLine(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}

function plain(text: string): string {
  return forTerminal(stripVTControlCharacters(text)).replaceAll('\u001b', '').trimEnd();
}
