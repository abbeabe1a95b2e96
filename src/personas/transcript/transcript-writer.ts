// Keeps what happens between Troupe and a persona in pieces, as it happens: who dies in the middle has lost the last seconds. Fails nobody.
import { byteLength, isoTime, messageOf } from '../../support/index.ts';
import type { Clock, Logger, Redactor } from '../../support/index.ts';
import { transcriptMessages as say } from '../model/messages.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import { cleanEntry } from './clean-entry.ts';

/** What a transcript is written with. */
export interface TranscriptPorts {
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly log: Logger;
  readonly attempt: number;
  readonly request: string;
  /** Makes a piece durable: whole lines, without secrets. */
  keep(piece: string): Promise<void>;
}

/** A transcript that is being written. */
export interface TranscriptWriter {
  tell(entry: TranscriptEntry): void;
  /** What was told is kept when it resolves. Nothing is told after it. */
  close(): Promise<void>;
}

/** Of one request in one attempt; a result is kept beyond it. */
const mostBytes = 2 * 1024 * 1024;
/** So much is kept at once. */
const pieceBytes = 64 * 1024;
/** How long a line waits for others at most: longer each time, so that a long request has few pieces. */
const firstWaitMs = 2_000;
const longestWaitMs = 30_000;

/** A new transcript. */
export function writeTranscript(ports: TranscriptPorts): TranscriptWriter {
  const { clock, redactor, attempt, request } = ports;
  const left = { bytes: mostBytes, dropped: 0 };
  const keeper = keepPieces(ports);
  let isClosed = false;

  function write(entry: TranscriptEntry): void {
    const line = `${JSON.stringify({ at: isoTime(clock.now()), attempt, request, ...entry })}\n`;
    left.bytes -= byteLength(line);
    keeper.add(line);
  }

  return {
    tell(entry) {
      if (isClosed) return;
      const isLast = entry.kind === 'result';
      if (left.bytes <= 0 && !isLast) {
        if (left.dropped === 0) write({ kind: 'note', text: say.full(mostBytes) });
        left.dropped += 1;
        return;
      }
      write(cleanEntry(entry, redactor));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      if (left.dropped > 0) write({ kind: 'note', text: say.dropped(left.dropped) });
      await keeper.close();
    },
  };
}

/** Lines that wait, and the pieces that were made of them, one after the other. */
function keepPieces({ clock, log, request, keep }: TranscriptPorts) {
  let pending = '';
  let waitMs = firstWaitMs;
  let dropTimer: (() => void) | undefined;
  let working: Promise<void> = Promise.resolve();

  function flush(): void {
    dropTimer?.();
    dropTimer = undefined;
    if (pending === '') return;
    const piece = pending;
    pending = '';
    working = working
      .then(() => keep(piece))
      .catch((error: unknown) => {
        log.warn({ request, error: messageOf(error) }, 'a piece of a transcript could not be kept');
      });
  }

  return {
    add(line: string): void {
      pending += line;
      if (byteLength(pending) >= pieceBytes) return flush();
      if (dropTimer !== undefined) return;
      dropTimer = clock.after(waitMs, flush);
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    },
    async close(): Promise<void> {
      flush();
      await working;
    },
  };
}
