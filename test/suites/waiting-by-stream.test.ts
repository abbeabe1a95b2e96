// Answers of workers behind a real Redis against the contract of providers that wait.
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { createRedisSide } from '../support/redis-side.ts';
import { startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { waitingProviderContract } from './waiting-provider-contract.ts';

describe.skipIf(inject('lacks').includes('redis'))('behind Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());
  waitingProviderContract('stream', { through: ' through Redis', make: () => createRedisSide(redis) });
});
