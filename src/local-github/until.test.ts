import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { until } from './until.ts';
import type { World } from './world/world.ts';

test('what changes outside of the world is seen, too', async () => {
  // of a world only its changes are listened to
  const world = { changes: new EventEmitter() } as unknown as World;
  let isThere = false;
  setTimeout(() => (isThere = true), 20);
  expect(await until(world, { what: 'something of another', probe: () => (isThere ? 'there' : undefined) })).toBe(
    'there',
  );
  expect(world.changes.listenerCount('change')).toBe(0);
});
