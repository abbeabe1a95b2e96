// The embedded journal against the suite that every backend passes.
import { openStore } from '../../src/store/index.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBlobs } from '../../src/store/embedded/blobs.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { createSqlitePorts } from '../../src/store/sqlite/sqlite-ports.ts';
import type { SqlitePorts } from '../../src/store/sqlite/sqlite-ports.ts';
import type { Store } from '../../src/store/index.ts';
import { silentLogger, defined } from '../../src/support/index.ts';
import { journalConformance } from './journal-conformance.ts';

journalConformance('SQLite', async ({ clock, redact }) => {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-journal-'));
  function open(): Promise<Store> {
    const owner = { what: 'the conformance suite' };
    const options = { clock, log: silentLogger, owner, ...defined({ redact }) };
    return openStore({ kind: 'embedded', directory, ...options });
  }
  let store = await open();
  const others: SqlitePorts[] = [];
  return {
    journal: store.journal,
    async reopen() {
      await store.close();
      store = await open();
      return store.journal;
    },
    // past the lock of the data directory, which allows one: leases alone keep two apart
    async beside(other) {
      const db = openDatabase(join(directory, 'troupe.db'), { readOnly: false, busyTimeoutMs: 1_000 });
      const blobs = createBlobs({ dir: join(directory, 'blobs'), clock: other, isUsed: () => true });
      const ports = createSqlitePorts({ db, clock: other, log: silentLogger, blobs, redact });
      others.push(ports);
      return ports.journal;
    },
    async close() {
      for (const one of others) await one.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
