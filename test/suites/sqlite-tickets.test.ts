// The embedded tickets against the suite that every backend passes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { silentLogger } from '../../src/support/index.ts';
import { ticketsConformance } from './tickets-conformance.ts';

ticketsConformance('SQLite', async (clock) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'troupe-tickets-'));
  function open(): Promise<Store> {
    const owner = { what: 'the conformance suite' };
    return openStore({ kind: 'embedded', directory: dataDir, clock, log: silentLogger, owner });
  }
  let store = await open();
  return {
    tickets: store.tickets,
    async reopen() {
      await store.close();
      store = await open();
      return store.tickets;
    },
    async close() {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
});
