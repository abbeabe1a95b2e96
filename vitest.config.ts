// Which tests there are: `npm test` runs the units and the stories, `npm run test:long` what takes long, `vitest run <file>` any of them.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { longestFirst } from './test/longest-first.ts';
import { longTests } from './test/long-tests.ts';
import { patienceMs } from './test/support/patience.ts';

export default defineConfig({
  // what is inlined below names source maps that its package does not hold
  logLevel: 'error',
  test: {
    globalSetup: 'test/support/look-at-machine.ts',
    pool: 'forks',
    // tests wait for processes and disks two fifths of their time: one more than there are cores keeps these busy
    maxWorkers: Math.min(4, availableParallelism() + 1),
    sequence: {
      sequencer: longestFirst(
        'long/crash-matrix.test.ts',
        'long/soak.test.ts',
        'long/github-writes.test.ts',
        'long/event-orders.test.ts',
        'faults/crash-matrix.test.ts',
        'stories/peoples-words.test.ts',
        'stories/controls-linked-runs.test.ts',
        'stories/cli-run-options.test.ts',
        'action/sentences.test.ts',
        'stories/session-after-death.test.ts',
        'git/hostile-names.test.ts',
        'steps/rollback.test.ts',
      ),
    },
    // limits are for what never comes: a slow and busy machine reaches none
    testTimeout: 5 * 60_000,
    hookTimeout: 5 * 60_000,
    expect: { poll: { timeout: patienceMs, interval: 50 } },
    // its JSON imports lack the attribute that Node wants
    server: { deps: { inline: ['@actions/workflow-parser', '@actions/languageservice'] } },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/**/testing/**', 'src/**/testing.ts', 'src/**/*.generated.ts'],
      reporter: ['text-summary', 'html'],
      // of what runs in the tests' own processes: commands and the bot are also run as processes of their own, which nobody counts
      thresholds: { lines: 80, functions: 80, branches: 75, statements: 80 },
    },
    projects: [
      // tests keep nothing between files that another one could see: one process for many loads and compiles the program once
      {
        extends: true,
        test: { name: 'units', include: ['src/**/*.test.ts'], exclude: [...longTests], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'stories',
          include: ['test/**/*.test.ts'],
          exclude: [...longTests, 'test/agents/**'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'long', include: [...longTests], testTimeout: 45 * 60_000 },
      },
      // opt-in: needs agent programs
      { extends: true, test: { name: 'agents', include: ['test/agents/**/*.test.ts'] } },
    ],
  },
});
