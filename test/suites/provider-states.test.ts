// Provider states in SQLite and in a process, against the suite that every backend passes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statesOfProcess } from '../../src/steps/health/provider-gate.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import { providerStatesConformance } from './provider-states-conformance.ts';

providerStatesConformance('SQLite', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'troupe-providers-'));
  function open(): Promise<Store> {
    const owner = { what: 'the conformance suite' };
    return openStore({ kind: 'embedded', directory: dataDir, clock: systemClock, log: silentLogger, owner });
  }
  let store = await open();
  return {
    states: store.providers,
    async reopen() {
      await store.close();
      store = await open();
      return store.providers;
    },
    async close() {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
});

providerStatesConformance('this process', async () => ({ states: statesOfProcess(), close: async () => undefined }));
