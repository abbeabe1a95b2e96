// SQLite as the suites use it: a file, and a connection of its own for each process. No data directory, no owner: leases alone.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBlobs } from '../../src/store/embedded/blobs.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { migrate } from '../../src/store/sqlite/migrations.ts';
import { createSqlitePorts } from '../../src/store/sqlite/sqlite-ports.ts';
import { silentLogger } from '../../src/support/index.ts';
import type { Clock } from '../../src/support/index.ts';
import type { StoreProcess, StoreWorld } from './store-world.ts';

/** A file without anything in it. */
export async function openSqliteWorld(): Promise<StoreWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-world-'));
  const blobsDir = join(dir, 'blobs');
  mkdirSync(blobsDir);
  const processes: StoreProcess[] = [];

  async function start(clock: Clock): Promise<StoreProcess> {
    const file = join(dir, 'world.db');
    const db = openDatabase(file, { readOnly: false, busyTimeoutMs: 1_000 });
    migrate(db, file, clock.now());
    const blobs = createBlobs({ dir: blobsDir, clock, isUsed: () => false });
    const ports = createSqlitePorts({ db, clock, log: silentLogger, blobs, redact: undefined });
    let stopping: Promise<void> | undefined;
    const one = { ...ports, blobs, stop: () => (stopping ??= ports.close()) };
    processes.push(one);
    return one;
  }
  return {
    process: start,
    async remove() {
      for (const one of processes.splice(0)) await one.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
