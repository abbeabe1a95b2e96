// Connections to Redis: opened when they are needed, opened again by the library, closed once. Knows no key.
import { messageOf, TroupeError } from '../../support/index.ts';
import type { Logger } from '../../support/index.ts';
import { streamMessages as say } from './messages.ts';

/** Where Redis is. */
export interface RedisPlace {
  readonly url: string;
  readonly password?: string;
}

/** What is asked of Redis, in its own words. */
export interface Redis {
  /** One command. Rejects at once while there is no connection. */
  command(words: readonly string[]): Promise<unknown>;
  close(): void;
}

const connectMs = 5_000;
const longestPauseMs = 5_000;

/** A connection. It keeps no process alive. Rejects where Redis does not answer, or the library is not there. */
export async function connectRedis({ url, password }: RedisPlace, log: Logger): Promise<Redis> {
  const { createClient } = await library();
  const client = createClient({
    url,
    ...(password === undefined ? {} : { password }),
    disableOfflineQueue: true,
    socket: {
      connectTimeout: connectMs,
      // the first time somebody waits for it and is told; later it comes back by itself
      reconnectStrategy: (tried) => (isOpen ? Math.min(longestPauseMs, 100 * 2 ** Math.min(tried, 6)) : false),
    },
  });
  let isOpen = false;
  client.on('error', (error: unknown) => log.debug({ error: messageOf(error) }, 'the connection to Redis'));
  await client.connect();
  isOpen = true;
  client.unref();
  return {
    command: (words) => client.sendCommand([...words]),
    close: () => client.destroy(),
  };
}

async function library() {
  try {
    return await import('@redis/client');
  } catch (error) {
    throw new TroupeError('persona/library', say.noLibrary(messageOf(error)), {
      class: 'config',
      hint: say.noLibraryHint(),
      cause: error,
    });
  }
}
