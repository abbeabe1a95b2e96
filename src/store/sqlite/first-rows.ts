// What runs begin with, kept from their start until they are driven for the first time, so that it is not read again. Never the only copy.
import type { RunId } from '../../support/index.ts';
import type { Row } from './database.ts';
import type { EncodedEvent } from './event-codec.ts';

/** Runs that wait longer in line are read. */
const most = 200;

/** First rows of journals that this process has written. */
export interface FirstRows {
  /** After the commit that wrote it. */
  keep(run: RunId, first: EncodedEvent, at: number): void;
  /** The row, once. */
  take(run: RunId): Row | undefined;
}

/** None yet. */
export function createFirstRows(): FirstRows {
  const rows = new Map<RunId, Row>();
  return {
    keep(run, { event, data, refs }, at) {
      rows.set(run, { seq: 1, at, type: event.type, step: null, attempt: null, data, refs });
      const oldest = rows.size > most ? rows.keys().next().value : undefined;
      if (oldest !== undefined) rows.delete(oldest);
    },
    take(run) {
      const row = rows.get(run);
      rows.delete(run);
      return row;
    },
  };
}
