// Providers as /readyz and /metrics tell them. A provider that nobody asks for a while makes the bot no less ready: its runs wait.
import type { ProviderState } from '../engine/index.ts';
import type { ProviderFigures } from '../server/index.ts';
import { defined } from '../support/index.ts';
import type { Json } from '../support/index.ts';

/** What an operator reads of those of which anything is known. */
export function providersReady(states: readonly ProviderState[], now: number): Json {
  return Object.fromEntries(states.map((state) => [state.account, told(state, now)]));
}

/** The same in numbers. */
export function providerFigures(states: readonly ProviderState[], now: number): readonly ProviderFigures[] {
  return states.map((state) => {
    const { account, working, waiting } = state;
    const closed = closedNow(state, now);
    return {
      account,
      ...defined({ closed: closed?.why }),
      closedSeconds: closed === undefined ? 0 : Math.ceil((closed.until - now) / 1_000),
      working: working.length,
      waiting: waiting.length,
    };
  });
}

function told(state: ProviderState, now: number): Json {
  const { slots, working, waiting, refusedUntil, inRow } = state;
  const closed = closedNow(state, now);
  const isRefused = refusedUntil !== undefined && refusedUntil > now;
  return {
    state: closed === undefined ? (isRefused ? 'key refused' : 'ok') : words[closed.why],
    ...(closed === undefined ? {} : { until: new Date(closed.until).toISOString() }),
    ...(slots === undefined ? {} : { slots, working: working.length }),
    ...(waiting.length === 0 ? {} : { waiting: waiting.length }),
    ...(inRow === 0 ? {} : { failuresInARow: inRow }),
  };
}

const words = { failures: 'left alone after failures', limit: 'limit reached' } as const;

/** A circuit whose time is over is half open: the next request finds out. */
function closedNow({ closed }: ProviderState, now: number): ProviderState['closed'] {
  return closed !== undefined && closed.until > now ? closed : undefined;
}
