// A worker on one Redis, put together: its connections, its names, its loop.
import type { Clock, Logger } from '../../support/index.ts';
import { connectRedis } from './connection.ts';
import type { RedisPlace } from './connection.ts';
import { streamKeys } from './keys.ts';
import { runWorker } from './worker.ts';
import type { Worker } from './worker.ts';

/** What it works on, and how. */
export interface StreamWork extends Pick<Worker, 'name' | 'work'> {
  readonly personas: readonly string[];
  readonly redis: RedisPlace;
  /** What all keys begin with. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes requests until the signal, one of each persona at once; what was begun is given back where its work rejects. Rejects where Redis cannot be reached at the start. */
export async function workStream(
  { redis, prefix, personas, ...worker }: StreamWork,
  signal: AbortSignal,
): Promise<void> {
  const keys = streamKeys(prefix);
  const open = async () => ({ redis: await connectRedis(redis, worker.log), keys });
  // who has written a wrong address is told now, and not never
  const first = await open();
  first.redis.close();
  await Promise.all(personas.map((persona) => runWorker({ ...worker, persona, open }, signal)));
}
