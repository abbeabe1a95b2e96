// The ports of SQLite beside the journal, against the suites that every backend passes; and locks in the world of one process.
import { createLocalLocks } from '../../src/support/index.ts';
import { blobsConformance } from './blobs-conformance.ts';
import { inboxConformance } from './inbox-conformance.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { locksAmongProcesses, locksInOneProcess } from './locks-conformance.ts';
import { openSqliteWorld } from './sqlite-world.ts';
import { surfacesConformance } from './surfaces-conformance.ts';

inboxConformance('SQLite', openSqliteWorld);
surfacesConformance('SQLite', openSqliteWorld);
blobsConformance('files', openSqliteWorld);
locksInOneProcess('SQLite', async () => {
  const world = await openSqliteWorld();
  const { locks } = await world.process(createManualClock());
  return { locks, remove: () => world.remove() };
});
locksAmongProcesses('SQLite', openSqliteWorld);
locksInOneProcess('this process', async () => ({ locks: createLocalLocks(), remove: async () => {} }));
