// The time as GitHub has it, learned from the `Date` of its answers. Sends nothing, waits for nothing.
import { processClock, silentLogger, wallOf, withoutEnd } from '../../support/index.ts';
import type { Clock, Logger } from '../../support/index.ts';
import { messages } from './messages.ts';

/** What is known of GitHub's clock. */
export interface GitHubTime {
  /** What GitHub's clock shows, as far as it is known; else what this machine's does. */
  now(): Date;
  /** An answer that just came was made then, by its `Date`. */
  learn(date: string | null | undefined): void;
  /** How far this machine's clock is ahead of GitHub's, milliseconds; 0 within what GitHub takes, and while nobody knows. */
  aheadMs(): number;
}

/** GitHub takes less than a minute between its clock and ours. */
const mostAheadMs = 60_000;

/** For operators. `aheadMs`: of this machine's clock. */
export const { clockOff } = messages;

/**
 * How far this machine's clock is ahead of that of the GitHub whose API is at this address, milliseconds; 0 within what it takes,
 * undefined where nobody answers. Asks for what needs no credentials; whatever is answered has a date.
 */
export async function clockOffAt(baseUrl: string, patienceMs = 3_000): Promise<number | undefined> {
  const time = createGitHubTime(processClock, silentLogger);
  try {
    const answer = await fetch(`${withoutEnd(baseUrl, '/')}/meta`, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    time.learn(answer.headers.get('date'));
    return time.aheadMs();
  } catch {
    return undefined;
  }
}

/** Knows nothing yet. Between answers it goes by the time that passes: the machine's clock may be set at any moment. */
export function createGitHubTime(clock: Clock, log: Logger): GitHubTime {
  let offset: number | undefined;
  let told = 0;
  function aheadMs(): number {
    if (offset === undefined) return 0;
    const ahead = wallOf(clock).getTime() - (clock.now() + offset);
    return Math.abs(ahead) > mostAheadMs ? ahead : 0;
  }
  return {
    now: () => new Date(wallOf(clock).getTime() - aheadMs()),
    learn(date) {
      const answeredAt = Date.parse(date ?? '');
      if (Number.isNaN(answeredAt)) return;
      offset = answeredAt - clock.now();
      const ahead = aheadMs();
      if (Math.abs(ahead - told) <= mostAheadMs) return;
      told = ahead;
      log.warn({ aheadMs: ahead }, ahead === 0 ? messages.clockRight : messages.clockOff(ahead));
    },
    aheadMs,
  };
}
