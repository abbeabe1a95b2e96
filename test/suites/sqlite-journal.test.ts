// The embedded journal against the suite that every backend passes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { silentLogger } from '../../src/support/index.ts';
import { journalConformance } from './journal-conformance.ts';

journalConformance('SQLite', async ({ clock, redact }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'troupe-journal-'));
  function open(): Promise<Store> {
    const owner = { what: 'the conformance suite' };
    return openStore({
      kind: 'embedded',
      directory: dataDir,
      clock,
      log: silentLogger,
      owner,
      ...(redact === undefined ? {} : { redact }),
    });
  }
  let store = await open();
  return {
    journal: store.journal,
    async reopen() {
      await store.close();
      store = await open();
      return store.journal;
    },
    async close() {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
});
