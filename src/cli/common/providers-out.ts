// What a data directory knows of providers that are out, or waited for: for `doctor` and `queue`. Reads beside whoever drives.
import { hasStore } from '../../store/index.ts';
import type { ProviderState } from '../../engine/index.ts';
import { openReader, storeIn } from './data-dir.ts';
import { providerOutMessages as say } from './messages-providers.ts';

/** One account that is out or waited for, in a sentence. */
export interface ProviderOut {
  readonly account: string;
  readonly message: string;
}

/** Those of a data directory; none where there is no data yet. Throws what opening it throws. */
export async function providersOut(dataDir: string, now: number): Promise<readonly ProviderOut[]> {
  if (!(await hasStore(storeIn(dataDir)))) return [];
  const reader = await openReader(dataDir);
  try {
    return (await reader.providers.all()).flatMap((state) => {
      const message = sentence(state, now);
      return message === undefined ? [] : [{ account: state.account, message }];
    });
  } finally {
    await reader.close();
  }
}

function sentence({ closed, refusedUntil, slots, working, waiting }: ProviderState, now: number): string | undefined {
  const time = new Date(closed?.until ?? now).toISOString();
  const isClosed = closed !== undefined && closed.until > now;
  const why = isClosed
    ? closed.why === 'limit'
      ? say.limit(time)
      : say.failures(time)
    : refusedUntil !== undefined && refusedUntil > now
      ? say.refused
      : slots !== undefined && working.length >= slots
        ? say.busy(working.length, slots)
        : undefined;
  if (waiting.length === 0) return why;
  return [why, say.waiting(waiting.length)].filter((part) => part !== undefined).join('; ');
}
