// Joins the pieces in which a program writes to texts that can be redacted: whole lines, never the half of a key. Bounded.
import type { Clock } from '../../support/index.ts';
import { transcriptMessages as say } from '../model/messages.ts';

/** Text that is being gathered. */
export interface GatheredText {
  add(text: string): void;
  /** Tells what there is: its writer does something else, or has ended. */
  end(): void;
}

/** Beyond it text is counted and dropped. */
const mostCharacters = 256 * 1024;
/** Who writes without a pause is told in between, so that a death loses little. */
const longestWaitMs = 5_000;

/** Tells texts as they are complete. */
export function gatherText(clock: Clock, tell: (text: string) => void): GatheredText {
  let gathered = '';
  let dropped = 0;
  let dropTimer: (() => void) | undefined;

  function tellLines(): void {
    dropTimer = undefined;
    const end = gathered.lastIndexOf('\n');
    if (end >= 0 && !isInKey(gathered)) {
      const lines = gathered.slice(0, end);
      gathered = gathered.slice(end + 1);
      if (lines.trim() !== '') tell(lines);
    }
    if (gathered !== '') dropTimer = clock.after(longestWaitMs, tellLines);
  }

  return {
    add(text) {
      const room = mostCharacters - gathered.length;
      gathered += text.slice(0, room);
      dropped += Math.max(0, text.length - room);
      dropTimer ??= clock.after(longestWaitMs, tellLines);
    },
    end() {
      dropTimer?.();
      dropTimer = undefined;
      const text = dropped > 0 ? `${gathered} ${say.cut(dropped)}` : gathered;
      gathered = '';
      dropped = 0;
      if (text.trim() !== '') tell(text);
    },
  };
}

/** A private key has begun and not ended: its lines are a secret as a whole only. */
function isInKey(text: string): boolean {
  return text.lastIndexOf('-----BEGIN ') > text.lastIndexOf('-----END ');
}
