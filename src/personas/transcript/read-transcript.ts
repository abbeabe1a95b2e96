// The lines of a transcript → rows. Lines that are none are counted, not guessed at.
import { parseJson, schemaCheck } from '../../support/index.ts';
import { transcriptSchema } from './transcript-schema.ts';
import type { TranscriptRow } from './transcript-schema.ts';

/** What was read. */
export interface ReadTranscript {
  readonly rows: readonly TranscriptRow[];
  /** Lines that are no rows. */
  readonly unreadable: number;
}

const isRow = schemaCheck<TranscriptRow>(transcriptSchema, { allErrors: false });

/** The rows, in the order in which they were written. */
export function readTranscript(text: string): ReadTranscript {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const rows = lines.flatMap((line) => rowIn(line) ?? []);
  return { rows, unreadable: lines.length - rows.length };
}

function rowIn(line: string): TranscriptRow | undefined {
  try {
    const value: unknown = parseJson(line);
    return isRow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
