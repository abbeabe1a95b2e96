// What the core of a host needs besides a store, providers and a clock, where a test says nothing of it.
import type { RunState } from '../../src/engine/index.ts';
import type { GitRepository } from '../../src/git/index.ts';
import { hostSandboxes } from '../../src/host/sandboxes.ts';
import { machineEnvironment } from '../../src/personas/index.ts';
import { silentLogger } from '../../src/support/index.ts';

/** All runs work in this repository; what a persona may not see lies in the data directory. */
export function plainCore(repository: GitRepository, dataDir: string) {
  return {
    workplaces: async () => ({
      repository,
      defaultBranch: 'main',
      author: { name: 'troupe', email: 'troupe@example.test' },
    }),
    sandboxes: hostSandboxes({
      machine: machineEnvironment(process.env),
      hidden: [dataDir],
      dataDir,
      log: silentLogger,
      rule: 'auto',
    }),
    log: silentLogger,
    pullRequestPart: ({ id }: RunState) => ({ title: '', body: '', run: id, since: 0 }),
  };
}
